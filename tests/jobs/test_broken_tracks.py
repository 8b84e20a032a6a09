"""Recording that was broken off between two segments of GPX: of meanwhile nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from routecheck.config import load_config
from routecheck.domain.settings import GAP_S
from routecheck.jobs.run import reconcile
from scene import degrees
from site_tools import rows
from village import AT_M, Village, day, morning


@pytest.fixture
def village(tmp_path: Path) -> Village:
    """A village of which four dates were judged; its fixes may be files of any kind."""
    village = Village(tmp_path / "village")
    text = village.config.read_text().replace("fixes/*.csv", "fixes/*.*")
    village.config.write_text(text)
    for n in range(4):
        village.deliver(day(n))
    reconcile(load_config(village.config), [day(n) for n in range(4)], now=morning(day(4), "00:10"))
    return village


def without(table: pd.DataFrame, around_m: float, reach_m: float) -> list[pd.DataFrame]:
    """The fixes before and after those about a place of the road, on the way out."""
    west, east = (degrees(around_m + by, 0.0)[0] for by in (-reach_m, reach_m))
    inside = table["lon"].between(west, east).to_numpy(copy=True)
    # On the way home it passes once more, which is not touched.
    home = int(table["lon"].to_numpy().argmax())
    inside[home:] = False
    cut = int(inside.argmax())
    assert inside[cut : cut + int(inside.sum())].all()
    return [table.iloc[:cut], table.iloc[cut + int(inside.sum()) :]]


def gpx(segments: Sequence[pd.DataFrame]) -> str:
    """A file of one track with such segments."""
    made = "".join(
        "<trkseg>"
        + "".join(
            f'<trkpt lat="{row.lat}" lon="{row.lon}"><time>{row.time}</time></trkpt>'
            for row in segment.itertuples()
        )
        + "</trkseg>"
        for segment in segments
    )
    return (
        '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1">'
        f"<trk><name>V1</name>{made}</trk></gpx>"
    )


def judged(village: Village, segments: Sequence[pd.DataFrame]) -> dict[str, str]:
    (village.folder / "fixes" / "today.gpx").write_text(gpx(segments))
    reconcile(load_config(village.config), [day(4)], now=morning(day(5)), allow_shrink=True)
    table = rows(village.folder / "out" / f"pickups_{day(4)}.csv")
    return {row["point_id"]: f"{row['verdict']} {row['cause']}".strip() for row in table}


@pytest.mark.parametrize(
    ("stood", "unseen_m", "unbroken"),
    [(True, 400.0, "collected sparse_fixes"), (False, 200.0, "missed passed_by")],
)
def test_what_happened_in_a_short_break_is_not_known(
    village: Village, stood: bool, unseen_m: float, unbroken: str
) -> None:
    path = village.deliver(day(4), skip=[] if stood else ["P3"])
    table = pd.read_csv(path)
    path.unlink()
    before, after = without(table, AT_M["P3"], unseen_m / 2)
    times = [pd.Timestamp(time) for time in (before["time"].iloc[-1], after["time"].iloc[0])]
    assert (times[1] - times[0]).total_seconds() < GAP_S / 2
    one, two = judged(village, [pd.concat([before, after])]), judged(village, [before, after])
    assert (one["P3"], two["P3"]) == (unbroken, "unverifiable gap")
    del one["P3"], two["P3"]
    assert one == two
