"""Verdicts with versions: what was said when, and that nothing changes without a reason."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routecheck.domain.tables import CLASSIFIED, JUDGEMENTS, REJECTED, TEXT, TableError
from routecheck.store import Changes, DateOutcome, Store, conversion
from routecheck.store.schema import UtcDateTime
from store.builders import DAY, Clock, alert, classified, judgements, missed, pickup, rejected, utc


def write(
    store: Store,
    run_id: str,
    pickups: pd.DataFrame,
    alerts: pd.DataFrame | None = None,
    *,
    input_hash: str = "h1",
    provisional: bool = False,
    on: date = DAY,
) -> DateOutcome:
    return store.write_date(
        on,
        pickups,
        classified() if alerts is None else alerts,
        REJECTED.empty(),
        input_hash=input_hash,
        run_id=run_id,
        provisional=provisional,
        counts={"fixes": 12},
    )


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for the clock of the ledger, the list of runs, and seals."""
    found = {}
    with store.engine.connect().execution_options(reading=True) as connection:
        for name in sa.inspect(connection).get_table_names():
            if name not in ("run", "service_date", "seal"):
                all_rows = connection.exec_driver_sql(f"SELECT * FROM {name}").all()
                found[name] = sorted((tuple(row) for row in all_rows), key=str)
    return found


def test_what_is_written_is_read(store: Store, run_id: str) -> None:
    pickups = judgements(pickup("007"), missed("NA", criteria={"near": [1.5, None]}), alerted=True)
    alerts = classified(
        alert("-1", "NA", classification="genuine", cause="not_approached", raised_at=None)
    )
    outcome = write(store, run_id, pickups, alerts, provisional=True)
    assert outcome == DateOutcome(DAY, Changes(new=2), Changes(new=1), first_time=True)

    read = store.read_pickups(DAY)
    pd.testing.assert_frame_equal(
        read[JUDGEMENTS.names], pickups[JUDGEMENTS.names], check_column_type=False
    )
    assert read["alerted"].tolist() == [True, True]
    assert read["version"].tolist() == [1, 1]
    assert JUDGEMENTS.check(read) is not None
    pd.testing.assert_frame_equal(
        store.read_alerts(DAY)[CLASSIFIED.names], alerts, check_column_type=False
    )

    (entry,) = store.dates()
    assert entry["state"] == "provisional"
    assert entry["counts"] == {"fixes": 12}
    assert entry["input_hash"] == "h1"
    assert store.date_entry(DAY) == entry
    assert store.date_entry(DAY + timedelta(days=1)) is None


def test_dates_without_rows(store: Store, run_id: str) -> None:
    outcome = write(store, run_id, judgements())
    assert not outcome.changed
    assert outcome.first_time
    assert len(JUDGEMENTS.check(store.read_pickups(DAY))) == 0
    assert len(CLASSIFIED.check(store.read_alerts(DAY))) == 0
    assert len(REJECTED.check(store.read_rejected(DAY))) == 0
    assert len(store.dates()) == 1


def test_the_same_again_changes_nothing(store: Store, run_id: str) -> None:
    pickups = judgements(pickup("P1"), missed("P2"))
    alerts = classified(alert("A1", "P2", classification="genuine", cause="not_approached"))
    write(store, run_id, pickups, alerts)
    before = contents(store)
    (entry,) = store.dates()
    again = store.begin_run("run")
    outcome = write(store, again, pickups, alerts)
    assert outcome == DateOutcome(DAY, Changes(unchanged=2), Changes(unchanged=1), False)
    assert contents(store) == before
    (later,) = store.dates()
    assert later["changed_at"] == entry["changed_at"]
    assert later["judged_at"] > entry["judged_at"]


