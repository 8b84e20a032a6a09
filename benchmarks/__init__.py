"""Benchmarks on made data with fixed seeds, each measurement in a process of its own.

- `python -m benchmarks matching --size M` measures the matching that a run does, beside a plain
  geopandas join and, of a county-day, every segment against every point.
- `python -m benchmarks run` measures the whole `routecheck run`: a county-day against a
  reference, how it grows with days and with points, a prefecture.
- `python -m benchmarks outputs` measures what a judged date costs afterwards: storing it, and its
  report page.
- `python -m benchmarks all --size S --size M --size L --write docs/speed.md` does all of it and
  makes the page.
- `python -m benchmarks.accuracy` is the ledger of accuracy on simulated counties,
  `python -m benchmarks.worlds` that of other sites with known truth.
- `python -m benchmarks.places` is the ledger of places, and of what each term of their model is
  worth.
- `python -m benchmarks.submission` scores what any other method says of such sites,
  `python -m benchmarks.nearest` is the simplest one, `python -m benchmarks.comparison_page` puts
  both beside each other.
- `python -m benchmarks.real` tells what real recordings show.
- `python -m benchmarks.lying` judges a county once with each kind of false data.
"""
