"""The addresses of the desk: each page has one, which can be sent to a colleague."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote, urlencode

TABLES = ("csv", "xlsx")
"""The forms in which a page gives its table."""
_PLAIN = re.compile(r"[^/\\]*[^./\\][^/\\]*")
"""Ids that can be a part of a path: browsers would take `.` and `..` for folders."""


class Links:
    """Addresses of the pages of one site.

    Args:
        before: what stands before each path: empty, or that of a county among many.
    """

    def __init__(self, before: str = "") -> None:
        self.before = before

    def to(self, path: str, **query: object) -> str:
        """Return an address; what is None or empty is left out of its query."""
        asked = {name: str(value) for name, value in query.items() if value not in (None, "")}
        return f"{self.before}{path}" + (f"?{urlencode(asked)}" if asked else "")

    def day(self, day: date | str, **query: object) -> str:
        """Return the address of a service date."""
        return self.to(f"/day/{day}", **query)

    def point(self, point_id: str, day: date | str | None = None, **query: object) -> str:
        """Return the address of a point."""
        return self._of("/point", point_id, date=day, **query)

    def vehicle(self, vehicle_id: str, day: date | str | None = None, **query: object) -> str:
        """Return the address of a vehicle's day."""
        return self._of("/vehicle", vehicle_id, date=day, **query)

    def correction(self, point_id: str, **query: object) -> str:
        """Return the address of a correction in the queue."""
        return self._of("/corrections", point_id, **query)

    def evidence(self, point_id: str, day: date | str, **query: object) -> str:
        """Return the address of the evidence of a point on a date."""
        return self._of("/evidence", point_id, date=day, **query)

    def _of(self, page: str, name: str, **query: object) -> str:
        if _PLAIN.fullmatch(name):
            return self.to(f"{page}/{quote(name, safe='')}", **query)
        return self.to(page, id=name, **query)


def local(address: str, otherwise: str = "/") -> str:
    """Return an address of this site that a browser gave; another one for any that leads away."""
    inside = re.fullmatch(r"/(?![/\\])[^\x00-\x20\\]*", address)
    return address if inside and len(address) < 2000 else otherwise
