"""Where geometries are shown."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from routecheck.geo.shapes import shown_at


@pytest.mark.parametrize(
    ("geometry", "at"),
    [
        (shapely.Point(108.5, 28.1), (108.5, 28.1)),
        # The likeliest of several places; between them there may be nothing.
        (shapely.MultiPoint([(108.5, 28.1), (108.9, 28.3), (108.1, 28.0)]), (108.5, 28.1)),
        (shapely.MultiPoint([(108.9, 28.3), (108.5, 28.1)]), (108.9, 28.3)),
        (shapely.LineString([(108.0, 28.0), (108.4, 28.2)]), (108.2, 28.1)),
        (shapely.box(108.0, 28.0, 108.2, 28.1), (108.1, 28.05)),
        # Two boxes of one size: the middle of both.
        (
            shapely.MultiPolygon(
                [shapely.box(108.0, 28.0, 108.2, 28.1), shapely.box(108.4, 28.0, 108.6, 28.1)]
            ),
            (108.3, 28.05),
        ),
    ],
)
def test_several_positions_are_shown_at_the_first_and_shapes_at_their_centre(geometry, at) -> None:
    shown = shown_at(geometry)
    assert (shown.x, shown.y) == pytest.approx(at, abs=1e-9)


def test_what_has_no_geometry_is_shown_nowhere() -> None:
    assert shown_at(None) is None
    pair = np.array([None, shapely.MultiPoint([(1.0, 2.0), (3.0, 4.0)])], dtype=object)
    nowhere, first = shown_at(pair)
    assert nowhere is None
    assert (first.x, first.y) == (1.0, 2.0)
