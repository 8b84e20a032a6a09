"""What runs and rounds come to: typed results, without text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from routecheck.domain.codes import Cause
from routecheck.domain.errors import Message
from routecheck.domain.tables import CORRECTIONS, INCIDENTS
from routecheck.engine.due_dates import Due, Expected
from routecheck.engine.late import Late
from routecheck.engine.losses import Loss
from routecheck.engine.set_aside import Aside
from routecheck.store import PointChange, Revision


@dataclass(frozen=True)
class DateReport:
    """What a service date came to.

    Attributes:
        service_date: the date.
        provisional: data of the date have not all come.
        fixes: fixes of the date that were kept.
        pickups: JUDGEMENTS with `alerted`.
        alerts: CLASSIFIED.
        changed: whether anything in the store is new or other than before.
        counts: what was counted, as the ledger has it.
        incidents: INCIDENTS.
    """

    service_date: date
    provisional: bool
    fixes: int
    pickups: pd.DataFrame
    alerts: pd.DataFrame
    changed: bool
    counts: dict[str, Any] = field(default_factory=dict)
    incidents: pd.DataFrame = field(default_factory=INCIDENTS.empty)

    @property
    def lacks_fixes(self) -> bool:
        """Whether pickups were due, and there are no fixes, or hardly any beside other dates."""
        return len(self.pickups) > 0 and (self.fixes == 0 or "usual_rows" in self.counts)


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes:
        code: what it is; `doctor.CODE` is its sentence, and `doctor.CODE.action` what to do.
        weight: how much of what is judged hangs on it, 0: nothing is wrong.
        figures: the variables of both sentences.
        ids: the vehicles, points or files that it is about.
    """

    code: str
    weight: int
    figures: Mapping[str, object]
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunReport:
    """What a run came to.

    Attributes:
        dates: in order.
        files: that were written.
        corrections: CORRECTIONS as they stand after the run.
        rejected: rows kept apart, by input and reason.
        failed: files that could not be read, with the reason.
        unfetched: inputs that could not be fetched, with the reason; what was had before is used.
        notes: what a person should know of the reading, and is no failure.
        changes: what the points file changed in the registry.
        unlocated: points of the file without a usable location.
        unplaced: those of them that the tracks do not show either, so that pickups stay open.
        joined: by input, ids that it spells otherwise than the points file or, of vehicles, the
            schedule: each with the spelling that is used.
        alone: by input, ids that join to nothing: each with those that it probably is.
        kept_points: points whose last good record stands, for that of the file cannot be used.
        losses: data that should be there and cannot be used.
        kept_dates: dates that have less data than they were judged on, and are left as they are.
        run_id: its id in the ledger.
        revised: verdicts and classifications that are others than before.
        findings: what is wrong with what the site is fed, the gravest first.
        aside: dates that failed and are set aside; they are not among `dates`.
    """

    dates: list[DateReport] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    corrections: pd.DataFrame = field(default_factory=CORRECTIONS.empty)
    rejected: dict[str, dict[str, int]] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)
    unfetched: list[tuple[str, str]] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    changes: list[PointChange] = field(default_factory=list)
    unlocated: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    joined: dict[str, dict[str, str]] = field(default_factory=dict)
    alone: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    kept_points: list[str] = field(default_factory=list)
    losses: Sequence[Loss] = ()
    kept_dates: frozenset[date] = frozenset()
    run_id: str = ""
    revised: list[Revision] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    aside: Sequence[Aside] = ()

    @property
    def exit_status(self) -> int:
        """0 done, 1 done with a part that failed."""
        silent = any(entry.lacks_fixes for entry in self.dates)
        wrong = (
            self.failed or self.unfetched or silent or self.unscheduled or self.losses or self.aside
        )
        return 1 if wrong else 0

    def followed_by(self, later: RunReport) -> RunReport:
        """Return what two runs of one call came to: dates that are over, and then running ones."""
        return replace(
            self,
            dates=[*self.dates, *later.dates],
            files=[*self.files, *later.files],
            rejected={
                name: dict(
                    Counter(self.rejected.get(name, {}))
                    + Counter(later.rejected.get(name, {}) if name == "fixes" else {})
                )
                for name in {**self.rejected, **later.rejected}
            },
            losses=[*self.losses, *(loss for loss in later.losses if loss.day)],
            kept_dates=self.kept_dates | later.kept_dates,
            aside=[*self.aside, *later.aside],
        )

    @property
    def unscheduled(self) -> int:
        """Alerts of which it is not known whether a pickup was due."""
        unknown = Cause.UNKNOWN_SCHEDULE
        return sum(int((entry.alerts["cause"] == unknown).sum()) for entry in self.dates)


@dataclass(frozen=True)
class Round:
    """What a round of catching up came to.

    Attributes:
        expected: the dates that should be done.
        due: those that were due, and what was decided of others.
        reports: of its runs, in order of the dates.
        incomplete: dates judged whose data have not all come.
        late: what came for dates that are final, and is not judged.
        unfetched: inputs that could not be fetched, with the reason, where no run says so.
    """

    expected: Expected
    due: Due
    reports: list[RunReport] = field(default_factory=list)
    incomplete: tuple[date, ...] = ()
    late: tuple[Late, ...] = ()
    unfetched: tuple[tuple[str, str], ...] = ()

    @property
    def exit_status(self) -> int:
        """0 done, 1 done with a part that failed, or that someone has to run."""
        left = int(bool(self.late or self.unfetched))
        return max((report.exit_status for report in self.reports), default=left)


@dataclass(frozen=True)
class SiteWork:
    """What became of a piece of work on one of many sites.

    Attributes:
        config: its configuration.
        name: of the site.
        exit_status: as of the command that does the same for one site.
        trouble: why it failed; empty: it did not.
        tries: how often it was tried.
    """

    config: str
    name: str
    exit_status: int
    trouble: str = ""
    tries: int = 1


@dataclass(frozen=True)
class SiteRound(SiteWork):
    """What a round of one of many sites came to, in plain figures.

    Attributes:
        dates: that were judged, in order.
        pickups: of these dates.
        missed: of these pickups.
        alerts: of these dates.
        false_alerts: of these alerts.
    """

    dates: tuple[date, ...] = ()
    pickups: int = 0
    missed: int = 0
    alerts: int = 0
    false_alerts: int = 0


@dataclass(frozen=True)
class SiteRejudged(SiteWork):
    """What judging dates of one of many sites again came to, in plain figures.

    Attributes:
        dates: how many were judged again.
        pickups: of these dates.
        changed_pickups: of these pickups, those with another verdict.
        alerts: of these dates.
        changed_alerts: of these alerts, those with another classification.
    """

    dates: int = 0
    pickups: int = 0
    changed_pickups: int = 0
    alerts: int = 0
    changed_alerts: int = 0


@dataclass(frozen=True)
class Decision:
    """What a decision changed.

    Attributes:
        kind: `accepted`, `rejected`, or `undone`.
        by: who decided.
        corrections: CORRECTIONS that it changed, as they are now, with `holds_from`.
        judged: first and last date that was judged under other corrections; None: none.
    """

    kind: str
    by: str
    corrections: pd.DataFrame
    judged: tuple[date, date] | None
