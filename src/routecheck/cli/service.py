"""Commands of the daily service: `serve`, `history`, `store …`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from routecheck.cli.common import (
    FILE,
    as_json_option,
    config_option,
    date_of,
    date_option,
    now,
    open_site,
    plain_id,
    say,
    tell,
)
from routecheck.cli.pages import Command, Group
from routecheck.domain.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from routecheck.config import Config
    from routecheck.domain.codes import Language


@click.command(cls=Command)
@click.option("--log-format", metavar="FORM", default="text")
@click.option("--log-file", metavar="FILE", type=FILE)
@config_option
def serve(log_format: str, log_file: Path | None, config: Path) -> None:
    """Run every day at the configured hour, catching up what was missed."""
    if log_format not in ("text", "json"):
        raise UsageError("log_format_wanted", found=log_format)
    from routecheck.daemon.logs import set_up_logs
    from routecheck.daemon.service import Service

    open_site(config)
    service = Service(config)
    set_up_logs("json" if log_format == "json" else "text", log_file)
    service.serve()


@click.command(cls=Command)
@click.argument("point", metavar="POINT")
@date_option
@as_json_option
@config_option
def history(point: str, day: str, as_json: bool, config: Path) -> None:
    """Show the record of a point, or everything that was said of it on a date."""
    settings = open_site(config)
    name = plain_id(point)
    if not day:
        _record(settings, name, as_json)
        return
    on = date_of(day, "--date")
    from routecheck.domain.errors import MissingDataError
    from routecheck.queries.point_history import kin_lines, kin_of
    from routecheck.store import Store

    with Store.open(settings.store_url, create=False) as store:
        for line in kin_lines(kin_of(store, name, settings.time_zone), settings.site.language):
            tell(f"{name}: {line}")
        pickups, alerts = store.history(name, on), store.alert_history(name, on)
        if pickups.empty and alerts.empty:
            raise MissingDataError("nothing_said", store=store.label, point=name, day=on)
    versions = [
        *_versions(settings, pickups, "pickup", "verdict"),
        *_versions(settings, alerts, "alert", "classification"),
    ]
    if as_json:
        import json

        click.echo(json.dumps(versions, ensure_ascii=False, indent=2))
        return
    for line in _as_text(versions, settings.site.language):
        click.echo(line)


def _record(config: Config, point_id: str, as_json: bool) -> None:
    """The record of a point through time."""
    from routecheck.queries.point_history import as_text, read_record
    from routecheck.store import Store

    with Store.open(config.store_url, create=False) as store:
        found = read_record(store, point_id, config.time_zone)
    if as_json:
        import json

        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in as_text(found, config.site.language):
        click.echo(line)


def _as_text(versions: list[dict[str, Any]], language: Language) -> list[str]:
    from routecheck.present.terminal import table
    from routecheck.texts import text

    heads = []
    for row in versions:
        since, until = _minute(row["said_at"]), _minute(row["ended_at"])
        cause = f" ({row['cause_label']})" if row["cause"] else ""
        said = "point_history.said_until" if until else "point_history.said_from"
        heads.append(
            [
                text(f"point_history.kind_{row['kind']}", language),
                _minute(row["id"]) if row["kind"] == "pickup" else row["id"],
                text("point_history.version", language, version=row["version"]),
                text(said, language, since=since, until=until),
                row["label"] + cause,
                f"{row['confidence']:.3f}",
                row["vehicle_id"],
                f"[{row['run_id']}]",
            ]
        )
    lines = []
    for head, row in zip(table(heads), versions, strict=True):
        lines.append(head)
        if row["evidence"]:
            lines.append(f"    {row['evidence']}")
    return lines


def _minute(moment: str | None) -> str:
    return moment[:16].replace("T", " ") if moment else ""


def _versions(config: Config, df: pd.DataFrame, kind: str, column: str) -> list[dict[str, Any]]:
    from routecheck.domain.codes import Cause, Classification, Verdict
    from routecheck.present.sentences.verdicts import evidence

    language, zone = config.site.language, config.time_zone

    def local(moment: Any) -> str | None:
        if not isinstance(moment, datetime) or moment != moment:
            return None
        return moment.astimezone(zone).isoformat(timespec="seconds")

    found = []
    for row in df.to_dict("records"):
        said: Verdict | Classification
        said = Verdict(row[column]) if column == "verdict" else Classification(row[column])
        found.append(
            {
                "kind": kind,
                "id": row["alert_id"] if kind == "alert" else local(row["window_start"]),
                "point_id": row["point_id"],
                "version": int(row["version"]),
                "current": bool(row["current"]),
                column: str(said),
                "label": said.label(language),
                "cause": str(row["cause"]),
                "cause_label": Cause(row["cause"]).label(language) if row["cause"] else "",
                "confidence": float(row["confidence"]),
                "vehicle_id": str(row["vehicle_id"]),
                "arrived_at": local(row["arrived_at"]),
                "departed_at": local(row["departed_at"]),
                "evidence": evidence(
                    {str(key): value for key, value in row.items()}, language, zone
                ),
                "said_at": local(row["said_at"]),
                "ended_at": local(row["ended_at"]),
                "run_id": str(row["run_id"]),
                "input_hash": str(row["input_hash"]),
                "program_version": str(row["program_version"]),
            }
        )
    return found


@click.group(cls=Group, no_args_is_help=True)
def store() -> None:
    """Look after the store."""


@store.command(cls=Command)
@click.argument("file", metavar="FILE", type=FILE, required=False)
@config_option
def backup(file: Path | None, config: Path) -> None:
    """Copy the store, whole and consistent, into one SQLite file; also while it is in use."""
    from routecheck.store.care import back_up

    click.echo(str(back_up(open_site(config).store_url, file)))


@store.command(cls=Command)
@click.argument("file", metavar="FILE", type=FILE)
@config_option
def restore(file: Path, config: Path) -> None:
    """Put a backup in the place of the store; the former store is kept beside it."""
    from routecheck.store.care import restore as put_back

    for line in put_back(open_site(config).store_url, file):
        say(line)


@store.command(cls=Command)
@as_json_option
@config_option
def check(as_json: bool, config: Path) -> None:
    """Read the whole store and tell whether it is sound; exit status 1 where it is not."""
    from routecheck.store.care import check as look

    found = look(open_site(config).store_url)
    if as_json:
        import json

        click.echo(json.dumps({"facts": found.facts, "faults": found.faults}, indent=2))
    else:
        for line in found.facts:
            say(line)
    for line in found.faults:
        tell(line)
    raise click.exceptions.Exit(1 if found.faults else 0)


@store.command(cls=Command)
@click.option("--keep-days", metavar="N", type=click.IntRange(90), default=400)
@click.option("--verdicts", is_flag=True)
@config_option
def prune(keep_days: int, verdicts: bool, config: Path) -> None:
    """Remove what is old, and give the space back. The ledger of dates is kept."""
    from routecheck.store.care import prune as remove

    settings = open_site(config)
    today = now().tz_convert(settings.time_zone).date()
    for line in remove(settings.store_url, today, keep_days=keep_days, verdicts=verdicts):
        say(line)
