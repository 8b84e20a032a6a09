"""Commands of the daily service: `serve`, `history`, `store …`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routecheck.cli.common import DEFAULT_CONFIG, ConfigOption, date_of, plain_id, tell
from routecheck.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from routecheck.config import Config

store_app = typer.Typer(
    help="Look after the store: back up, restore, check, prune.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (serve, history):
        app.command()(command)
    app.add_typer(store_app, name="store")


def serve(
    log_format: Annotated[
        str, typer.Option("--log-format", help="text, or json: an object a line.")
    ] = "text",
    log_file: Annotated[
        Path | None,
        typer.Option("--log-file", help="Write logs here instead of to standard error."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Run every day at the configured hour, catching up what was missed."""
    if log_format not in ("text", "json"):
        raise UsageError(f"--log-format is text or json, found {log_format!r}")
    from routecheck.logs import set_up_logs
    from routecheck.service import Service

    service = Service(config)
    set_up_logs("json" if log_format == "json" else "text", log_file)
    service.serve()


def history(
    point: Annotated[str, typer.Argument(help="The point, as the exports name it.")],
    day: Annotated[str, typer.Option("--date", help="The service date, ISO.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Show everything that was said of a point on a date: every version, and when."""
    from routecheck.config import load_config

    settings = load_config(config)
    on = date_of(day, "--date")
    name = plain_id(point)
    from routecheck.errors import MissingDataError
    from routecheck.store import Store

    with Store.open(settings.store_url, create=False) as store:
        pickups, alerts = store.history(name, on), store.alert_history(name, on)
        if pickups.empty and alerts.empty:
            raise MissingDataError(
                f"the store {store.label} says nothing of point {name!r} on {on}; `routecheck run "
                f"--date {on}` judges that date"
            )
    versions = [
        *_versions(settings, pickups, "pickup", "verdict"),
        *_versions(settings, alerts, "alert", "classification"),
    ]
    if as_json:
        import json

        typer.echo(json.dumps(versions, ensure_ascii=False, indent=2))
        return
    for row in versions:
        until = f" until {row['ended_at']}" if row["ended_at"] else ""
        if settings.site.language == "zh":
            until = f"，至 {row['ended_at']}" if row["ended_at"] else ""
        cause = f" ({row['cause_label']})" if row["cause"] else ""
        typer.echo(
            f"{row['kind']} {row['id']}  v{row['version']}  {row['said_at']}{until}  "
            f"{row['label']}{cause}  {row['confidence']:.3f}  {row['vehicle_id']}  "
            f"[{row['run_id']}]"
        )
        if row["evidence"]:
            typer.echo(f"    {row['evidence']}")


def _versions(config: Config, df: pd.DataFrame, kind: str, column: str) -> list[dict[str, Any]]:
    from routecheck.model import messages
    from routecheck.model.codes import Cause, Classification, Verdict

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
                "evidence": messages.evidence(
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


@store_app.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Where to; beside the store, where not given.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Copy the store, whole and consistent, into one SQLite file; also while it is in use."""
    from routecheck.config import load_config
    from routecheck.store.care import back_up

    typer.echo(str(back_up(load_config(config).store_url, file)))


@store_app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Put a backup in the place of the store; the former store is kept beside it."""
    from routecheck.config import load_config
    from routecheck.store.care import restore as put_back

    for line in put_back(load_config(config).store_url, file):
        typer.echo(line)


@store_app.command()
def check(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Read the whole store and tell whether it is sound; exit status 1 where it is not."""
    from routecheck.config import load_config
    from routecheck.store.care import check as look

    found = look(load_config(config).store_url)
    for line in found.facts:
        typer.echo(line)
    for line in found.faults:
        tell(line)
    raise typer.Exit(1 if found.faults else 0)


@store_app.command()
def prune(
    keep_days: Annotated[
        int, typer.Option("--keep-days", min=90, help="How many days before today are kept whole.")
    ] = 400,
    verdicts: Annotated[
        bool,
        typer.Option("--verdicts", help="Remove the verdicts of earlier dates too, not only "
                     "former versions, evidence and rejected rows."),
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:  # fmt: skip
    """Remove what is old, and give the space back. The ledger of dates is kept."""
    from routecheck.cli.common import now
    from routecheck.config import load_config
    from routecheck.store.care import prune as remove

    settings = load_config(config)
    today = now().tz_convert(settings.time_zone).date()
    for line in remove(settings.store_url, today, keep_days=keep_days, verdicts=verdicts):
        typer.echo(line)
