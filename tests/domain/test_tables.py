"""The contracts of the tables: what they declare, and what they refuse."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import pytest

from routecheck.domain import tables
from routecheck.domain.tables import REJECTED, STOPS, TEXT, Table, TableError

DECLARED = tomllib.loads(files("routecheck.domain").joinpath("columns.toml").read_text("utf-8"))
TABLES = {name: value for name, value in vars(tables).items() if isinstance(value, Table)}
UNITS = {"_m": "m", "_s": "s", "_kmh": "km/h", "_ms": "m/s", "_deg": "deg", "_minute": "min"}


def rejected(**changed: Any) -> pd.DataFrame:
    """Two rejected rows that are right."""
    columns: dict[str, Any] = {
        "file": pd.Categorical(["a.csv", "a.csv"]),
        "row": [2, 5],
        "reason": pd.Series(["bad_time", "jump"], dtype="str"),
        "text": pd.Series(["25:61", ""], dtype="str"),
        "day": [20512, -1],
    }
    return pd.DataFrame(columns | changed)


def test_every_declared_table_has_a_constant_of_its_name():
    assert sorted(TABLES) == sorted(name.upper() for name in DECLARED if name != "common")
    for name, table in TABLES.items():
        assert table.names == list(DECLARED[name.lower()]["columns"])


def test_every_common_column_is_used_and_none_is_declared_twice():
    columns = [
        (name, given)
        for table, declared in DECLARED.items()
        if table != "common"
        for name, given in declared["columns"].items()
    ]
    assert {name for name, given in columns if not given} == set(DECLARED["common"])
    own = [(name, tuple(given.items())) for name, given in columns if given]
    assert not {name for name, given in own if dict(given) == DECLARED["common"].get(name)}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_unit_in_a_name_is_the_unit_of_the_column(name):
    for column in TABLES[name].columns:
        assert column.meaning
        suffix = column.name[column.name.rfind("_") :]
        if column.kind in ("float", "int") and suffix in UNITS:
            assert column.unit == UNITS[suffix], column.name


@pytest.mark.parametrize("name", sorted(TABLES))
def test_an_empty_table_keeps_its_own_contract(name):
    empty = TABLES[name].check(TABLES[name].empty())
    assert list(empty.columns) == TABLES[name].names
    assert empty.empty


def test_an_empty_table_is_nobody_elses():
    one = STOPS.empty()
    one["fixes"] = np.zeros(0)
    one.insert(0, "more", [])
    assert list(STOPS.empty().columns) == STOPS.names
    assert STOPS.empty()["fixes"].dtype == np.int64


def test_what_a_table_does_not_name_is_left_out_and_the_order_is_its_own():
    given = rejected(more=1.0)[["more", "day", "text", "reason", "row", "file"]]
    assert list(REJECTED.check(given).columns) == REJECTED.names
    assert "more" in given.columns


def test_what_rows_leave_out_is_blank_and_text_is_empty():
    moment = pd.Timestamp("2026-03-02 07:00", tz="UTC")
    made = tables.CLASSIFIED.of_rows(
        [
            {
                "alert_id": "a1", "point_id": "P1", "service_date": moment.date(),
                "classification": "false", "cause": "not_due", "confidence": 1,
                "arrived_at": moment, "criteria": {"x": 1},
            }
        ]
    )  # fmt: skip
    row = made.iloc[0]
    assert row["vehicle_id"] == ""
    assert row["arrived_at"] == moment
    assert row["departed_at"] is pd.NaT
    assert np.isnan(row["dwell_s"])
    assert row["confidence"] == 1.0
    assert list(made.dtypes) == list(tables.CLASSIFIED.empty().dtypes)


def test_rows_without_what_must_not_be_blank_are_refused():
    with pytest.raises(TableError, match=r"classified\.service_date: blank in 1 rows"):
        tables.CLASSIFIED.of_rows([{"classification": "false", "cause": "gap", "confidence": 0.5}])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"row": [2.0, 5.0]}, "rejected.row: wanted int, found float64"),
        ({"file": pd.Series(["a.csv", "a.csv"], dtype="str")}, "rejected.file: wanted vehicle"),
        ({"text": [1, 2]}, "rejected.text: wanted text, found int64"),
        ({"text": pd.Series([None, "x"], dtype="str")}, "rejected.text: blank in 1 rows"),
        ({"row": pd.array([2, None], dtype="Int64")}, "rejected.row: blank in 1 rows"),
        ({"reason": pd.Series(["jump", "odd"], dtype="str")}, "unknown codes ['odd']"),
    ],
)
def test_a_wrong_column_is_refused_by_its_name(changed, message):
    with pytest.raises(TableError) as refused:
        REJECTED.check(rejected(**changed))
    assert message in str(refused.value)


def test_times_of_another_zone_or_unit_are_refused():
    start = pd.Series(pd.to_datetime(["2026-03-02 07:00"]))
    for wrong in (
        start.astype("datetime64[us]"),
        start.dt.tz_localize("Asia/Shanghai").dt.as_unit("us"),
        start.dt.tz_localize("UTC").dt.as_unit("ns"),
    ):
        with pytest.raises(TableError, match=r"clocks\.first: wanted time"):
            tables.CLOCKS.check(
                pd.DataFrame(
                    {
                        "vehicle_id": pd.Categorical(["V1"]),
                        "offset_s": 3600.0,
                        "fixes": 9,
                        "first": wrong,
                        "last": wrong,
                    }
                )
            )


def test_missing_columns_are_named():
    with pytest.raises(TableError, match="rejected: columns missing: row, day"):
        REJECTED.check(rejected().drop(columns=["row", "day"]))


def test_texts_that_arrow_keeps_come_out_as_pythons_own():
    given = rejected(file=pd.Series(["b.csv", "a.csv"], dtype="str").astype("category"))
    assert {given["file"].cat.categories.dtype.storage, given["text"].dtype.storage} == {"pyarrow"}
    checked = REJECTED.check(given)
    assert checked.dtypes[["reason", "text"]].tolist() == [TEXT, TEXT]
    assert checked["file"].cat.categories.dtype == TEXT
    pd.testing.assert_frame_equal(
        checked.astype(object), given.astype(object), check_column_type=False
    )
    assert given["text"].dtype.storage == "pyarrow"
