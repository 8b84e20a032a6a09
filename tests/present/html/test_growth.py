"""What a large area costs: a page of a township as much as in a small one, the rest in proportion.

Times are compared within one run, the least of several, with a wide margin; what takes time with
the square of the area is beyond it.
"""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from test_report_page import daily

from routecheck.alerts.incidents import find_incidents
from routecheck.present.daily import Daily
from routecheck.present.html.report import view
from routecheck.present.html.whole_date import WholeDate
from routecheck.queries.drive_order import drive_order
from store import builders as make

OF_TOWN, OF_TRUCK, VERTICES, TIMES = 20, 10, 2000, 8


def area(townships: int) -> Daily:
    """Townships on a grid, each with its trucks: some silent, some that did not run, some fine."""
    points, pickups, alerts = [], [], []
    for n in range(townships * OF_TOWN):
        town, truck = n // OF_TOWN, n // OF_TRUCK
        point, name = f"P{n:06d}", {"scheduled_vehicle_id": f"V{truck}"}
        at = (104.0 + 0.1 * (town % 40) + 0.002 * (n % OF_TOWN), 25.0 + 0.1 * (town // 40))
        points.append(make.point(point, at=at, township=f"Town {town}"))
        silence = {
            "say": "no_fixes",
            "silent_from": f"2026-03-01T{16 + truck % 6}:00:00+00:00",
            "silent_until": "2026-03-02T16:00:00+00:00",
        }
        match truck % 4:
            case 0:
                open_ = {"verdict": "unverifiable", "cause": "no_fixes", "criteria": silence}
                pickups.append(make.missed(point, **name, **open_))
            case 1:
                not_run = {"cause": "route_not_run", "criteria": {"say": "route_not_run"}}
                pickups.append(make.missed(point, **name, **not_run))
            case _:
                pickups.append(make.pickup(point, **name, vehicle_id=name["scheduled_vehicle_id"]))
                alerts.append(make.alert(f"A{n}", point))
    trucks = np.repeat(np.arange(townships * OF_TOWN // OF_TRUCK), VERTICES)
    town = trucks * OF_TRUCK // OF_TOWN
    steps = np.tile(np.arange(VERTICES), len(trucks) // VERTICES)
    classified = make.classified(*alerts)
    return daily(
        pickups=make.judgements(*pickups, alerted=True),
        alerts=classified,
        points=make.points(*points),
        corrections=make.corrections(*(make.proposal(p["point_id"]) for p in points[::10])),
        past_alerts=classified[["service_date", "point_id", "classification", "cause"]],
        tracks=pd.DataFrame(
            {
                "vehicle_id": pd.Categorical.from_codes(
                    trucks, [f"V{n}" for n in range(trucks[-1] + 1)]
                ),
                "piece": trucks.astype(np.int32),
                "time_s": (60 * steps).astype(np.int32),
                "lon_e5": (10_400_000 + 10_000 * (town % 40) + 2 * steps).astype(np.int32),
                "lat_e5": (2_500_000 + 10_000 * (town // 40) + steps % 7).astype(np.int32),
            }
        ),
    )


def seconds(work: Callable[[], object]) -> float:
    """The least of several measurements."""
    found = []
    for _ in range(3):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def test_a_page_costs_as_much_in_a_large_area() -> None:
    spent = {}
    for townships in (25, 25 * TIMES):
        whole = WholeDate(area(townships))
        seen = view(whole, township="Town 0")
        assert len(seen["data"]["points"]) == OF_TOWN
        assert len(seen["data"]["tracks"]) == OF_TOWN // OF_TRUCK
        assert len(seen["incidents"]) == 2
        view(whole, pages={})
        spent[townships] = seconds(
            lambda whole=whole: [view(whole, township=f"Town {n}") for n in range(5)]
        )
    small, large = spent.values()
    assert large < 2 * small, spent


def test_an_overview_and_incidents_cost_in_proportion() -> None:
    spent: dict[str, list[float]] = {"overview": [], "incidents": [], "order": []}
    for townships in (25, 25 * TIMES):
        whole = WholeDate(area(townships))
        report = whole.daily.report
        day = report.day
        counts = {"heard": {f"V{n}": {"last": "2026-03-02T16:00:00+00:00"} for n in range(9)}}
        found = find_incidents(
            day.service_date, day.pickups, day.alerts, day.corrections, day.points, counts
        )
        assert len(found.table) >= townships // 2
        view(whole, pages={})
        spent["overview"].append(seconds(lambda whole=whole: view(whole, pages={})))
        spent["incidents"].append(
            seconds(
                lambda day=day, counts=counts: find_incidents(
                    day.service_date, day.pickups, day.alerts, day.corrections, day.points, counts
                )
            )
        )
        lon, lat = (report.points[name].to_numpy() for name in ("lon", "lat"))
        groups = [n // 5 for n in range(len(lon))]
        spent["order"].append(seconds(lambda o=(lon, lat, groups): drive_order(*o, (104.0, 25.0))))
    for name, (small, large) in spent.items():
        assert large < 4 * TIMES * small, (name, spent)
