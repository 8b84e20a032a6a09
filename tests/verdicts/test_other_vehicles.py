"""Other vehicles that may have made a pickup, and silences that may hide one."""

from __future__ import annotations

import numpy as np
import pytest

from judged import HOME, a, decide, of_p, serve, verdict
from scene import drive, fixes, local, points, schedule, together

OTHERS = (3400.0, 3800.0, 4200.0)
SIDE = points(P=(3000.0, 400.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
"""P stands at the end of a side road of 400 m."""


def b(legs, begins="06:20", **options):
    sampling = {k: options.pop(k) for k in ("every_s", "lag_s") if k in options}
    return fixes("B", local(begins), drive((0.0, 0.0), legs, **sampling), **options)


def test_a_truck_that_turns_back_with_time_to_spare_may_have_collected():
    into = [("to", 3000.0, 0.0, 8.0), ("to", 3000.0, 400.0, 8.0)]
    back = [("to", 3000.0, 0.0, 8.0), *HOME]
    rounds = a(serve(*OTHERS))
    # Two minutes between fixes: none of them at the point.
    for lag in (0.0, 30.0, 60.0, 90.0):
        there = b([("stand", 60), *into, ("stand", 90), *back], every_s=120.0, lag_s=lag)
        assert verdict(together(rounds, there), pts=SIDE)[0] != "missed", lag
    # Fixes every ten seconds show that it did not stop.
    turned = b([("stand", 60), *into, *back])
    assert verdict(together(rounds, turned), pts=SIDE) == ("missed", "passed_by")


def test_a_truck_that_came_and_went_back_unseen_may_have_collected():
    """Heard until 350 m before P, and again from there on, on its way home."""
    unseen = [("hide", 3000.0, 0.0, 8.0), ("silent", 90), ("hide", 2650.0, 0.0, 8.0)]
    there = b([("stand", 60), ("to", 2650.0, 0.0, 8.0), *unseen, ("to", 0.0, 0.0, 8.0),
               ("stand", 16000)])  # fmt: skip
    assert verdict(together(a(serve(*OTHERS)), there)) == ("unverifiable", "gap")
    # No time to spare: it turned.
    hurried = [("hide", 3000.0, 0.0, 16.0), ("hide", 2650.0, 0.0, 16.0)]
    turned = b([("stand", 60), ("to", 2650.0, 0.0, 8.0), *hurried, ("to", 0.0, 0.0, 8.0),
                ("stand", 16000)])  # fmt: skip
    assert verdict(together(a(serve(*OTHERS)), turned))[0] == "missed"
    # Beside a point that is hardly ever served it came for something else.
    both = together(a(serve(*OTHERS)), there)
    assert verdict(both, places=of_p(seldom=True)) == ("missed", "passed_by")


def test_a_truck_that_passes_and_goes_on_did_not_come_for_the_point():
    rounds = a(serve(*OTHERS))
    on = b([("stand", 60), ("to", 9000.0, 0.0, 8.0), ("stand", 20000)], every_s=120.0)
    assert verdict(together(rounds, on)) == ("missed", "passed_by")


def test_a_truck_that_turns_back_to_its_own_point_came_for_that():
    """B serves T, is not heard for three minutes on from there, and drives home."""
    legs = [("stand", 60), ("to", 2560.0, 0.0, 8.0), ("stand", 20), ("to", 2680.0, 0.0, 8.0),
            ("hide", 2850.0, 0.0, 8.0), ("silent", 140), ("hide", 2680.0, 0.0, 8.0),
            ("to", 0.0, 0.0, 8.0), ("stand", 16000)]  # fmt: skip
    table = together(a(serve(*OTHERS)), b(legs))
    assert verdict(table) == ("unverifiable", "gap")
    pts = points(P=(3000.0, 5.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0),
                 T=(2560.0, 5.0))  # fmt: skip
    route = schedule(*[(p, "A", "06:00", "10:00") for p in "PQRS"], ("T", "B", "06:00", "10:00"))
    assert verdict(table, "T", pts=pts, route=route)[0] == "collected"
    assert verdict(table, "P", pts=pts, route=route) == ("missed", "passed_by")


def test_silence_after_a_window_in_the_yard_may_hide_a_late_round():
    """Heard in its yard all the window, then for hours not at all: the device died."""
    died = [("stand", 4 * 3600 + 600), ("silent", 5 * 3600), ("stand", 600)]
    assert verdict(a(died, begins="06:00", every_s=120.0)) == ("unverifiable", "gap")
    # Heard on: it stayed.
    stayed = [("stand", 10 * 3600)]
    table = a(stayed, begins="06:00", every_s=120.0)
    assert verdict(table) == ("missed", "route_not_run")


def test_of_swapped_rounds_a_silence_far_from_the_window_may_hide_a_pickup():
    """The morning's points are served in the afternoon; the truck is silent past one of them."""
    route = schedule(*[(p, "A", "05:00", "07:00") for p in "PQRS"])
    legs = [("stand", 60), ("to", 2000.0, 0.0, 8.0), ("hide", 3200.0, 0.0, 1.2),
            ("to", 3400.0, 0.0, 8.0), ("stand", 60), ("to", 3800.0, 0.0, 8.0), ("stand", 60),
            ("to", 4200.0, 0.0, 8.0), ("stand", 60), *HOME]  # fmt: skip
    table = together(
        a([("stand", 7.5 * 3600)], begins="05:00", every_s=120.0), a(legs, begins="13:00")
    )
    verdicts = decide(table, route=route).judgements.set_index("point_id")["verdict"]
    assert verdicts.to_dict() == dict.fromkeys("QRS", "collected") | {"P": "unverifiable"}


@pytest.mark.parametrize(("until_m", "found"), [(2900.0, "unverifiable"), (2600.0, "missed")])
def test_whoever_falls_silent_beside_a_point_may_have_served_it_at_any_hour(until_m, found):
    """All the morning elsewhere; nine hours later silent for minutes, from beside the point on."""
    route = schedule(*[(p, "A", "05:00", "07:00") for p in "PQRS"])
    west = [("stand", 60), ("to", -6000.0, 0.0, 8.0), ("stand", 60), ("to", 0.0, 0.0, 8.0)]
    late = [("to", until_m, 0.0, 8.0), ("hide", 3300.0, 0.0, 1.0), *HOME]
    table = a([*west, ("stand", 39000), *late], begins="05:00", every_s=30.0)
    assert verdict(table, route=route)[0] == found


def test_a_truck_seen_at_some_points_of_a_round_may_have_served_the_rest_in_silence():
    pts = points(**{p: (3000.0 + 400.0 * k, 5.0) for k, p in enumerate("PQRSTUV")})
    route = schedule(*[(p, "A", "06:00", "10:00") for p in "PQRSTUV"])
    idle = a([("stand", 40000)], every_s=120.0)
    seen = [("stand", 60)]
    for x in (3000.0, 3400.0, 3800.0):
        seen += [("to", x, 0.0, 8.0), ("stand", 60)]
    unseen = [("hide", 5600.0, 0.0, 2.0), *HOME]
    verdicts = decide(together(idle, b([*seen, *unseen])), pts=pts, route=route).judgements
    verdicts = verdicts.set_index("point_id")["verdict"]
    assert set(verdicts[["P", "Q", "R"]]) == {"collected"}
    assert set(verdicts[["S", "T", "U"]]) == {"unverifiable"}
    # The silence of a truck that did nothing of the round does not matter.
    nothing = b([("stand", 60), ("to", 2000.0, 0.0, 8.0), ("hide", 5600.0, 0.0, 2.0), *HOME])
    left = decide(together(idle, nothing), pts=pts, route=route).judgements
    assert set(left["cause"]) == {"route_not_run"}


def test_a_truck_just_outside_at_some_points_may_have_served_the_rest_in_silence():
    """The first two are shown by no visit but a stand 38 m off."""
    far = {"P": (3000.0, 38.0), "Q": (3400.0, 38.0)}
    pts = points(**far, **{p: (3800.0 + 400.0 * k, 5.0) for k, p in enumerate("RSTU")})
    route = schedule(*[(p, "A", "06:00", "10:00") for p in "PQRSTU"])
    idle = a([("stand", 40000)], every_s=120.0)
    seen = [("stand", 60), ("to", 3000.0, 0.0, 8.0), ("stand", 60), ("to", 3400.0, 0.0, 8.0),
            ("stand", 60), ("hide", 5400.0, 0.0, 2.0), *HOME]  # fmt: skip
    verdicts = decide(together(idle, b(seen)), pts=pts, route=route).judgements
    verdicts = verdicts.set_index("point_id")["verdict"]
    assert verdicts.to_dict() == dict.fromkeys("PQ", "collected") | dict.fromkeys(
        "RSTU", "unverifiable"
    )


def test_a_round_that_was_run_late_was_run():
    """In the yard through the window, at the points two hours later: one was passed by."""
    idle = a([("stand", 4 * 3600)], begins="06:00", every_s=120.0)
    late = a(serve(*OTHERS), begins="10:10")
    table = together(idle, late)
    assert verdict(table, "Q") == ("collected", "outside_window")
    assert verdict(table, "P") == ("missed", "passed_by")


def test_fixes_that_scatter_in_poor_reception_do_not_show_that_nobody_stood():
    """At the stands before and after P they lie some thirty metres off: past P as well."""
    legs = [("stand", 60), ("to", 2700.0, 0.0, 8.0), ("stand", 90), ("to", 3700.0, 0.0, 8.0),
            ("stand", 90), ("to", 4200.0, 0.0, 8.0), ("stand", 60), *HOME]  # fmt: skip
    clear = drive((0.0, 0.0), legs)
    off = np.random.default_rng(5).normal(0, 22.0, (len(clear), 2))
    poor = [
        (t, x + dx, y + dy, v) if 2500.0 < x < 3900.0 and t < 1200.0 else (t, x, y, v)
        for (t, x, y, v), (dx, dy) in zip(clear, off, strict=True)
    ]
    assert verdict(fixes("A", local("06:10"), poor)) == ("unverifiable", "poor_fixes")
    assert verdict(fixes("A", local("06:10"), clear)) == ("missed", "passed_by")


def test_a_receiver_that_is_poor_in_its_yard_is_poor_on_the_way():
    """No speeds, thirty metres of scatter: a stand looks like driving, on that day everywhere."""
    legs = [("stand", 1800), ("to", 3400.0, 0.0, 8.0), ("stand", 60), ("to", 3800.0, 0.0, 8.0),
            ("stand", 60), *HOME]  # fmt: skip
    clear = drive((0.0, 0.0), legs)
    off = np.random.default_rng(8).normal(0, 30.0, (len(clear), 2))
    poor = [(t, x + dx, y + dy, v) for (t, x, y, v), (dx, dy) in zip(clear, off, strict=True)]
    verdicts = verdict(fixes("A", local("06:10"), poor, speed=False))
    assert verdicts[0] == "unverifiable"
    assert verdict(fixes("A", local("06:10"), clear, speed=False)) == ("missed", "passed_by")


def test_a_colleague_seen_at_one_stop_and_silent_at_the_next_may_have_helped_there_too():
    """A breaks off after Q; B does P, and nothing is heard of it past R and S."""
    broken = a([("stand", 60), ("to", 3400.0, 0.0, 8.0), ("stand", 60), ("to", 0.0, 0.0, 8.0),
                ("stand", 20000)])  # fmt: skip
    helped = [("stand", 60), ("to", 3000.0, 0.0, 8.0), ("stand", 60), ("to", 3500.0, 0.0, 8.0)]
    silent = together(broken, b([*helped, ("hide", 5000.0, 0.0, 2.0), *HOME]))
    verdicts = decide(silent).judgements.set_index("point_id")["verdict"]
    assert verdicts.to_dict() == dict.fromkeys("PQ", "collected") | dict.fromkeys(
        "RS", "unverifiable"
    )
    # Heard all the way, it drove past them.
    heard = together(broken, b([*helped, ("to", 5000.0, 0.0, 8.0), *HOME]))
    verdicts = decide(heard).judgements.set_index("point_id")["verdict"]
    assert verdicts.to_dict() == dict.fromkeys("PQ", "collected") | dict.fromkeys("RS", "missed")
