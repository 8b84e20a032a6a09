"""The desk: `desk`."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import click

from routecheck.cli.console import Console
from routecheck.cli.options import config_option
from routecheck.cli.pages import Command
from routecheck.domain.errors import Message, UsageError

if TYPE_CHECKING:
    from routecheck.config import Config

PORT = 8737


@click.command(cls=Command)
@click.option("--port", metavar="N", type=click.IntRange(0, 65535), default=PORT)
@click.option("--no-browser", is_flag=True)
@config_option
@click.pass_obj
def desk(console: Console, port: int, no_browser: bool, config: Config) -> None:
    """Open the pages of the site in the browser."""
    require_desk()
    import getpass

    from routecheck.desk.app import make_app
    from routecheck.desk.server import HERE, Server, listening, open_browser

    bound = listening(port)
    port = bound.getsockname()[1]
    app, opened = make_app(config, hosts=(f"{HERE}:{port}", f"localhost:{port}"))
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    address = f"http://{HERE}:{port}/open/{opened.sessions.token(name)}"

    def begun() -> None:
        if no_browser or not open_browser(address):
            console.message(Message("desk_open_this"))
            console.result(address)
        else:
            console.message(Message("desk_opened", address=f"http://{HERE}:{port}/"))

    try:
        Server(app, bound).run(begun)
    finally:
        opened.evidence.close()


def require_desk() -> None:
    """Require what the desk is made of.

    Raises:
        UsageError: it is not installed.
    """
    for package in ("starlette", "uvicorn", "pypinyin"):
        if importlib.util.find_spec(package) is None:
            raise UsageError("desk_not_installed", package=package)
