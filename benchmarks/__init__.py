"""Benchmarks on made data with fixed seeds, each measurement in a process of its own.

`python -m benchmarks matching --size M` measures the matching against the floor (streaming the
same Parquet with pyarrow and nothing else) and, up to a county-month, a plain geopandas join.
"""