@pytest.mark.parametrize(
    ("column", "value", "revises"),
    [
        ("verdict", "unverifiable", True),
        ("cause", "clock", True),
        ("vehicle_id", "V2", True),
        ("window_end", "2026-03-02T03:00:00Z", True),
        ("scheduled_vehicle_id", "", True),
        ("arrived_at", "2026-03-01T23:10:06Z", True),
        ("arrived_at", "2026-03-01T23:10:05.4Z", False),
        ("arrived_at", None, True),
        ("departed_at", "2026-03-01T23:12:00Z", True),
        ("dwell_s", 41.3, True),
        ("dwell_s", 41.04, False),
        ("dwell_s", np.nan, True),
        ("distance_m", 7.6, True),
        ("distance_m", 7.5 + 1e-9, False),
        ("confidence", 0.901, True),
        ("confidence", 0.9 + 1e-6, False),
        ("criteria", {"say": "other"}, False),
    ],
)
def test_a_version_is_made_where_the_outcome_changes(
    store: Store, run_id: str, column: str, value: object, revises: bool
) -> None:
    write(store, run_id, judgements(pickup("P1"), pickup("P2")))
    outcome = write(
        store, run_id, judgements(pickup("P1", **{column: value}), pickup("P2")), input_hash="h2"
    )
    assert outcome.pickups == (Changes(revised=1, unchanged=1) if revises else Changes(unchanged=2))
    history = store.history("P1", DAY)
    assert history["version"].tolist() == ([1, 2] if revises else [1])
    assert history["current"].tolist() == ([False, True] if revises else [True])
    assert history["input_hash"].tolist() == (["h1", "h2"] if revises else ["h1"])
    if revises:
        assert history["ended_at"].iloc[0] == history["said_at"].iloc[1]
    if column == "criteria":  # brought up to date within the version
        assert store.read_pickups(DAY)["criteria"].iloc[0] == {"say": "other"}


def test_an_alert_makes_a_version_of_its_pickup(store: Store, run_id: str) -> None:
    write(store, run_id, judgements(pickup("P1"), pickup("P2"), alerted=None))
    outcome = write(
        store, run_id, judgements(pickup("P1"), pickup("P2"), alerted=None), classified(alert())
    )
    assert outcome.pickups == Changes(revised=1, unchanged=1)
    assert store.read_pickups(DAY)["alerted"].tolist() == [True, False]


def test_what_is_gone_is_closed_and_may_come_back(store: Store, run_id: str, clock: Clock) -> None:
    both = judgements(pickup("P1"), missed("P2"))
    write(store, run_id, both, classified(alert("A1"), alert("A2", "P2")))
    first = clock.at
    outcome = write(store, run_id, judgements(pickup("P1")), classified(alert("A1")))
    assert outcome.pickups == Changes(closed=1, unchanged=1)
    assert outcome.alerts == Changes(closed=1, unchanged=1)
    assert store.read_pickups(DAY)["point_id"].tolist() == ["P1"]
    assert store.read_alerts(DAY)["alert_id"].tolist() == ["A1"]
    assert store.alert_history("P2", DAY)["current"].tolist() == [False]

    assert write(store, run_id, both).pickups == Changes(new=1, unchanged=1)
    assert store.history("P2", DAY)["version"].tolist() == [1, 2]
    assert store.read_pickups(DAY, as_of=first)["point_id"].tolist() == ["P1", "P2"]
    between = first + timedelta(seconds=90)
    assert store.read_pickups(DAY, as_of=between)["point_id"].tolist() == ["P1"]
    assert len(store.read_pickups(DAY, as_of=first - timedelta(hours=1))) == 0


def test_late_data_turn_a_miss_and_the_miss_is_kept(store: Store, run_id: str) -> None:
    write(store, run_id, judgements(missed("P1")), input_hash="before")
    write(store, run_id, judgements(pickup("P1", cause="late_data")), input_hash="after")
    history = store.history("P1", DAY)
    assert history["verdict"].tolist() == ["missed", "collected"]
    assert history["input_hash"].tolist() == ["before", "after"]
    assert pd.isna(history["arrived_at"].iloc[0])


def test_dates_do_not_touch_each_other(store: Store, run_id: str) -> None:
    write(store, run_id, judgements(pickup("P1")))
    next_day = DAY + timedelta(days=1)
    write(store, run_id, judgements(missed("P9", service_date=next_day)), on=next_day)
    assert store.read_pickups(DAY)["point_id"].tolist() == ["P1"]
    assert [entry["service_date"] for entry in store.dates()] == [DAY, next_day]


