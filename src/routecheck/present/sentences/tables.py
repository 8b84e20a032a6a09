"""Sentences of all rows of a table, as columns of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.codes import Language
from routecheck.present.sentences import incidents, verdicts
from routecheck.queries.service_date import ServiceDate


def with_sentences(
    table: pd.DataFrame,
    decided: Mapping[str, str] | None,
    language: Language,
    zone: ZoneInfo,
    *,
    only: Collection[str] | None = None,
) -> pd.DataFrame:
    """Return JUDGEMENTS or CLASSIFIED with `evidence` and `action`, a sentence each.

    Args:
        table: rows as stored.
        decided: by point, the state of its correction; None: not known here.
        language: of the sentences.
        zone: zone of the times in them.
        only: points whose rows get them, all others blank ones; None: all.
    """
    if only is not None:
        told = table["point_id"].isin(list(only)).to_numpy()
        some = with_sentences(table[told], decided, language, zone)
        blank = table.assign(evidence=_texts([""] * len(table), table), action="")
        for name in ("evidence", "action"):
            cells = blank[name].to_numpy(dtype=object).copy()
            cells[told] = some[name].to_numpy(dtype=object)
            blank[name] = cells
        return blank
    rows = mappings(table)
    state = {} if decided is None else decided
    unknown = None if decided is None else ""
    evidence = [verdicts.evidence(row, language, zone) for row in rows]
    action = [
        verdicts.action(row, language, zone, state.get(row["point_id"], unknown)) for row in rows
    ]
    return table.assign(evidence=_texts(evidence, table), action=_texts(action, table))


@dataclass(frozen=True)
class DateInWords:
    """A service date with the sentences of its rows, made once for all files that show them.

    Attributes:
        day: the date.
        language: of the sentences.
        zone: zone of the times in them.
    """

    day: ServiceDate
    language: Language
    zone: ZoneInfo

    @cached_property
    def alerts(self) -> pd.DataFrame:
        """The named alerts with `evidence` and `action`."""
        return with_sentences(self.day.named_alerts, self.day.decided, self.language, self.zone)

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """INCIDENTS with `evidence`, `action`, `point_ids`, and `from` and `until`."""
        table = self.day.incidents.table
        rows, said = mappings(table), (self.language, self.zone)
        return table.assign(
            evidence=_texts([incidents.incident_text(row, *said) for row in rows], table),
            action=_texts([incidents.incident_action(row, *said) for row in rows], table),
            point_ids=_texts(self.day.incident_points, table),
        ).rename(columns={"start": "from", "end": "until"})


def mappings(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as dictionaries, as sentences are made from them."""
    names = [str(name) for name in table.columns]
    columns = (column.tolist() for _, column in table.items())
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _texts(values: list[str], table: pd.DataFrame) -> pd.Series:
    return pd.Series(values, index=table.index, dtype=object)
