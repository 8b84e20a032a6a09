"""An area too large for one page: an overview, and a page a township."""

import numpy as np
import pandas as pd
import pytest
from test_report_page import daily
from watched import opened

from routecheck.present.html import build_report
from store import builders as make

POINTS, TOWNSHIPS = 2_000, 4


def area():
    """Points on a grid, townships by turns; every hundredth missed, every third alerted."""
    where = [(104.0 + 0.01 * (n % 100), 30.0 + 0.005 * (n // 100)) for n in range(POINTS)]
    points = [
        make.point(f"P{n:05d}", at=place, township=f"镇{n % TOWNSHIPS:02d}")
        for n, place in enumerate(where)
    ]
    verdicts = [
        make.missed(f"P{n:05d}", criteria={"say": "not_approached"})
        if n % 100 == 0
        else make.pickup(f"P{n:05d}")
        for n in range(POINTS)
    ]
    alerts = [make.alert(f"A{n:05d}", f"P{n:05d}") for n in range(1, POINTS, 3)]
    vertices = 1000
    tracks = pd.DataFrame(
        {
            "vehicle_id": pd.Categorical([f"V{n // vertices:03d}" for n in range(200 * vertices)]),
            "piece": np.repeat(np.arange(200, dtype=np.int32), vertices),
            "time_s": np.tile(np.arange(vertices, dtype=np.int32) * 60, 200),
            "lon_e5": np.tile(np.linspace(10_400_000, 10_500_000, vertices).astype(np.int32), 200),
            "lat_e5": np.repeat(np.linspace(3_000_000, 3_050_000, 200).astype(np.int32), vertices),
        }
    )
    classified = make.classified(*alerts)
    return daily(
        pickups=make.judgements(*verdicts),
        alerts=classified,
        points=make.points(*points),
        tracks=tracks,
        past_alerts=classified[["service_date", "point_id", "classification", "cause"]],
    )


@pytest.mark.browser
def test_the_overview_and_the_page_of_each_township_open(chromium, tmp_path):
    files = build_report(area())
    assert len(files) == 1 + TOWNSHIPS
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    first = next(iter(files))
    for name in files:
        with opened(chromium, tmp_path / name) as seen:
            assert seen.errors == []
            if name == first:
                assert seen.count("#map .mk-m") == POINTS / 100
                continue
            # A page of a township leads back, and has its points.
            assert seen.count("#map .mk-c, #map .mk-f, #map .mk-m") == POINTS / TOWNSHIPS
            seen.page.click(".back a")
            seen.page.wait_for_selector("#map[data-ready]")
            assert seen.page.url.endswith(first)
