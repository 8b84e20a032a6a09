"""The desk as a web application: which address leads to which page, and to whom it opens."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import anyio
import pandas as pd
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from routecheck.config import Config
from routecheck.desk import show
from routecheck.desk.evidence import Evidence
from routecheck.desk.guard import Guard
from routecheck.desk.links import Links, local
from routecheck.desk.pages import (
    corrections,
    day,
    months,
    point,
    sample,
    search,
    vehicle,
    what_if,
    words,
)
from routecheck.desk.sessions import DeskSession, Sessions
from routecheck.desk.sign_in import cookie_of, set_session, sign_in_page, sign_in_pages
from routecheck.desk.site import Site
from routecheck.desk.users import Users
from routecheck.desk.visit import ForbiddenError, Visit, is_ours, read_form
from routecheck.desk.warming import Warming
from routecheck.domain.codes import CorrectionState, Language
from routecheck.domain.errors import MissingDataError, RoutecheckError, StoreError, UsageError
from routecheck.jobs.decisions import ChangedMeanwhileError
from routecheck.present.html.page import tiles_origin
from routecheck.store import StoreBusyError
from routecheck.texts import LANGUAGES, text

LANGUAGE_COOKIE = "routecheck_language"
ASSET_AGE_S = 365 * 24 * 3600
"""The address of a style or script changes with its content."""
JUDGING_AT_ONCE = 2
"""Pages that judge again: one is answered, and one reads the store meanwhile."""
MOST_JUDGING = 12
"""Such pages that are answered or wait; each takes seconds, so who comes later is told so."""

log = logging.getLogger(__name__)
Handler = Callable[[Visit], Response]


@dataclass
class Desk:
    """What all requests share.

    Attributes:
        site: that is shown.
        evidence: asks its session.
        sessions: who is there.
        users: who may sign in; None: only who opened the desk on this machine.
    """

    site: Site
    evidence: Evidence
    sessions: Sessions = field(default_factory=Sessions)
    users: Users | None = None

    def __post_init__(self) -> None:
        """Have somebody who reads ahead, and turns for what takes seconds."""
        self.turns, self.judging = anyio.CapacityLimiter(JUDGING_AT_ONCE), 0
        self.warming = Warming(self.site)

    def close(self) -> None:
        """End what goes on behind the pages."""
        self.warming.stop()
        self.evidence.close()

    def waiting(self, site: Site) -> int:
        """How many corrections of a site wait for a decision; 0 where the store cannot tell."""
        try:
            with site.store() as store:
                states = site.kept(store, "states", store.correction_states)
        except RoutecheckError:
            return 0
        return sum(state == CorrectionState.PROPOSED for state in states.values())


def make_app(
    config: Config,
    *,
    hosts: tuple[str, ...],
    users: Users | None = None,
    clock: Callable[[], pd.Timestamp] = lambda: pd.Timestamp.now("UTC"),
) -> tuple[Guard, Desk]:
    """Return the application of one site, and what its requests share.

    Args:
        config: the site.
        hosts: names, with their ports, under which it may be asked.
        users: who may sign in; None: only who opens the desk on this machine.
        clock: the present, UTC.
    """
    sessions = Sessions(idle_s=3600.0 * config.desk.session_hours)
    desk = Desk(Site(config, clock), Evidence(config, clock), sessions, users)
    routes = [
        Route("/assets/{name}", _asset),
        Route("/open/{token}", _opening(desk)),
        Route("/language/{language}", _language),
        *sign_in_pages(desk, lambda request: _unknown(desk, request)),
        *_pages(desk),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _not_found(desk)})
    tiles = config.export.tiles
    origin = tiles_origin(tiles) if tiles.startswith("http") else ""
    return Guard(app, hosts=hosts, tiles=origin), desk


def _pages(desk: Desk) -> list[Route]:
    shown: list[tuple[str, Handler]] = [
        ("/", day.latest),
        ("/day", day.chosen),
        ("/day/{day}", day.show),
        ("/point", point.show),
        ("/point/{name:path}", point.show),
        ("/vehicle", vehicle.show),
        ("/vehicle/{name:path}", vehicle.show),
        ("/corrections", corrections.queue),
        ("/corrections/{name:path}", corrections.show),
        ("/batch/{key}", corrections.batch),
        ("/what-if", what_if.show),
        ("/search", search.show),
        ("/sample/{day}", sample.show),
        ("/months", months.show),
        ("/months/{month}", months.show),
        ("/weeks/{month}", months.weeks),
    ]
    judged: list[tuple[str, Handler]] = [
        ("/evidence", point.evidence),
        ("/evidence/{name:path}", point.evidence),
        ("/what-if-day", what_if.one_date),
    ]
    done: list[tuple[str, Handler]] = [
        ("/decide", corrections.decided),
        ("/undo", corrections.undone),
        ("/word", words.said),
        ("/draw", sample.drawn),
        ("/decide-batch", corrections.batch_decided),
    ]
    return [
        *(Route(path, _endpoint(desk, handler), methods=["GET"]) for path, handler in shown),
        *(
            Route(path, _endpoint(desk, handler, _in_turn), methods=["GET"])
            for path, handler in judged
        ),
        *(Route(path, _endpoint(desk, handler), methods=["POST"]) for path, handler in done),
    ]


async def _at_once(visit: Visit, handler: Handler) -> Response:
    return await run_in_threadpool(_answered, visit, handler)


async def _in_turn(visit: Visit, handler: Handler) -> Response:
    """Let a page that judges again wait for its turn without a thread that others need."""
    desk = visit.desk
    if desk.judging >= MOST_JUDGING:
        return await run_in_threadpool(_said, visit, visit.t("too_many_judging"), 503)
    desk.judging += 1
    try:
        # A disconnected client is only seen behind the body, which is empty.
        await visit.request.body()
        async with desk.turns:
            if await visit.request.is_disconnected():
                return Response(status_code=503)
            own = anyio.CapacityLimiter(1)
            return await anyio.to_thread.run_sync(_answered, visit, handler, limiter=own)
    finally:
        desk.judging -= 1


def _endpoint(
    desk: Desk,
    handler: Handler,
    answered: Callable[[Visit, Handler], Awaitable[Response]] = _at_once,
) -> Callable[[Request], Awaitable[Response]]:
    """Let a page answer those who are known, on a thread of its own; tell others where to go."""

    async def answer(request: Request) -> Response:
        session = await run_in_threadpool(_session, desk, request)
        if session is None:
            return _unknown(desk, request)
        visit = _visit(desk, request, session)
        if request.method == "POST":
            try:
                fields = read_form(await request.body())
            except UsageError as error:
                sentence = error.in_language(visit.language)
                return await run_in_threadpool(_said, visit, sentence, 400)
            visit.form, visit.fields = dict(fields), tuple(fields)
            if not is_ours(session, visit.form):
                return await run_in_threadpool(_said, visit, visit.t("form_is_old"), 403)
        return await answered(visit, handler)

    return answer


def _session(desk: Desk, request: Request) -> DeskSession | None:
    """Who asks; where there are users, with the role that the file gives them now."""
    key = request.cookies.get(cookie_of(request), "")
    session = desk.sessions.find(key)
    if session is None or desk.users is None or not session.signed_in:
        return session
    try:
        role = desk.users.still_there(session.name, session.password)
    except UsageError:
        return None
    if role is None:
        desk.sessions.end(key)
        return None
    session.role = role
    return session


def _answered(visit: Visit, handler: Handler) -> Response:
    try:
        return handler(visit)
    except RoutecheckError as error:
        return _said(visit, error.in_language(visit.language), _status(error))
    except Exception as error:
        # A fault of the program: logged in full, told in a line.
        log.exception("a page failed: %s", type(error).__name__)
        return _said(visit, visit.t("failed"), 500)


def _status(error: RoutecheckError) -> int:
    match error:
        case ForbiddenError():
            return 403
        case ChangedMeanwhileError():
            return 409
        case StoreBusyError():
            return 503
        case StoreError():
            return 503
        case MissingDataError() | UsageError():
            return 404
        case _:
            return 500


def _visit(desk: Desk, request: Request, session: DeskSession) -> Visit:
    language = _language_of(request, desk.site.config.site.language)
    return Visit(desk, desk.site, session, request, language, Links())


def _language_of(request: Request, otherwise: Language) -> Language:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return next((one for one in LANGUAGES if one == chosen), otherwise)


def _said(visit: Visit, sentence: str, status: int) -> Response:
    """Return a page that only says something."""
    view = {"title": visit.t(f"status_{status}"), "sentence": sentence}
    return HTMLResponse(show.page(visit, "desk_said.html", view), status)


def _unknown(desk: Desk, request: Request) -> Response:
    """Answer somebody who has no session, or has none any more."""
    if request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site":
        # The cookie does not come along from a link in a mail; from a page of ours it does.
        return HTMLResponse('<!DOCTYPE html><meta http-equiv="refresh" content="0">', 401)
    language = _language_of(request, desk.site.config.site.language)
    if desk.users is not None:
        url = request.url
        asked = (
            "/" if request.method != "GET" else url.path + (f"?{url.query}" if url.query else "")
        )
        return HTMLResponse(sign_in_page(desk, language, to=asked), 401)
    view = _plain_view(desk, language, "status_401", "no_session")
    return HTMLResponse(show.rendered("desk_plain.html", view), 401)


def _plain_view(desk: Desk, language: Language, title: str, sentence: str) -> Mapping[str, object]:
    return {
        "lang": show.lang(language),
        "site": desk.site.config.site.name,
        "title": text(f"desk.{title}", language),
        "sentence": text(f"desk.{sentence}", language),
        "desk": {"style": show.asset_address("desk.css")},
    }


async def _asset(request: Request) -> Response:
    found = show.assets().get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    content, kind = found
    age = {"cache-control": f"private, max-age={ASSET_AGE_S}, immutable"}
    return Response(content, headers={"content-type": kind, **age})


def _opening(desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    async def opened(request: Request) -> Response:
        key = desk.sessions.redeem(request.path_params["token"])
        if key is None:
            if _session(desk, request) is not None:
                return RedirectResponse("/", 303)
            return _unknown(desk, request)
        response = RedirectResponse("/", 303)
        # On this machine alone there is no TLS, whatever others reach it by.
        set_session(request, response, key, secure=False)
        return response

    return opened


async def _language(request: Request) -> Response:
    language = request.path_params["language"]
    if language not in LANGUAGES:
        raise HTTPException(404)
    response = RedirectResponse(local(request.query_params.get("to", "/")), 303)
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=ASSET_AGE_S, httponly=True, samesite="strict", path="/"
    )
    return response


def _not_found(desk: Desk) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        session = await run_in_threadpool(_session, desk, request)
        if session is None:
            return _unknown(desk, request)
        visit = _visit(desk, request, session)
        sentence = visit.t("no_such_page")
        return await run_in_threadpool(_said, visit, sentence, 405 if status == 405 else 404)

    return answer
