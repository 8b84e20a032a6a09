"""Answers in JSON as rows, page by page: how one answer leads to the next, and where rows stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

import pyarrow as pa

from routecheck.domain.errors import Message, SourceError, UsageError
from routecheck.fetching.http_answers import Answer, Server
from routecheck.fetching.json_rows import as_rows, at_path
from routecheck.texts.outside import beginning

_DEEP, _NAMED = 6, 30
"""How deep an answer is looked into for its lists of rows, and how many of its names are told."""
_ENDS = frozenset({"", "null", "none", "false"})
"""What stands in the place of a cursor that leads no further."""


@dataclass(frozen=True)
class Paging:
    """How an answer goes on.

    Attributes:
        kind: `cursor`, `number`, `link`, or empty: one answer has it all.
        path: where in the answer the cursor, the link, or (of numbers) the count of all rows is.
        parameter: of the address, that names the cursor or the page.
        first: number of the first page.
    """

    kind: str = ""
    path: str = ""
    parameter: str = ""
    first: int = 1

    def check(self, section: str) -> None:
        """Require that the keys go together."""
        needs = {"cursor": (self.path, self.parameter), "number": (self.parameter,)}
        if not all(needs.get(self.kind, ())) or (not self.kind and (self.path or self.parameter)):
            raise UsageError("source_http_paging", section=section)


class Pages:
    """What a server answers, until there is no more.

    Args:
        paging: how an answer goes on.
        success: `path=value`: what an answer says that is no refusal; empty: any is one.
        most_cells: what an answer may hold.
    """

    def __init__(self, paging: Paging, *, success: str, most_cells: int) -> None:
        self._paging, self._success, self._most_cells = paging, success, most_cells

    def of(self, server: Server, address: str, path: str) -> Iterator[pa.Table]:
        """Yield the rows of an address, an answer at a time.

        Args:
            server: it has to be begun.
            address: of the first answer.
            path: where in an answer its rows stand; empty: it is a list itself.

        Raises:
            SourceError: an answer refuses, has no rows there, or leads in a circle or elsewhere.
        """
        paging, number = self._paging, self._paging.first
        if paging.kind == "number":
            address = with_parameter(address, paging.parameter, str(number))
        asked, count, before = {address}, 0, None
        while True:
            answer = server.get(address)
            rows = as_rows(
                self._list_of(server, answer.value, path),
                label=server.label,
                most_cells=self._most_cells,
            )
            yield rows
            count += rows.num_rows
            if paging.kind == "number":
                number += 1
                more = self._goes_on(server, answer, rows, before, count, number - paging.first)
                following = with_parameter(address, paging.parameter, str(number)) if more else ""
                before = rows
            else:
                following = self._following(answer, address)
                if following in asked:
                    if not rows.num_rows:
                        return
                    raise SourceError("source_http_circle", source=server.label)
            if not following:
                return
            if _origin(following) != _origin(address):
                # Its headers prove who we are, and are for the server that was named.
                raise SourceError(
                    "source_http_elsewhere", source=server.label, host=_origin(following)
                )
            address = following
            asked.add(address)

    def _following(self, answer: Answer, address: str) -> str:
        """The address of the next page; empty where there is none."""
        paging = self._paging
        found = at_path(answer.value, paging.path) if paging.path else None
        if isinstance(found, dict | list) or str(found).lower() in _ENDS:
            found = ""
        if paging.kind == "cursor":
            return with_parameter(address, paging.parameter, str(found)) if found else ""
        if paging.kind == "link":
            return urljoin(address, str(found)) if found else answer.following
        return ""

    def _goes_on(
        self, server: Server, answer: Answer, rows: pa.Table, before: pa.Table | None,
        count: int, pages: int,
    ) -> bool:  # fmt: skip
        """Whether a page with a number has one behind it.

        Many servers give the last page again for every number beyond it; others call the number
        otherwise, and give the first for all of them.
        """
        if self._paging.path:
            total = str(at_path(answer.value, self._paging.path))
            if not total.isdecimal():
                raise SourceError(
                    "source_http_no_total", source=server.label, path=self._paging.path
                )
            if not rows.num_rows and count < int(total):
                raise SourceError(
                    "source_http_few", source=server.label, count=count, total=int(total)
                )
            return count < int(total)
        if not rows.num_rows:
            return False
        if before is not None and rows.equals(before):
            if pages == 2:
                raise SourceError(
                    "source_http_same_page", source=server.label, parameter=self._paging.parameter
                )
            return False
        return True

    def _list_of(self, server: Server, value: Any, path: str) -> Sequence[Mapping[str, Any]]:
        """The rows of an answer."""
        wanted_at, _, wanted = self._success.partition("=")
        if wanted_at:
            said = at_path(value, wanted_at)
            if str(said).lower() != wanted.lower():
                words = _words(value)
                raise SourceError(
                    "source_http_refused", source=server.label, key=wanted_at, found=str(said),
                    wanted=wanted, words=words,
                )  # fmt: skip
        rows = at_path(value, path)
        if rows is None and wanted_at:
            return []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            place = Message("source_http_at", path=path) if path else Message("source_http_top")
            raise SourceError(
                "source_http_no_rows", source=server.label, place=place, found=_lists_in(value)
            )
        return rows


def with_parameter(address: str, name: str, value: str) -> str:
    """Return an address whose query sets a parameter, and no second time."""
    parts = urlsplit(address)
    others = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != name]
    query = urlencode([*others, (name, value)], quote_via=quote)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _words(value: Any) -> str:
    """What a refusal says in words, wherever servers use to put that."""
    if isinstance(value, Mapping):
        for name in ("message", "msg", "error", "errmsg", "errorMessage", "detail"):
            if isinstance(value.get(name), str):
                return beginning(value[name], 200)
    return ""


def _lists_in(value: Any, above: str = "", deep: int = _DEEP) -> str:
    """The paths of an answer that hold lists of rows, or else what there is."""
    if isinstance(value, list):
        return above or "[…]"
    if not isinstance(value, Mapping):
        return type(value).__name__
    inner = [
        found
        for name, held in value.items()
        if isinstance(held, Mapping | list)
        and deep
        and (found := _lists_in(held, f"{above}.{name}" if above else name, deep - 1))
    ]
    names = inner or [f"{above}.{name}" if above else name for name in value]
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
