"""What another method hands in is measured as routecheck's own verdicts are."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from benchmarks import nearest, submission
from benchmarks.sites import compared, judge, routecheck, true_of

from routecheck.evaluate import measure

PICKUP = ["point_id", "service_date", "start_minute"]
LAST = pd.Timestamp("2026-03-04").date()


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("worlds") / "world"
    size = ("--points", "90", "--trucks", "8", "--days", "3")
    routecheck("simulate", str(folder), "--profile", "hard", "--seed", "12", *size)
    judge(folder, pd.Timestamp("2026-03-02").date(), LAST)
    return folder


def test_own_exports_count_as_the_store_does(world):
    stored = compared(world, true_of(world))
    handed_in = submission.scored(world, submission.read_submission(world / "out"))
    names = [name for name in stored.pickups if name != "criterion"]
    pd.testing.assert_frame_equal(
        handed_in.pickups.sort_values(PICKUP)[names].reset_index(drop=True),
        stored.pickups.sort_values(PICKUP)[names].reset_index(drop=True),
    )
    # Of a point due twice a day, an export does not say which of the two an alert was about.
    twice = stored.pickups.loc[
        stored.pickups.duplicated(PICKUP[:2], keep=False), "point_id"
    ].unique()
    both = [
        table[~table["point_id"].isin(twice)].sort_values("alert_id").reset_index(drop=True)
        for table in (handed_in.alerts, stored.alerts)
    ]
    assert len(both[0]) > 30
    pd.testing.assert_frame_equal(*both)
    own, theirs = measure(handed_in).corrections, measure(stored).corrections
    assert own is not None
    assert own == theirs


def test_pickups_alone_judge_the_alerts_that_name_them(world):
    pickups = submission.read_submission(world / "out").pickups
    handed_in = submission.scored(world, submission.Submission(pickups))
    verdict = handed_in.pickups.set_index(PICKUP[:2])["verdict"]
    once = verdict[~verdict.index.duplicated(keep=False)]
    alerts = handed_in.alerts.join(once, on=PICKUP[:2], how="inner")
    said = {(row.verdict, row.classification) for row in alerts.itertuples()}
    assert said <= {("collected", "false"), ("missed", "genuine"), ("unverifiable",) * 2}
    assert len(said) == 3


def test_the_simplest_method_accuses_where_the_record_is_wrong(world):
    """By hand: an accusation is wrong where the truth says collected, or that nothing was due."""
    rows = nearest.verdicts_of(world)
    found = measure(submission.scored(world, submission.Submission(rows.astype("str"))))
    truth = pd.read_csv(world / "truth.csv", dtype="str")
    key = ["point_id", "service_date", "window_start"]
    rows["service_date"] = rows["service_date"].astype("str")
    missed = rows[rows["verdict"] == "missed"]
    done = truth.loc[truth["collected"] == "true", key]
    # On a day that was not due the truth names no window.
    idle = truth.loc[truth["cause"] == "not_due", key[:2]]
    wrong = len(missed.merge(done)) + len(missed.merge(idle))
    assert found.routecheck.accused_pickups.hits == wrong
    assert wrong > 20


def test_what_cannot_be_scored_is_refused(world, tmp_path, capsys):
    rows = pd.DataFrame({"point_id": ["P0001"], "service_date": ["2026-03-02"]})
    path = tmp_path / "verdicts.csv"

    def refused(table: pd.DataFrame) -> str:
        table.to_csv(path, index=False)
        with pytest.raises(SystemExit, match="2"):
            submission.main([str(world), str(path)])
        return capsys.readouterr().err

    assert "column missing: verdict" in refused(rows)
    assert "found: skipped" in refused(rows.assign(verdict="skipped"))
    assert "found: a blank" in refused(rows.assign(verdict=None))
    good = rows.assign(verdict="missed")
    assert "found: 95" in refused(good.assign(confidence="95"))
    assert "found: sure" in refused(good.assign(confidence="sure"))
    assert "service_date is not in ISO 8601" in refused(good.assign(service_date="3 March"))
    assert "window_start is not in ISO 8601" in refused(good.assign(window_start="early"))
    twice = pd.concat([rows.assign(verdict="missed")] * 2)
    assert "two verdicts" in refused(twice.assign(window_start="2026-03-02T05:00:00+08:00"))
    with pytest.raises(SystemExit, match="2"):
        submission.main([str(world), str(tmp_path / "nowhere.csv")])
    assert "there is no such file" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        submission.main([str(world), str(tmp_path)])
    assert "no pickups_*.csv" in capsys.readouterr().err


def test_what_is_left_out_and_what_is_too_much_is_told(world):
    rows = nearest.verdicts_of(world).astype("str")

    def counts(table: pd.DataFrame) -> dict[str, str]:
        found = measure(submission.scored(world, submission.Submission(table)))
        return {row[0].strip(): row[2] for row in submission.score_rows("x", found)[1:4]}

    truth = pd.read_csv(world / "truth.csv", dtype="str")
    due = truth["window_start"].notna().sum()
    whole = counts(rows)
    half = counts(rows.iloc[::2])
    asked = int(half["pickups"].replace(",", "")) - int(half["without a verdict"])
    assert int(whole["without a verdict"]) < 0.01 * due
    assert asked == (len(rows) + 1) // 2 - int(half["verdicts of no pickup"])
    strange = rows.head(3).assign(point_id=["X1", "X2", "X3"])
    more = counts(pd.concat([rows, strange]))
    assert int(more["verdicts of no pickup"]) == int(whole["verdicts of no pickup"]) + 3


def test_a_window_without_a_zone_is_local(world):
    rows = nearest.verdicts_of(world).astype("str")
    local = rows.assign(window_start=rows["window_start"].str.removesuffix("+08:00"))
    assert local["window_start"].str.len().eq(len("2026-03-02T05:00:00")).all()
    mixed = pd.concat([rows.iloc[::2], local.iloc[1::2]])
    whole = submission.scored(world, submission.Submission(rows))
    for table in (local, mixed):
        found = submission.scored(world, submission.Submission(table))
        pd.testing.assert_frame_equal(found.pickups, whole.pickups)


def test_a_file_in_parquet_counts_as_the_same_in_csv(world, tmp_path, capsys):
    rows = nearest.verdicts_of(world).astype("str")
    rows.to_csv(tmp_path / "a.csv", index=False)
    rows.to_parquet(tmp_path / "a.parquet")
    told = []
    for name in ("a.csv", "a.parquet"):
        submission.main([str(world), str(tmp_path / name)])
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert "wrong accusations" in told[0]
