"""Signing in and out, where the desk is open to an office's network."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from routecheck.desk import show
from routecheck.desk.guard import is_loopback
from routecheck.desk.links import local
from routecheck.desk.users import TooManyError, Users
from routecheck.desk.visit import is_ours, read_form
from routecheck.domain.codes import Language
from routecheck.domain.errors import RoutecheckError, UsageError
from routecheck.texts import text

if TYPE_CHECKING:
    from routecheck.desk.app import Desk

COOKIE = "routecheck_desk"
"""With the port behind it: browsers send a cookie to every port of a host."""

log = logging.getLogger(__name__)


def cookie_of(request: Request) -> str:
    """Return the name of the cookie of the desk that is asked; each port has its own."""
    port = request.url.port
    return COOKIE if port is None else f"{COOKIE}_{port}"


def client_of(request: Request, *, proxied: bool) -> str:
    """Return the address of who asks.

    Args:
        request: as it came.
        proxied: whether a server on this machine stands before the desk. Then the last address
            that it forwards is taken: those before it are the word of whoever asks.
    """
    peer = request.client.host if request.client else ""
    forwarded = request.headers.getlist("x-forwarded-for")
    if not proxied or not forwarded or not is_loopback(peer):
        return peer
    try:
        return str(ip_address(forwarded[-1].rpartition(",")[2].strip()))
    except ValueError:
        return peer


def set_session(request: Request, response: Response, key: str, *, secure: bool) -> None:
    """Give a browser the key of its session, which no script and no other site sees."""
    response.set_cookie(
        cookie_of(request), key, httponly=True, samesite="strict", secure=secure, path="/"
    )


def sign_in_page(desk: Desk, language: Language, *, to: str, wrong: str = "") -> str:
    """Return the page on which somebody signs in.

    Args:
        desk: that is asked.
        language: of the page.
        to: where it leads afterwards.
        wrong: why it has failed; empty: it was not tried yet.
    """
    view = {
        "lang": show.lang(language),
        "t": lambda key, **values: text(f"desk.{key}", language, **values),
        "site": desk.site.config.site.name,
        "title": text("desk.sign_in", language),
        "to": local(to),
        "wrong": wrong,
        "desk": {"style": show.asset_address("desk.css")},
    }
    return show.rendered("desk_sign_in.html", view)


def sign_in_pages(desk: Desk, unknown: Callable[[Request], Response]) -> list[Route]:
    """Return the addresses of signing in and out; none where there are no users.

    Args:
        desk: that is asked.
        unknown: answers somebody who has no session.
    """
    users = desk.users
    if users is None:
        return []

    async def asked(request: Request) -> Response:
        return unknown(request)

    async def tried(request: Request) -> Response:
        try:
            fields = dict(read_form(await request.body()))
        except UsageError as error:
            language = desk.site.config.site.language
            told = error.in_language(language)
            return HTMLResponse(sign_in_page(desk, language, to="/", wrong=told), 400)
        return await run_in_threadpool(_tried, desk, users, request, fields)

    async def left(request: Request) -> Response:
        key = request.cookies.get(cookie_of(request), "")
        session = desk.sessions.find(key)
        with contextlib.suppress(UsageError):
            if session is not None and is_ours(session, dict(read_form(await request.body()))):
                desk.sessions.end(key)
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(cookie_of(request), path="/")
        return response

    return [
        Route("/sign-in", asked, methods=["GET"]),
        Route("/sign-in", tried, methods=["POST"]),
        Route("/sign-out", left, methods=["POST"]),
    ]


def _tried(desk: Desk, users: Users, request: Request, fields: dict[str, str]) -> Response:
    language = desk.site.config.site.language
    name, to = fields.get("name", "")[:200], fields.get("to", "/")
    address = client_of(request, proxied=desk.site.config.desk.https)
    try:
        user = users.sign_in(name, fields.get("password", ""), address)
    except RoutecheckError as error:
        status = 429 if isinstance(error, TooManyError) else 503
        told = error.in_language(language) if status == 429 else text("desk.failed", language)
        log.warning("signing in from %s: %s", address, error)
        return HTMLResponse(sign_in_page(desk, language, to=to, wrong=told), status)
    if user is None:
        log.warning("signing in from %s failed", address)
        told = text("desk.wrong_password", language)
        return HTMLResponse(sign_in_page(desk, language, to=to, wrong=told), 401)
    response = RedirectResponse(local(to), 303)
    key = desk.sessions.begin(user.name, user.role, password=user.password)
    set_session(request, response, key, secure=desk.site.config.desk.https)
    return response
