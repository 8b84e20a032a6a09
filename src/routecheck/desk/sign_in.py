"""Signing in and out, where the desk is open to an office's network."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from routecheck.desk import show
from routecheck.desk.links import local
from routecheck.desk.users import TooManyError, Users
from routecheck.desk.visit import is_ours, read_form
from routecheck.domain.codes import Language
from routecheck.domain.errors import RoutecheckError
from routecheck.texts import text

if TYPE_CHECKING:
    from routecheck.desk.app import Desk

COOKIE = "routecheck_desk"

log = logging.getLogger(__name__)


def set_session(response: Response, key: str, *, secure: bool) -> None:
    """Give a browser the key of its session, which no script and no other site sees."""
    response.set_cookie(COOKIE, key, httponly=True, samesite="strict", secure=secure, path="/")


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
        fields = dict(read_form(await request.body()))
        return await run_in_threadpool(_tried, desk, users, request, fields)

    async def left(request: Request) -> Response:
        key = request.cookies.get(COOKIE, "")
        session = desk.sessions.find(key)
        if session is not None and is_ours(session, dict(read_form(await request.body()))):
            desk.sessions.end(key)
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(COOKIE, path="/")
        return response

    return [
        Route("/sign-in", asked, methods=["GET"]),
        Route("/sign-in", tried, methods=["POST"]),
        Route("/sign-out", left, methods=["POST"]),
    ]


def _tried(desk: Desk, users: Users, request: Request, fields: dict[str, str]) -> Response:
    language = desk.site.config.site.language
    name, to = fields.get("name", "")[:200], fields.get("to", "/")
    address = request.client.host if request.client else ""
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
    key = desk.sessions.begin(user.name, user.role, signed_in=True)
    set_session(response, key, secure=desk.site.config.desk.https)
    return response
