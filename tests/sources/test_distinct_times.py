"""Distinct days and quarters of an hour: counted or sorted, they are the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.sources.time_values import COUNTED, _distinct


@pytest.mark.parametrize("reach", [5, COUNTED, 10 * COUNTED])
@given(values=st.lists(st.floats(0, 1), max_size=30), lowest=st.integers(-(10**7), 10**7))
def test_distinct_values_are_those_of_sorting(reach, values, lowest):
    numbers = lowest + (np.array(values) * reach).astype(np.int64)
    distinct, which = np.unique(numbers, return_inverse=True)
    found, of_each = _distinct(numbers)
    assert found.tolist() == distinct.tolist()
    assert of_each.tolist() == which.tolist()
