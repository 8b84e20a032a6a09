"""The command about sources that lie elsewhere: `connect`."""

from __future__ import annotations

import re
import tomllib
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
@click.option("--header", "headers", metavar="NAME=VALUE", multiple=True)
@click.option("--set", "more", metavar="NAME=VALUE", multiple=True)
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
    headers: tuple[str, ...],
    more: tuple[str, ...],
    write: bool,
    as_json: bool,
    config: Config,
) -> int:
    """Ask a source elsewhere for some rows, and show them as a run would understand them."""
    from routecheck.config.rewrite import section_text, set_section, without_secrets_in
    from routecheck.present import connection_text
    from routecheck.queries.connection import Tables, keys_of_place
    from routecheck.queries.connection import connect as ask
    from routecheck.texts.outside import remember_address

    remember_address(url)
    given: dict[str, Any] = {"url": url, "preset": preset, "table": table, "query": query}
    given |= {"watermark": watermark, "time_zone": time_zone, "datum": datum}
    given |= {"columns": dict(map(_pair, columns)), "headers": dict(map(_header, headers))}
    given = {name: value for name, value in given.items() if value} | dict(map(_value, more))
    keys = keys_of_place(config, kind, url)
    if table or query:
        keys = {name: value for name, value in keys.items() if name not in ("table", "query")}
    found = ask(config, kind, keys | given, now().to_pydatetime())
    lines = connection_text.as_text(found, console.language, config.time_zone)
    console.answer(as_json, connection_text.as_json(found, console.language), lines)
    if isinstance(found, Tables):
        return 2
    keys = dict(found.keys)
    keys["url"], variables = without_secrets_in(url, kind)
    assert console.config_path is not None
    if write and not variables:
        set_section(console.config_path, kind, keys)
        console.message(Message("connect.written", path=console.config_path, section=kind))
    else:
        console.message(Message("connect.section", path=console.config_path))
        console.message(*section_text(kind, keys).splitlines())
    if variables:
        key = "connect.secret_not_written" if write else "connect.secret"
        console.message(Message(key, names=", ".join(variables)))
    return 2 if write and variables else 0


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise UsageError("calls.pair_wanted", found=text)
    return name, value


def _header(text: str) -> tuple[str, str]:
    name, value = _pair(text)
    if re.search("auth|key|token|secret|cookie", name, re.IGNORECASE) and "${" not in value:
        raise UsageError("calls.header_secret", name=name)
    return name, value


def _value(text: str) -> tuple[str, Any]:
    """A key of the section with its value as TOML has it; what is no TOML is a text."""
    name, value = _pair(text)
    try:
        return name, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name, value