def test_two_windows_on_one_day_are_two_pickups(store: Store, run_id: str) -> None:
    evening = {"window_start": "2026-03-02T10:00:00Z", "window_end": "2026-03-02T12:00:00Z"}
    write(store, run_id, judgements(missed("P1", **evening), pickup("P1")))
    assert store.read_pickups(DAY)["verdict"].tolist() == ["collected", "missed"]


def test_two_rows_of_one_pickup_are_a_bug_and_write_nothing(store: Store, run_id: str) -> None:
    with pytest.raises(TableError):
        write(store, run_id, judgements(pickup("P1"), missed("P1")))
    assert store.dates() == []
    assert len(store.read_pickups(DAY)) == 0


def test_texts_that_databases_refuse(store: Store, run_id: str) -> None:
    strange = judgements(pickup("P\x001", criteria={"k\x00": "a\ud800b", "n": float("nan")}))
    assert write(store, run_id, strange).pickups == Changes(new=1)
    assert write(store, run_id, strange).pickups == Changes(unchanged=1)
    read = store.read_pickups(DAY)
    assert read["point_id"].tolist() == ["P\ufffd1"]
    assert read["criteria"].iloc[0] == {"k\ufffd": "a\ufffdb", "n": None}


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/Berlin", "2026-10-25T02:30:00+02:00"),  # the hour that comes twice
        ("Europe/Berlin", "2026-10-25T02:30:00+01:00"),
        ("America/New_York", "2026-03-08T03:00:00-04:00"),  # after the hour that is left out
        ("Asia/Kathmandu", "2026-03-02T06:00:00+05:45"),
        ("Pacific/Apia", "2026-03-02T06:00:00+13:00"),
        ("Asia/Shanghai", "2026-03-02T06:00:00+08:00"),
    ],
)
def test_moments_come_back_as_the_same_moment(
    store: Store, run_id: str, zone: str, local: str
) -> None:
    moment = utc(local)
    table = judgements(pickup(arrived_at=moment.astimezone(UTC)))
    write(store, run_id, table)
    (back,) = store.read_pickups(DAY)["arrived_at"]
    assert back == moment
    assert back.tz_convert(zone).isoformat() == local
    store.now = lambda: moment.astimezone(ZoneInfo(zone))
    store.finish_run(run_id, "done")
    (run,) = store.runs()
    assert run["finished_at"] == moment
    assert run["finished_at"].utcoffset() == timedelta(0)


def test_naive_times_are_refused(store: Store) -> None:
    store.now = lambda: datetime(2026, 3, 2, 6, 0)  # noqa: DTZ001 - what is tested
    with pytest.raises(Exception, match="naive"):
        store.begin_run("run")
    naive = pd.Series(pd.to_datetime(["2026-03-02T06:00:00"]), name="arrived_at")
    with pytest.raises(ValueError, match="arrived_at"):
        conversion.moments(naive)


