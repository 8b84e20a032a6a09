"""The state of a site: what ran, on what data, what is due, and what is wrong; moments in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from routecheck.domain.errors import Message, RoutecheckError
from routecheck.engine.set_aside import Aside
from routecheck.fetching.state import SourceState
from routecheck.queries.devices import ClockState, FaultState, VehicleState
from routecheck.queries.running_day import RunningDay
from routecheck.store import PointChange


@dataclass(frozen=True)
class RunState:
    """A run in the ledger; `state` as in the ledger, or `killed`; moments in UTC."""

    run_id: str
    command: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    note: str


@dataclass(frozen=True)
class DateState:
    """A service date in the ledger; moments in UTC.

    Attributes:
        service_date: the date.
        state: `provisional` or `final`.
        complete: whether its data have all come.
        judged_at: last.
        changed_at: when what is stored of it last changed.
        counts: what its run counted.
        run_state: how that run ended; `running` while it is at work.
    """

    service_date: date
    state: str
    complete: bool
    judged_at: datetime
    changed_at: datetime
    counts: Mapping[str, Any]
    run_state: str


@dataclass(frozen=True)
class ServiceState:
    """The scheduled service: when it last left word (UTC), whether it lives, what it left."""

    last_tick_at: datetime
    alive: bool
    left: Mapping[str, Any]


@dataclass(frozen=True)
class BackupState:
    """The last daily backup (UTC): where it lies, or why it failed."""

    at: datetime
    path: str
    failure: str


@dataclass(frozen=True)
class ReceiverState:
    """A receiver that takes no messages: its place, its service, why, since when (ISO, UTC)."""

    place: int
    service: str
    reason: str
    since: str
    waiting: int


@dataclass(frozen=True)
class RegistryState:
    """How many points there are, and what the points file changed when it last changed them."""

    known: int
    changed_at: datetime | None
    by: str
    changes: tuple[PointChange, ...]


@dataclass(frozen=True)
class Status:
    """The state of a site; moments in UTC.

    Attributes:
        store: how the store is named to people.
        next_run_at: when the next daily run is due.
        trouble: why the store cannot be read; None: it can.
        failure: the same, to be raised, where there is a store.
        runs: the last, newest first.
        daily: whether the dates to do are looked for by the program.
        service: None: none was ever started.
        dates: that were judged, in order.
        running: dates that are judged as they go.
        due: dates that a round would do, as far as can be seen without reading the fixes.
        last_data: last date that had fixes.
        vehicles: of the last dates.
        clocks: that were off on them.
        faults: devices that were not believed, or were corrected, on them.
        checks: by date, what field checks found of its verdicts, as the ledger has it.
        rejected: rows kept apart, by input; of fixes those of the last dates.
        corrections: how many there are, by state.
        chronic: points that alert chronically, by week (see `queries.chronic`).
        points: None: the store cannot be read.
        keep_days: how many days tracks and evidence are kept; 0: all.
        forgotten_before: before which date none are left; None: none was removed.
        free_bytes: where the exports go; None: not known.
        store_bytes: size of a SQLite store.
        inputs_changed: input files that changed since the last run.
        losses: data that could not be used, or that came for dates that are final.
        aside: dates that failed, and are tried again.
        rejudging: what there is to say of dates that were to be judged again; None: nothing.
        backup: the last daily one; None: the service has made none.
        receivers: of messages, that took none the last time.
        sources: tables that are fetched from elsewhere.
        problems: what someone should look at.
    """

    store: str
    next_run_at: datetime
    trouble: Message | None = None
    failure: RoutecheckError | None = None
    runs: tuple[RunState, ...] = ()
    daily: bool = False
    service: ServiceState | None = None
    dates: tuple[DateState, ...] = ()
    running: tuple[RunningDay, ...] = ()
    due: tuple[date, ...] = ()
    last_data: date | None = None
    vehicles: tuple[VehicleState, ...] = ()
    clocks: tuple[ClockState, ...] = ()
    faults: tuple[FaultState, ...] = ()
    checks: Mapping[date, Mapping[str, Any]] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    corrections: Mapping[str, int] = field(default_factory=dict)
    chronic: tuple[dict[str, Any], ...] = ()
    points: RegistryState | None = None
    keep_days: int = 0
    forgotten_before: date | None = None
    free_bytes: int | None = None
    store_bytes: int | None = None
    inputs_changed: tuple[Path, ...] = ()
    losses: tuple[Message, ...] = ()
    aside: tuple[Aside, ...] = ()
    rejudging: Message | None = None
    backup: BackupState | None = None
    receivers: tuple[ReceiverState, ...] = ()
    sources: tuple[SourceState, ...] = ()
    problems: tuple[str, ...] = ()
