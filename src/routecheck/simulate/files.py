"""The files of a site, byte for byte the same on every machine."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from .county import DAY_S, County
from .devices import Fixes

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]

OFFSET = "+08:00"  # every simulated county keeps Chinese time
_CHINESE = {
    "vehicle_id": "车牌号",
    "time": "定位时间",
    "lon": "经度",
    "lat": "纬度",
    "speed_kmh": "速度(km/h)",
    "heading_deg": "方向",
    "received_at": "接收时间",
}
COLUMNS = list(_CHINESE)


def iso(start: date, site_s: float, offset: bool = True) -> str:
    """Local time of site seconds (since local midnight of the first day)."""
    moment = datetime.combine(start, time()) + timedelta(seconds=round(site_s))
    return moment.isoformat() + (OFFSET if offset else "")


def write_rows(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]],
               encoding: str = "utf-8") -> None:  # fmt: skip
    """A small CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode(encoding))


def _texts(values: Floats, decimals: int) -> Texts:
    """Shortest decimal texts of rounded numbers; NaN is empty."""
    rounded = pa.array(np.round(values, decimals) + 0.0, mask=np.isnan(values))
    return np.asarray(
        rounded.cast(pa.string()).fill_null("").to_numpy(zero_copy_only=False), dtype=object
    )


def _stamps(start: date, site_s: Floats) -> NDArray[np.datetime64]:
    return np.datetime64(start.isoformat(), "s") + np.round(site_s).astype("timedelta64[s]")


class FixesWriter:
    """Collects fixes by the local date of their receipt and writes a file for each."""

    def __init__(self, directory: Path, county: County, start: date, rng_key: tuple[int, ...]):
        self._directory = directory
        self._county = county
        self._start = start
        self._key = rng_key
        self._waiting: dict[int, list[tuple[Texts, Fixes]]] = {}
        self.rows = 0

    def add(self, vehicle_ids: Texts, fixes: Fixes) -> None:
        """Fixes with the id that the file gives each row."""
        if not len(fixes):
            return
        days = np.floor(fixes.received_t / DAY_S).astype(int)
        for day in np.unique(days):
            here = days == day
            self._waiting.setdefault(int(day), []).append((vehicle_ids[here], fixes.where(here)))

    def flush(self, before_day: int | None = None) -> None:
        """Write the files of days (counted from the start) before a day, or all."""
        for day in sorted(self._waiting):
            if before_day is None or day < before_day:
                self._write(day, self._waiting.pop(day))

    def _write(self, day: int, parts: list[tuple[Texts, Fixes]]) -> None:
        from .dirt import soil

        amounts = self._county.amounts
        ids = np.concatenate([part[0] for part in parts])
        fixes = Fixes(*(np.concatenate([getattr(part[1], name) for part in parts])
                        for name in Fixes.__dataclass_fields__))  # fmt: skip
        order = np.argsort(fixes.received_t, kind="stable")
        ids, fixes = ids[order], fixes.rows(order)
        lon, lat = self._county.to_lonlat(fixes.x, fixes.y)
        name = f"fixes_{(self._start + timedelta(days=day)).isoformat()}"
        if amounts.fixes_format == "parquet":
            self._parquet(self._directory / f"{name}.parquet", ids, fixes, lon, lat)
            self.rows += len(fixes)
            return
        table = pd.DataFrame(
            {
                "vehicle_id": ids,
                "time": np.char.replace(
                    np.datetime_as_string(_stamps(self._start, fixes.device_t), unit="s"), "T", " "
                ).astype(object),
                "lon": _texts(lon, 6),
                "lat": _texts(lat, 6),
                "speed_kmh": _texts(fixes.speed_kmh, 1),
                "heading_deg": _texts(fixes.heading_deg, 0),
                "received_at": np.char.replace(
                    np.datetime_as_string(_stamps(self._start, fixes.received_t), unit="s"),
                    "T",
                    " ",
                ).astype(object),
            }
        )
        table["heading_deg"] = table["heading_deg"].str.removesuffix(".0")
        table["speed_kmh"] = table["speed_kmh"].str.removesuffix(".0")
        rng = np.random.default_rng(np.random.SeedSequence([*self._key, day + 1000]))
        table = soil(table, rng, amounts.dirty_share)
        if amounts.headers == "chinese":
            table = table.rename(columns=_CHINESE)
        self.rows += len(table)
        text = table.to_csv(index=False, lineterminator="\n")
        data = text.encode("gb18030" if amounts.headers == "chinese" else "utf-8")
        self._directory.mkdir(parents=True, exist_ok=True)
        if amounts.fixes_format == "csv.gz":
            (self._directory / f"{name}.csv.gz").write_bytes(gzip.compress(data, 6, mtime=0))
        else:
            (self._directory / f"{name}.csv").write_bytes(data)

    def _parquet(self, path: Path, ids: Texts, fixes: Fixes, lon: Floats, lat: Floats) -> None:
        """Sorted by vehicle and time, as a warehouse would keep it; times are instants in UTC."""
        order = np.lexsort((fixes.device_t, ids.astype(str)))
        zone = np.timedelta64(8 * 3600, "s")
        time = (_stamps(self._start, fixes.device_t[order]) - zone).astype("datetime64[ms]")
        received = (_stamps(self._start, fixes.received_t[order]) - zone).astype("datetime64[ms]")
        kind = pa.timestamp("ms", tz="UTC")
        speed = fixes.speed_kmh[order]
        table = pa.table(
            {
                "vehicle_id": pa.array(ids[order], pa.string()),
                "time": pa.array(time, pa.timestamp("ms")).cast(kind),
                "lon": np.round(lon[order], 6),
                "lat": np.round(lat[order], 6),
                "speed_kmh": pa.array(speed, pa.float32(), mask=np.isnan(speed)),
                "heading_deg": pa.array(fixes.heading_deg[order], pa.float32()),
                "received_at": pa.array(received, pa.timestamp("ms")).cast(kind),
            }
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, row_group_size=262_144, compression="zstd")
