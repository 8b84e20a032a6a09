"""One request of somebody at the desk: who asks, for which site, in which language."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.requests import Request

from routecheck.desk.links import TABLES, Links
from routecheck.desk.sessions import DeskSession
from routecheck.desk.site import Site
from routecheck.domain.codes import Language
from routecheck.domain.errors import MissingDataError, UsageError
from routecheck.texts import text

if TYPE_CHECKING:
    from routecheck.desk.app import Desk

MOST_FIELDS = 100
"""Fields of a form: ours have a dozen."""
FIRST_YEAR, LAST_YEAR = 1970, 2199
"""Years of which there can be tracks."""


class ForbiddenError(UsageError):
    """What was asked may not be done by whoever asks."""


@dataclass
class Visit:
    """A request.

    Attributes:
        desk: that is asked.
        site: that it is about.
        session: of whoever asks.
        request: as it came.
        language: of the answer.
        links: addresses of the site.
        form: what a form holds, by name; of a name that is given several times, the last.
        fields: the same, each name as often as it was given.
    """

    desk: Desk
    site: Site
    session: DeskSession
    request: Request
    language: Language
    links: Links
    form: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> Mapping[str, str]:
        """What the address asks."""
        return self.request.query_params

    @property
    def address(self) -> str:
        """The address that was asked for, with its query."""
        url = self.request.url
        return url.path + (f"?{url.query}" if url.query else "")

    @property
    def as_table(self) -> str:
        """Whether the table of the page is wanted: `csv`, `xlsx`, or empty for the page."""
        wanted = self.query.get("as", "")
        return wanted if wanted in TABLES else ""

    @property
    def waiting(self) -> int:
        """How many corrections wait for a decision; 0 where the store cannot tell."""
        return self.desk.waiting(self.site)

    def t(self, key: str, **values: object) -> str:
        """Return a text of the desk."""
        return text(f"desk.{key}", self.language, **values)

    def name_in(self, part: str = "name") -> str:
        """Return the id that the address names.

        Raises:
            MissingDataError: it names none.
        """
        found = self.request.path_params.get(part) or self.query.get("id", "")
        if not found:
            raise MissingDataError("desk.nothing_here")
        return str(found)

    def day_in(self, given: str) -> date:
        """Return a date of an address.

        Raises:
            MissingDataError: it is none.
        """
        try:
            found = date.fromisoformat(given)
        except ValueError:
            found = date.min
        # Weeks and months are counted from a date; at the ends of the calendar there are none.
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise MissingDataError("desk.no_such_date", found=given[:40])
        return found

    def take_told(self) -> list[str]:
        """Return what is to be said on this page, and forget it."""
        told, self.session.told = self.session.told, []
        return told

    def require_decides(self) -> None:
        """Require that whoever asks may decide.

        Raises:
            ForbiddenError: they may only look.
        """
        if not self.session.decides:
            raise ForbiddenError("desk.may_only_look")


def read_form(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form, in order.

    Raises:
        UsageError: it holds more than a form of ours.
    """
    try:
        return parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS,
            errors="replace",
        )  # fmt: skip
    except ValueError:
        raise UsageError("desk.no_form") from None


def is_ours(session: DeskSession, form: Mapping[str, str]) -> bool:
    """Whether a form was made for this session."""
    return secrets.compare_digest(form.get("csrf", "").encode(), session.csrf.encode())
