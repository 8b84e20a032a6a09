"""How one site stands, in a line of a province's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from routecheck.config import Config, load_config
from routecheck.domain.codes import Classification, CorrectionState, Verdict
from routecheck.domain.errors import RoutecheckError, in_language
from routecheck.engine.judged_before import open_store
from routecheck.queries.status import read_status
from routecheck.texts import Language


@dataclass(frozen=True)
class County:
    """A site on a service date.

    Attributes:
        config: its configuration.
        name: what it is called.
        service_date: the date; None: none was judged.
        provisional: whether data of the date may still come.
        verdicts: pickups of the date by verdict.
        alerts: alerts of the date by classification.
        silent: devices that were due and sent nothing for days, as `status` has them.
        waiting: corrections that nobody has decided on.
        accepted: corrections in force.
        due: dates that a round would do.
        problems: what someone should look at, as `status` has it.
        page: the page of the date, absolute; empty: it was not written.
        trouble: why it cannot be told how the site stands; empty: it can.
        exit_status: that of the trouble.
    """

    config: str
    name: str
    service_date: date | None = None
    provisional: bool = False
    verdicts: Mapping[str, int] = field(default_factory=dict)
    alerts: Mapping[str, int] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    waiting: int = 0
    accepted: int = 0
    due: tuple[date, ...] = ()
    problems: tuple[str, ...] = ()
    page: str = ""
    trouble: str = ""
    exit_status: int = 0

    @property
    def pickups(self) -> int:
        """Pickups that were due on the date."""
        return sum(self.verdicts.values())

    @property
    def missed(self) -> int:
        """Pickups that were really missed."""
        return self.verdicts.get(str(Verdict.MISSED), 0)

    @property
    def untold(self) -> int:
        """Pickups of which the data cannot tell."""
        return self.verdicts.get(str(Verdict.UNVERIFIABLE), 0)

    @property
    def raised(self) -> int:
        """Alerts of the date."""
        return sum(self.alerts.values())

    @property
    def false_alerts(self) -> int:
        """Alerts that were false: what nobody has to follow any more."""
        return self.alerts.get(str(Classification.FALSE), 0)


def site_name(config: Config, path: str) -> str:
    """Return what a site is called: its name, else the folder that it lies in."""
    folder = Path(path).resolve().parent
    return config.site.name or (folder.parent if folder.name == "config" else folder).name


def read_site(path: str, language: Language, now: datetime, day: date | None = None) -> County:
    """Read how a site stands from the path of its configuration, see `read_county`.

    Args:
        path: its configuration.
        language: of problems and trouble.
        now: the present, UTC.
        day: the service date; None: the last one that was judged.
    """
    try:
        config = load_config(path)
    except RoutecheckError as error:
        name, told = Path(path).parent.name, error.in_language(language)
        return County(path, name, trouble=told, exit_status=error.exit_status)
    return read_county(config, path, site_name(config, path), pd.Timestamp(now), day, language)


def read_county(
    config: Config, path: str, name: str, now: pd.Timestamp, day: date | None, language: Language
) -> County:
    """Return how a site stands; what cannot be read is its trouble, and no exception.

    Args:
        config: the site.
        path: its configuration.
        name: what it is called.
        now: the present, UTC.
        day: the service date; None: the last one that was judged.
        language: of problems and trouble.
    """
    status = read_status(config, now)
    problems = tuple(in_language(problem, language) for problem in status.problems)
    if status.trouble is not None:
        told = in_language(status.trouble, language)
        failed = 0 if status.failure is None else status.failure.exit_status
        return County(path, name, problems=problems, trouble=told, exit_status=failed)
    judged = {entry.service_date: entry for entry in status.dates}
    wanted = day or max(judged, default=None)
    county = County(
        path,
        name,
        silent=tuple(one.vehicle_id for one in status.vehicles if one.silent_days > 0),
        waiting=status.corrections.get(str(CorrectionState.PROPOSED), 0),
        accepted=status.corrections.get(str(CorrectionState.ACCEPTED), 0),
        due=status.due,
        problems=problems,
    )
    if wanted is None or wanted not in judged:
        return county
    try:
        with open_store(config) as store:
            pickups, alerts = store.read_pickups(wanted), store.read_alerts(wanted)
    except RoutecheckError as error:
        told = error.in_language(language)
        return County(path, name, problems=problems, trouble=told, exit_status=error.exit_status)
    page = config.export_directory / f"report_{wanted}.html"
    return County(
        **{
            **vars(county),
            "service_date": wanted,
            "provisional": judged[wanted].state == "provisional",
            "verdicts": _counts(pickups["verdict"]),
            "alerts": _counts(alerts["classification"]),
            "page": str(page.resolve()) if page.is_file() else "",
        }
    )


def _counts(codes: pd.Series) -> dict[str, int]:
    return {str(code): int(count) for code, count in codes.value_counts().items()}


def ranked(counties: list[County]) -> list[County]:
    """Return counties, those first where most was really missed; then those that are in trouble."""
    return sorted(
        counties, key=lambda one: (-one.missed, -bool(one.trouble), -one.untold, one.name)
    )
