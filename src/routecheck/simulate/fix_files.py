"""The files of fixes of a site, byte for byte the same on every machine."""

from __future__ import annotations

import gzip
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from .chance import Stream, generator
from .county import DAY_S, County
from .devices import Fixes, concatenate
from .dirty_rows import soil
from .plane import Floats

Texts = NDArray[np.object_]

CHINESE_HEADERS = {
    "vehicle_id": "车牌号",
    "time": "定位时间",
    "lon": "经度",
    "lat": "纬度",
    "speed_kmh": "速度(km/h)",
    "heading_deg": "方向",
    "received_at": "接收时间",
    "valid": "定位状态",
}
"""Of each column, in their order."""


class FixesWriter:
    """Collects fixes by the local date of their receipt and writes a file for each."""

    def __init__(self, directory: Path, county: County, start: date, seed: int) -> None:
        self._directory, self._county, self._start, self._seed = directory, county, start, seed
        self._waiting: dict[int, list[tuple[Texts, Fixes]]] = {}
        self._tells_validity = county.amounts.no_fix_rate > 0
        self.rows = 0

    def add(self, vehicle_ids: Texts, fixes: Fixes) -> None:
        """Fixes with the id that the file gives each row."""
        days = np.floor(fixes.received_t / DAY_S).astype(int)
        for day in np.unique(days):
            here = days == day
            self._waiting.setdefault(int(day), []).append((vehicle_ids[here], fixes.rows(here)))

    def flush(self, before_day: int | None = None) -> None:
        """Write the files of days (counted from the start) before a day, or all."""
        for day in sorted(self._waiting):
            if before_day is None or day < before_day:
                self._write(day, self._waiting.pop(day))

    def _write(self, day: int, parts: list[tuple[Texts, Fixes]]) -> None:
        ids = np.concatenate([part_ids for part_ids, _ in parts])
        fixes = concatenate([part for _, part in parts])
        order = np.argsort(fixes.received_t, kind="stable")
        ids, fixes = ids[order], fixes.rows(order)
        places = self._county.to_lonlat(fixes.x, fixes.y)
        lonlat = [
            np.where(np.isnan(told), place, told)
            for told, place in zip((fixes.lon, fixes.lat), places, strict=True)
        ]
        form = self._county.amounts.fixes_format
        path = self._directory / f"fixes_{self._start + timedelta(days=day)}.{form}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if form == "parquet":
            self.rows += len(fixes)
            self._write_parquet(path, ids, fixes, *lonlat)
            return
        table = self._as_texts(ids, fixes, *lonlat)
        rng = generator(self._seed, Stream.DIRTY_ROWS, day + 1000)
        table = soil(table, rng, self._county.amounts.dirty_share)
        self.rows += len(table)
        encoding = "utf-8"
        if self._county.amounts.headers == "chinese":
            table, encoding = table.rename(columns=CHINESE_HEADERS), "gb18030"
        data = table.to_csv(index=False, lineterminator="\n").encode(encoding)
        path.write_bytes(gzip.compress(data, 6, mtime=0) if form == "csv.gz" else data)

    def _local(self, site_s: Floats) -> NDArray[np.datetime64]:
        amounts = self._county.amounts
        told = np.round(site_s + amounts.feed_off_h * 3600) // amounts.stamp_s * amounts.stamp_s
        return np.datetime64(self._start, "s") + told.astype("timedelta64[s]")

    def _as_texts(self, ids: Texts, fixes: Fixes, lon: Floats, lat: Floats) -> pd.DataFrame:
        def times(site_s: Floats) -> Texts:
            stamps = np.datetime_as_string(self._local(site_s), unit="s")
            return np.asarray(np.char.replace(stamps, "T", " "), dtype=object)

        decimals = self._county.amounts.fix_decimals
        table = pd.DataFrame(
            {
                "vehicle_id": ids,
                "time": times(fixes.device_t),
                "lon": _decimals(lon, decimals),
                "lat": _decimals(lat, decimals),
                "speed_kmh": _decimals(fixes.speed_kmh, 1).str.removesuffix(".0"),
                "heading_deg": _decimals(fixes.heading_deg, 0).str.removesuffix(".0"),
                "received_at": times(fixes.received_t),
            }
        )
        return table.assign(valid=_validity(fixes)) if self._tells_validity else table

    def _write_parquet(
        self, path: Path, ids: Texts, fixes: Fixes, lon: Floats, lat: Floats
    ) -> None:
        """Sorted by vehicle and time, as a warehouse would keep it; times are instants in UTC."""
        order = np.lexsort((fixes.device_t, ids.astype(str)))

        def times(site_s: Floats) -> pa.Array:
            instants = self._local(site_s[order]) - np.timedelta64(8, "h")
            plain = pa.array(instants.astype("datetime64[ms]"), pa.timestamp("ms"))
            return plain.cast(pa.timestamp("ms", tz="UTC"))

        speed = fixes.speed_kmh[order]
        table = pa.table(
            {
                "vehicle_id": pa.array(ids[order], pa.string()),
                "time": times(fixes.device_t),
                "lon": np.round(lon[order], self._county.amounts.fix_decimals),
                "lat": np.round(lat[order], self._county.amounts.fix_decimals),
                "speed_kmh": pa.array(speed, pa.float32(), mask=np.isnan(speed)),
                "heading_deg": pa.array(fixes.heading_deg[order], pa.float32()),
                "received_at": times(fixes.received_t),
            }
        )
        if self._tells_validity:
            table = table.append_column("valid", pa.array(_validity(fixes)[order], pa.string()))
        pq.write_table(table, path, row_group_size=262_144, compression="zstd")


def _validity(fixes: Fixes) -> Texts:
    return np.where(fixes.valid, "3D", "NO FIX").astype(object)


def _decimals(values: Floats, decimals: int) -> pd.Series:
    """Shortest decimal texts of rounded numbers; NaN is empty."""
    rounded = pa.array(np.round(values, decimals) + 0.0, mask=np.isnan(values))
    return pd.Series(rounded.cast(pa.string()).fill_null("").to_pandas(), dtype=object)
