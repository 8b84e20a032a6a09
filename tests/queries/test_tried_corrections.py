"""What `diagnose` says that corrections would have done to the alerts of the plain rule."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.queries.corrections import effects
from scene import degrees, drive, fixes, local
from site_tools import call
from village import AT_M, Village, day

PICKUP = st.tuples(st.sampled_from("ABC"), st.booleans(), st.booleans(), st.booleans())
OLD, TRUE, RECORDED = (1750.0, 8.0), (3250.0, 150.0), (3250.0, 300.0)


@given(st.lists(PICKUP, max_size=40))
def test_what_is_silenced_is_counted_pickup_by_pickup(pickups):
    rows = pd.DataFrame(pickups, columns=["point_id", "recorded", "corrected", "missed"])
    rows = rows.astype({"recorded": bool, "corrected": bool, "missed": bool})
    counts = effects(rows)
    assert (counts >= 0).all(axis=None)
    assert (counts["hidden"] <= counts["silenced"]).all()
    for point in set(rows["point_id"]):
        own = rows[rows["point_id"] == point]
        fewer = int((~own["recorded"]).sum()) - int((~own["corrected"]).sum())
        assert counts.loc[point, "silenced"] - counts.loc[point, "raised"] == fewer
        misses = sum(m and not r and c for p, r, c, m in pickups if p == point)
        assert counts.loc[point, "hidden"] == misses


@pytest.fixture
def moved(tmp_path) -> Village:
    """M stood where its first record has it for two days, then six days elsewhere.

    Its second record is 150 m beside the place to which it was moved.
    """
    site = Village(tmp_path / "site")
    records = ((OLD, "", day(1)), (RECORDED, day(2), ""))
    lines = [
        f"M,Gate M,North,{x:.7f},{y:.7f},{first},{last}\n"
        for (x, y), first, last in ((degrees(*at), a, b) for at, a, b in records)
    ]
    points = site.folder / "points.csv"
    head, *rows = points.read_text().splitlines()
    rows = [f"{row},,\n" for row in rows]
    points.write_text(f"{head},valid_from,valid_to\n" + "".join(rows + lines))
    with (site.folder / "schedule.csv").open("a") as schedule:
        schedule.write("M,V1,1234567,06:00,08:00\n")
    for n in range(8):
        stands = sorted([*((x, 8.0) for x in AT_M.values()), OLD if n < 2 else TRUE])
        legs: list[tuple[object, ...]] = [("stand", 120)]
        for x, y in stands:
            legs += [("to", x, y, 9.0), ("stand", 60)]
        legs += [("to", 5500.0, 0.0, 9.0), ("to", -900.0, 0.0, 12.0), ("stand", 5400)]
        table = fixes("V1", local("06:10", day(n)), drive((-900.0, 0.0), legs, every_s=10.0))
        columns = ["vehicle_id", "time", "lon", "lat", "speed_kmh", "received_at"]
        path = site.folder / "fixes" / f"V1_{day(n)}.csv"
        table[columns].to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M:%S%z")
    return site


def test_a_correction_is_tried_on_the_dates_of_the_record_that_it_corrects(moved, capsys):
    config = ("--config", str(moved.config))
    assert call("run", "--from", str(day(0)), "--to", str(day(7)), *config) == 0
    capsys.readouterr()
    assert call("diagnose", "--json", *config) == 0
    found = json.loads(capsys.readouterr().out)
    [one] = [row for row in found["corrections"] if row["point_id"] == "M"]
    place = degrees(*TRUE)
    assert np.allclose([one["proposed_lon"], one["proposed_lat"]], place, atol=2e-4)
    # The truth: on the six days of the second record the rule finds nothing at its place, and
    # would at the right one; on the two days before, the first record was right.
    assert (one["silenced"], one["raised"], one["hidden"]) == (6, 0, 0)
    assert found["raised_before"] - found["raised_after"] == 6
    assert call("diagnose", *config) == 0
    assert "would have prevented 6 alerts and hidden 0 misses" in capsys.readouterr().out
