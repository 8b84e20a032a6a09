"""Columns of times, runs of equal values, rows as named tuples."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from routecheck.domain.arrays import records, rows_of, runs_of, seconds, times

MOMENTS = st.floats(6e8, 4e9).map(lambda s: datetime.fromtimestamp(round(s, 6), UTC))


@given(st.lists(st.none() | MOMENTS, max_size=6))
def test_times_are_seconds_since_1970_and_back_to_the_microsecond(moments):
    column = pd.Series(moments, dtype="datetime64[us, UTC]")
    values_s = seconds(column)
    for moment, value in zip(moments, values_s, strict=True):
        if moment is None:
            assert np.isnan(value)
        else:
            assert abs(value - moment.timestamp()) < 1e-6
    assert pd.Series(times(values_s)).equals(column)


@given(st.lists(st.integers(0, 3), max_size=30))
def test_runs_are_those_of_the_standard_library(values):
    expected = [(value, len(list(run))) for value, run in groupby(values)]
    codes, starts, lengths = runs_of(np.array(values, dtype=np.int64))
    assert list(zip(codes.tolist(), lengths.tolist(), strict=True)) == expected
    assert starts.tolist() == np.cumsum([0, *lengths[:-1]]).tolist()[: len(expected)]


def test_records_are_rows_by_column():
    table = pd.DataFrame({"vehicle_id": ["V1", "V2"], "class": [1, 2]})
    first, second = records(table)
    assert (first.vehicle_id, second.vehicle_id) == ("V1", "V2")
    assert [row[1] for row in (first, second)] == [1, 2], "a keyword is no name of an attribute"
    assert list(records(table.iloc[:0])) == []


@given(st.lists(st.sampled_from(["", "a", "b", "车"]), max_size=30))
def test_rows_of_names_are_those_that_one_would_look_up(names):
    found = rows_of(np.array(names, dtype=object))
    assert set(found) == set(names)
    for name, rows in found.items():
        assert rows.tolist() == [k for k, one in enumerate(names) if one == name]
