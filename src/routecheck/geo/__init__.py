"""Geometry: datums, projections, local planes, and tracks held against shapes."""
