"""Benchmarks on made data with fixed seeds, each measurement in a process of its own.

- `python -m benchmarks matching --size M` measures the matching against the floor (streaming the
  same Parquet with pyarrow and nothing else) and, up to a county-month, a plain geopandas join.
- `python -m benchmarks run` measures the whole `routecheck run`: a county-day against a
  reference, how it grows with days and with points, a prefecture.
- `python -m benchmarks all --size S --size M --size L --write docs/speed.md` does all of it and
  makes the page.
- `python -m benchmarks.accuracy` is the ledger of accuracy.
"""
