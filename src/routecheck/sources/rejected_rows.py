"""What every reader returns, and how rows are kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import Message
from routecheck.domain.tables import REJECTED, TEXT
from routecheck.registry.calendar_gaps import UnreadDay
from routecheck.registry.schedule_gaps import UnreadRow

Ints = npt.NDArray[np.int64]

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
"""A date and a time, plainly written: what was asked for is a time of day."""
LONGEST_TEXT = 200
"""What is shown of an offending row; a binary file can have lines of megabytes."""


@dataclass(frozen=True)
class LostRow:
    """What is known of a row that could not be read, but for rows that are there twice.

    Attributes:
        point_id: of which point; empty where that could not be read either.
        day: the local date that it is counted under, days since 1970-01-01; -1: none.
        text: of a row with too many or too few cells, which has no columns: the row.
    """

    point_id: str
    day: int = -1
    text: str = ""


@dataclass(frozen=True)
class ReadResult:
    """A table, the rows kept apart from it, and the files that could not be read.

    `rows_in` counts the rows that the files hold, without headers and empty lines: always
    `len(table) + len(rejected)`.
    """

    table: pd.DataFrame
    rejected: pd.DataFrame
    rows_in: int
    failed: tuple[tuple[str, str], ...] = ()
    unread: tuple[UnreadRow, ...] = ()
    """Of a schedule: the rejected rows, as far as they could be read."""
    unread_days: tuple[UnreadDay, ...] = ()
    """Of a calendar: the rejected rows, but for repeated ones."""
    lost: tuple[LostRow, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass
class Rejects:
    """Collects the rejected rows of one file."""

    file: str
    rows: list[Ints] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, rows: npt.ArrayLike, reason: RejectReason, texts: Iterable[str]) -> None:
        """Keep rows apart, all for one reason; `texts` is what offends in each of them."""
        numbers = np.atleast_1d(np.asarray(rows, np.int64))
        self.rows.append(numbers)
        self.reasons.extend([str(reason)] * len(numbers))
        self.texts.extend(_shown(text) for text in texts)

    def __len__(self) -> int:
        return len(self.reasons)

    @property
    def numbers(self) -> Ints:
        """The lines of the rejected rows, in the order they were added."""
        return np.concatenate(self.rows) if self.rows else np.empty(0, np.int64)

    def table(self, days: npt.ArrayLike = -1) -> pd.DataFrame:
        """Return them as the table REJECTED, in the order of the file.

        Args:
            days: the local date each is counted under, days since 1970-01-01; -1: none.
        """
        if not self.reasons:
            return REJECTED.empty()
        rows = self.numbers
        table = pd.DataFrame(
            {
                "file": pd.Categorical.from_codes(
                    np.zeros(len(rows), np.int8), pd.Index([self.file], dtype=TEXT)
                ),
                "row": rows,
                "reason": pd.Series(self.reasons, dtype=TEXT),
                "text": pd.Series(self.texts, dtype=TEXT),
                "day": np.broadcast_to(np.asarray(days, np.int64), rows.shape),
            }
        )
        return table.sort_values("row", kind="stable", ignore_index=True)


def joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return several tables REJECTED as one."""
    filled = [table for table in tables if len(table)]
    if not filled:
        return REJECTED.empty()
    files = pd.api.types.union_categoricals([t["file"] for t in filled])
    rest = pd.concat([t.drop(columns="file") for t in filled], ignore_index=True)
    return rest.assign(file=files)[REJECTED.names]


def why_unusable(rejected: pd.DataFrame) -> Message:
    """Say of a table REJECTED, where no row was left, how many rows there were and what is wrong.

    Where a run cannot do without the rows nothing is written, no list of rejected ones either.
    """
    if rejected.empty:
        return Message("rows_none")
    most = RejectReason(rejected["reason"].value_counts().index[0])
    first = rejected[rejected["reason"] == most].iloc[0]
    why = "rows_rejected"
    if most == RejectReason.BAD_TIME and _MOMENT.match(str(first["text"])):
        why = "rows_rejected_for_moment"
    elif most in (RejectReason.BAD_TIME, RejectReason.BAD_DATE):
        why = "rows_rejected_for_time"
    return Message(
        why,
        rejected=len(rejected),
        reason=Message(most.key),
        file=str(first["file"]),
        row=int(first["row"]),
        cell=str(first["text"])[:80],
    )


def _shown(text: str) -> str:
    text = text.replace("\0", "\ufffd")
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
