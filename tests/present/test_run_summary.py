"""What a run tells people, where it is short."""

from routecheck.engine.results import RunReport
from routecheck.present.run_summary import notices


def test_the_most_common_reasons_are_named_and_the_rest_is_counted() -> None:
    few = {"jump": 3, "bad_time": 5}
    many = {"jump": 1, "bad_time": 70, "bad_clock": 2, "duplicate": 600, "stale": 1}
    report = RunReport(rejected={"points": few, "fixes": many})
    told = notices(report, "en")
    assert told[0].endswith("(not a time 5, impossible jump 3); see rejected_points.csv"), told[0]
    assert told[1].startswith("674 rows of fixes were rejected (")
    assert told[1].endswith("impossible date 2, other reasons 2); see rejected_*.csv")
    assert "其他原因 2）" in notices(report, "zh")[1]
