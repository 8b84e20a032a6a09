"""The desk: `desk`, and `desk user` for those who sign in."""

from __future__ import annotations

import getpass
import importlib.util
import os
from typing import TYPE_CHECKING

import click

from routecheck.cli.console import Console
from routecheck.cli.options import config_option
from routecheck.cli.pages import Command, Group
from routecheck.domain.errors import Message, UsageError

if TYPE_CHECKING:
    from routecheck.config import Config
    from routecheck.desk.sessions import Role

PORT = 8737
PASSWORD_VARIABLE = "ROUTECHECK_DESK_PASSWORD"
"""Gives the password of `desk user` to scripts."""


@click.group(cls=Group, invoke_without_command=True)
@click.option("--port", metavar="N", type=click.IntRange(0, 65535), default=PORT)
@click.option("--listen", metavar="HOST:PORT", default="")
@click.option("--no-browser", is_flag=True)
@click.pass_context
@config_option
def desk(context: click.Context, port: int, listen: str, no_browser: bool, config: Config) -> None:
    """Open the pages of the site in the browser."""
    console = context.ensure_object(Console)
    require_desk()
    from routecheck.desk.opening import open_desk
    from routecheck.desk.server import Server, open_browser

    opened = open_desk(config, listen=listen or config.desk.listen, port=port)
    address = opened.address
    if opened.desk.users is None:
        address += f"open/{opened.desk.sessions.token(_user())}"

    def begun() -> None:
        opened.desk.warming.begin(config.site.language)
        if no_browser or not open_browser(address):
            key = "desk_open_this" if opened.desk.users is None else "desk_sign_in_at"
            console.message(Message(key))
            console.result(address)
        else:
            console.message(Message("desk_opened", address=opened.address))

    try:
        Server(opened.app, opened.bound).run(begun)
    finally:
        opened.desk.close()


@desk.command(cls=Command)
@click.argument("name", metavar="NAME")
@click.option("--role", type=click.Choice(["look", "decide"]), default="look")
@click.option("--remove", is_flag=True)
@config_option
@click.pass_obj
def user(console: Console, name: str, role: Role, remove: bool, config: Config) -> None:
    """Enter somebody who may sign in, or change or remove one."""
    require_desk()
    from routecheck.desk.users import set_user

    if not config.desk.users:
        raise UsageError("desk_users_missing", path=console.config_path or "")
    path = config.directory / config.desk.users
    if remove:
        set_user(path, name, role, None)
        console.message(Message("desk_user_removed", path=path, name=name))
        return
    password = os.environ.get(PASSWORD_VARIABLE) or _asked(console)
    set_user(path, name, role, password)
    console.message(Message("desk_user_entered", path=path, name=name, role=role))


def _asked(console: Console) -> str:
    from routecheck.texts import text

    given = getpass.getpass(text("desk.password", console.language) + ": ")
    if getpass.getpass(text("desk.password_again", console.language) + ": ") != given:
        raise UsageError("desk_passwords_differ")
    return given


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def require_desk() -> None:
    """Require what the desk is made of.

    Raises:
        UsageError: it is not installed.
    """
    for package in ("starlette", "uvicorn", "pypinyin"):
        if importlib.util.find_spec(package) is None:
            raise UsageError("desk_not_installed", package=package)
