"""The desk as it is opened: at which address, under which names, for whom."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from routecheck.config import Config
from routecheck.desk.app import Desk, make_app
from routecheck.desk.guard import Guard, is_loopback
from routecheck.desk.server import HERE, Server, in_address, listening
from routecheck.desk.users import Users, read_users
from routecheck.domain.errors import RoutecheckError, UsageError

log = logging.getLogger(__name__)
STARTS_S = 30.0


@dataclass(frozen=True)
class OpenDesk:
    """A desk that is about to answer.

    Attributes:
        app: what answers.
        desk: what its requests share.
        bound: the socket.
        address: where it is, as an address for a browser on this machine.
    """

    app: Guard
    desk: Desk
    bound: socket.socket
    address: str


def open_desk(config: Config, *, listen: str = "", port: int = 0) -> OpenDesk:
    """Open the desk of a site; nothing is answered yet.

    Args:
        config: the site.
        listen: `HOST:PORT` at which others reach it; empty: only this machine does.
        port: of this machine, where nobody else reaches it.

    Raises:
        UsageError: the address is taken, or is none; or others would reach it without users.
    """
    host, port = _host_and_port(listen) if listen else (HERE, port)
    users = None
    if config.desk.users:
        users = Users(config.directory / config.desk.users)
    if not is_loopback(host) and (
        users is None or not users.path.exists() or not read_users(users.path)
    ):
        raise UsageError("desk_needs_users", listen=listen)
    bound = listening(port, host)
    port = bound.getsockname()[1]
    # On this machine alone the token of the opened address is enough.
    app, desk = make_app(
        config, hosts=tuple(_names(config, host, port)), users=users if listen else None
    )
    here = host if is_loopback(host) else HERE
    return OpenDesk(app, desk, bound, f"http://{in_address(here)}:{port}/")


@contextlib.contextmanager
def beside(config: Config) -> Iterator[None]:
    """Answer meanwhile, beside a service, where the configuration wants it.

    A desk that cannot open (no users, the address is taken) is told in the log: judging goes on.
    """
    if not config.desk.with_service:
        yield
        return
    listen = config.desk.listen or f"{HERE}:8737"
    try:
        if not config.desk.users:
            raise UsageError("desk_needs_users", listen=listen)
        opened = open_desk(config, listen=listen)
    except RoutecheckError as error:
        log.error("the desk does not open, judging goes on without it: %s", error)
        yield
        return
    server, begun = Server(opened.app, opened.bound), threading.Event()
    thread = threading.Thread(target=server.run, args=(begun.set,), name="desk", daemon=True)
    thread.start()
    if begun.wait(STARTS_S):
        opened.desk.warming.begin(config.site.language)
        log.info("the desk is open at %s", opened.address)
    try:
        yield
    finally:
        server.stop()
        thread.join(10.0)
        opened.desk.close()


def _names(config: Config, host: str, port: int) -> Iterator[str]:
    """The names under which it may be asked, with and without the port."""
    yield from (f"{HERE}:{port}", f"localhost:{port}", f"{in_address(host)}:{port}")
    if not is_loopback(host):
        named = socket.gethostname()
        yield f"{named}:{port}"
        with contextlib.suppress(OSError):
            known = {str(found[4][0]) for found in socket.getaddrinfo(named, None)}
            yield from (f"{in_address(one)}:{port}" for one in sorted(known))
    for name in config.desk.names:
        yield name
        yield f"{name}:{port}"


def _host_and_port(given: str) -> tuple[str, int]:
    host, _, port = given.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise UsageError("desk_listen_wanted", found=given)
    return host.strip("[]"), int(port)