@given(
    moment=st.datetimes(
        min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis wants bounds so
        max_value=datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.timezones(),
    )
)
def test_any_moment_keeps_its_value_in_sqlite_s_text(moment: datetime) -> None:
    dialect = sa.create_engine("sqlite://").dialect
    kind = UtcDateTime().dialect_impl(dialect)
    write, read = kind.bind_processor(dialect), kind.result_processor(dialect, None)
    theirs = sa.DateTime().dialect_impl(dialect).bind_processor(dialect)
    assert write is not None
    assert read is not None
    assert theirs is not None
    stored = write(moment)
    assert stored == theirs(moment.astimezone(UTC).replace(tzinfo=None))
    assert read(stored).timestamp() == moment.timestamp()
    assert read(stored).tzinfo is UTC


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    days=st.lists(
        st.dictionaries(
            st.sampled_from(["P1", "P2", "P3"]),
            st.tuples(
                st.sampled_from(["collected", "missed"]),
                # As they are told: whichever way a half is rounded, nothing hangs on it.
                st.one_of(st.none(), st.integers(0, 100_000).map(lambda tenths: tenths / 10)),
            ),
        ),
        max_size=6,
    )
)
def test_the_store_keeps_the_last_word_and_every_word(
    tmp_path_factory: pytest.TempPathFactory, days: list[dict[str, tuple[str, float | None]]]
) -> None:
    """Against a plain list of all that was said."""
    said: dict[str, list[tuple[str, float | None] | None]] = {"P1": [], "P2": [], "P3": []}
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('s') / 's.db'}") as store:
        run_id = store.begin_run("run")
        for now in days:
            write(
                store, run_id,
                judgements(*(pickup(p, verdict=v, dwell_s=d) for p, (v, d) in now.items())),
            )  # fmt: skip
            for name, words in said.items():
                word = now.get(name)
                if word != (words[-1] if words else None):
                    words.append(word)
        for name, words in said.items():
            spoken = [word for word in words if word is not None]
            history = store.history(name, DAY)
            found = [
                (v, None if pd.isna(d) else d)
                for v, d in zip(history["verdict"], history["dwell_s"], strict=True)
            ]
            assert found == spoken
            assert history["version"].tolist() == list(range(1, len(spoken) + 1))
            last = bool(words) and words[-1] is not None
            assert history["current"].tolist() == [False] * (len(spoken) - last) + [True] * last


def test_rejected_rows_are_kept_by_date_and_by_input(store: Store, run_id: str) -> None:
    of_day = rejected(
        ("fixes/a.csv", 7, "jump", "V1,2026"), ("fixes/a.csv", 9, "jump", "=x"),
        ("fixes/b.csv", 2, "bad_time", "\x00"),
    )  # fmt: skip
    store.write_date(
        DAY, judgements(), classified(), of_day, input_hash="h", run_id=run_id, provisional=False
    )
    pd.testing.assert_frame_equal(REJECTED.check(store.read_rejected(DAY)), of_day)
    assert store.rejected_counts(DAY) == [
        ("fixes/a.csv", "jump", 2),
        ("fixes/b.csv", "bad_time", 1),
    ]
    of_points = rejected(("points.csv", 3, "missing_value", ",,"))
    store.write_rejected({"points": of_points, "schedule": rejected()})
    assert store.rejected_inputs() == ["points", "schedule"]
    assert len(REJECTED.check(store.read_rejected("schedule"))) == 0
    pd.testing.assert_frame_equal(REJECTED.check(store.read_rejected("points")), of_points)
    store.write_rejected({"points": rejected()})
    assert store.rejected_inputs() == ["points", "schedule"]
    assert len(store.read_rejected("points")) == 0
    assert store.rejected_counts("points") == []


def test_evidence_of_a_span_of_dates(store: Store, run_id: str) -> None:
    stops = pd.DataFrame(
        {
            "vehicle_id": pd.Series(["V1", "V2", "V1"], dtype=TEXT).astype("category"),
            "start": pd.to_datetime(["2026-03-01T23:00:00Z"] * 3).astype("datetime64[us, UTC]"),
            "lon": np.array([104.1, np.nan, 104.3], dtype=np.float32),
        }
    )
    days = [DAY + timedelta(days=n) for n in range(4)]
    for day in days:
        store.write_date(
            day, judgements(), classified(), REJECTED.empty(), input_hash="h", run_id=run_id,
            provisional=False, evidence_tables={"stops": stops.assign(n=day.day)},
        )  # fmt: skip
    store.put_evidence(days[1], "other", stops)
    store.put_evidence(days[2], "stops", stops.head(0).assign(n=0))
    found = store.evidence("stops", days[1], days[2])
    assert list(found) == days[1:3]
    pd.testing.assert_frame_equal(found[days[1]], stops.assign(n=days[1].day))
    assert len(found[days[2]]) == 0


def test_a_failed_date_leaves_no_part(store: Store, run_id: str) -> None:
    write(store, run_id, judgements(pickup("P1")))
    before = contents(store)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        write(store, "no such run", judgements(missed("P1")))
    assert contents(store) == before
