"""The command about sources that lie elsewhere: `connect`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from routecheck.cli.console import Console
from routecheck.cli.options import as_json_option, config_option, now
from routecheck.cli.pages import Command
from routecheck.domain.errors import Message, UsageError

if TYPE_CHECKING:
    from routecheck.config import Config

KINDS = ("points", "schedule", "fixes", "alerts", "vehicles", "calendar", "checks")


@click.command(cls=Command)
@click.argument("kind", type=click.Choice(KINDS), metavar="INPUT")
@click.argument("url", metavar="URL")
@click.option("--table", metavar="NAME")
@click.option("--query", metavar="SELECT")
@click.option("--watermark", metavar="NAME")
@click.option("--time-zone", metavar="NAME")
@click.option("--datum", metavar="NAME")
@click.option("--preset", metavar="NAME")
@click.option("--column", "columns", metavar="NAME=HEADER", multiple=True)
@click.option("--write", is_flag=True)
@as_json_option
@config_option
@click.pass_obj
def connect(
    console: Console,
    kind: str,
    url: str,
    table: str | None,
    query: str | None,
    watermark: str | None,
    time_zone: str | None,
    datum: str | None,
    preset: str | None,
    columns: tuple[str, ...],
    write: bool,
    as_json: bool,
    config: Config,
) -> int:
    """Ask a source elsewhere for some rows, and show them as a run would understand them."""
    from routecheck.config.rewrite import section_text, set_section, without_password
    from routecheck.present import connection_text
    from routecheck.queries.connection import Tables
    from routecheck.queries.connection import connect as ask
    from routecheck.texts.outside import remember_address

    remember_address(url)
    keys: dict[str, Any] = {"url": url, "preset": preset, "table": table, "query": query}
    keys |= {"watermark": watermark, "time_zone": time_zone, "datum": datum}
    keys = {name: value for name, value in keys.items() if value}
    if columns:
        keys["columns"] = dict(map(_column, columns))
    found = ask(config, kind, keys, now().to_pydatetime())
    lines = connection_text.as_text(found, console.language, config.time_zone)
    console.answer(as_json, connection_text.as_json(found, console.language), lines)
    if isinstance(found, Tables):
        return 2
    keys = dict(found.keys)
    keys["url"], variable = without_password(url, kind)
    assert console.config_path is not None
    if write and not variable:
        set_section(console.config_path, kind, keys)
        console.message(Message("connect.written", path=console.config_path, section=kind))
    else:
        console.message(Message("connect.section", path=console.config_path))
        console.message(*section_text(kind, keys).splitlines())
    if variable:
        console.message(Message("connect.password", name=variable))
    return 2 if write and variable else 0


def _column(text: str) -> tuple[str, str]:
    name, equals, header = text.partition("=")
    if not (name and equals and header):
        raise UsageError("calls.column_wanted", found=text)
    return name, header
