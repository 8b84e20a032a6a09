"""What lies elsewhere (databases, platforms, object storage): asked, and kept as files.

Fetching ends with files that `sources` reads as it reads all others: so a date is judged again
without the server, and the same rows give the same verdicts wherever they came from.
"""

from routecheck.fetching.fetch import Fetched, fetch

__all__ = ["Fetched", "fetch"]
