"""The pieces of work of a fleet: plain arguments in, plain answers out, wherever they run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from routecheck.config import Config, load_config
from routecheck.config.sections import EngineSection
from routecheck.domain.codes import Classification, Verdict
from routecheck.domain.errors import RoutecheckError
from routecheck.engine.results import Round, SiteRejudged, SiteRound
from routecheck.jobs.catch_up import do_round
from routecheck.jobs.rejudge import rejudge
from routecheck.queries.county import site_name
from routecheck.texts import Language

WAIT_S = 30.0
"""How long to wait for another runner on the store of a site."""


def round_of(path: str, language: Language, now: datetime, until: date | None) -> SiteRound:
    """Do what is due of one site.

    Args:
        path: its configuration.
        language: of the line that tells why it failed.
        now: the present, UTC.
        until: the last date that may be done; yesterday, where not given.
    """
    name = Path(path).parent.name
    try:
        config = alone(load_config(path))
        name = site_name(config, path)
        done = do_round(
            config, now=pd.Timestamp(now), until=until, command="fleet run", wait_s=WAIT_S
        )
    except RoutecheckError as error:
        return SiteRound(path, name, error.exit_status, trouble=error.in_language(language))
    return _counted(path, name, done)


def alone(config: Config) -> Config:
    """A site as one piece of work: it has no workers of its own, whatever its file says."""
    return config.model_copy(update={"engine": EngineSection()})


def _counted(path: str, name: str, done: Round) -> SiteRound:
    verdicts: Counter[str] = Counter()
    alerts: Counter[str] = Counter()
    days = [entry for report in done.reports for entry in report.dates]
    for entry in days:
        verdicts.update(entry.pickups["verdict"].tolist())
        alerts.update(entry.alerts["classification"].tolist())
    return SiteRound(
        path,
        name,
        done.exit_status,
        dates=tuple(sorted(entry.service_date for entry in days)),
        pickups=verdicts.total(),
        missed=verdicts[str(Verdict.MISSED)],
        alerts=alerts.total(),
        false_alerts=alerts[str(Classification.FALSE)],
    )


def rejudged_of(
    path: str, language: Language, now: datetime, dates: Sequence[date], trial: bool
) -> SiteRejudged:
    """Judge dates of one site again.

    Args:
        path: its configuration.
        language: of the line that tells why it failed.
        now: the present, UTC.
        dates: service dates, in order; those that were never judged are left.
        trial: only tell what would change.
    """
    name = Path(path).parent.name
    try:
        config = alone(load_config(path))
        name = site_name(config, path)
        done = rejudge(config, dates, now=pd.Timestamp(now), trial=trial, wait_s=WAIT_S)
    except RoutecheckError as error:
        return SiteRejudged(path, name, error.exit_status, trouble=error.in_language(language))
    return SiteRejudged(
        path,
        name,
        done.exit_status,
        dates=len(done.dates),
        pickups=sum(one.pickups.rows for one in done.dates),
        changed_pickups=sum(one.pickups.changed for one in done.dates),
        alerts=sum(one.alerts.rows for one in done.dates),
        changed_alerts=sum(one.alerts.changed for one in done.dates),
    )
