"""How a page of the desk is made: templates, styles and scripts, what stands about every page."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from routecheck import __version__
from routecheck.domain.codes import Language
from routecheck.present.html.page import asset, templates
from routecheck.texts import text

if TYPE_CHECKING:
    from jinja2 import Environment

    from routecheck.desk.visit import Visit

_TEMPLATES = (
    "desk_bar.html", "desk_page.html", "desk_point.html", "desk_evidence.html",
    "desk_corrections.html", "desk_batch.html", "desk_search.html", "desk_said.html",
    "desk_plain.html", "desk_words.html", "desk_word_form.html", "desk_told.html",
    "desk_vehicle.html", "desk_months.html", "desk_weeks.html", "desk_what_if.html",
    "desk_what_if_day.html", "desk_sign_in.html", "desk_sample.html",
)  # fmt: skip


@functools.cache
def own(name: str) -> str:
    """Return a file of this room, as it goes to a browser."""
    text = resources.files("routecheck.desk").joinpath("assets", name).read_text("utf-8")
    return text.replace("\r\n", "\n")


@functools.cache
def assets() -> Mapping[str, tuple[bytes, str]]:
    """Return all that a browser may ask for beside pages: content and type by name."""
    styles, code = "text/css; charset=utf-8", "text/javascript; charset=utf-8"
    made = {
        "desk.css": (asset("leaflet.css") + asset("report.css") + own("desk.css"), styles),
        "base.js": (asset("leaflet.js") + "\n" + asset("common.js"), code),
        "report.js": (asset("report.js"), code),
        "pointmap.js": (asset("pointmap.js"), code),
        "desk.js": (own("desk.js"), code),
        "corrections.js": (own("corrections.js"), code),
        "vehicle.js": (own("vehicle.js"), code),
    }
    return {name: (content.encode(), kind) for name, (content, kind) in made.items()}


@functools.cache
def _mark(name: str) -> str:
    return hashlib.sha256(assets()[name][0]).hexdigest()[:16]


def asset_address(name: str) -> str:
    """Return the address of an asset; another one once it is another."""
    return f"/assets/{name}?v={_mark(name)}"


@functools.cache
def _environment() -> Environment:
    return templates({name: own(name) for name in _TEMPLATES})


def rendered(template: str, view: Mapping[str, Any]) -> str:
    """Return a template with a view filled in."""
    return _environment().get_template(template).render(**view)


def page(visit: Visit, template: str, view: Mapping[str, Any], **frame: Any) -> str:
    """Return a page with all that stands about it.

    Args:
        visit: who asks.
        template: of the page.
        view: what it shows, with `title`.
        frame: of the bar, see `bar`; and `scripts`, names of those that the page needs.
    """
    language = visit.language
    scripts = frame.pop("scripts", ())
    whole = {
        "lang": lang(language),
        "t": lambda key, **values: text(f"desk.{key}", language, **values),
        "site": visit.site.config.site.name,
        "version": __version__,
        "csrf": visit.session.csrf,
        "links": visit.links,
        "decides": visit.session.decides,
        **view,
        "desk": Frame(visit, bar(visit, **frame), scripts),
    }
    return rendered(template, whole)


def lang(language: Language) -> str:
    """Return the language of a page, as HTML names it."""
    return "zh-CN" if language == "zh" else "en"


def bar(
    visit: Visit,
    *,
    here: str = "",
    earlier: str = "",
    later: str = "",
    day: str = "",
    day_path: str = "",
    downloads: str = "",
) -> Markup:
    """Return what stands above every page: where one is, and where one may go.

    Args:
        visit: who asks.
        here: which of the pages this is.
        earlier: address of the same for the date before.
        later: address of the same for the date after.
        day: the date that is shown, ISO.
        day_path: where another date is asked for.
        downloads: address of the page, whose table may be had as CSV and XLSX.
    """
    language = visit.language
    view = {
        "t": lambda key, **values: text(f"desk.{key}", language, **values),
        "links": visit.links,
        "site": visit.site.config.site.name,
        "here": here,
        "earlier": earlier,
        "later": later,
        "day": day,
        "day_path": day_path,
        "downloads": downloads,
        "joined": "&" if "?" in downloads else "?",
        "to": visit.address,
        "other": "en" if language == "zh" else "zh",
        "name": visit.session.name,
        "csrf": visit.session.csrf,
        "waiting": visit.waiting,
        "may_leave": visit.desk.users is not None,
        "told": visit.take_told(),
    }
    return Markup(rendered("desk_bar.html", view))


@dataclass
class Frame:
    """What the templates of reports ask of the desk, where they are pages of it."""

    visit: Visit
    bar: Markup
    names: tuple[str, ...] = ()
    told: Markup = field(default_factory=Markup)
    day: str = ""
    words: Callable[[Any], Markup] | None = None

    @property
    def style(self) -> str:
        """The address of the styles."""
        return asset_address("desk.css")

    @property
    def scripts(self) -> list[str]:
        """The addresses of the scripts, in order."""
        return [asset_address(name) for name in (*self.names, "desk.js")]

    @property
    def corrections(self) -> str:
        """The address of the queue of corrections."""
        return self.visit.links.to("/corrections")

    def t(self, key: str, **values: object) -> str:
        """Return a text of the desk."""
        return text(f"desk.{key}", self.visit.language, **values)

    def point(self, point_id: str) -> str:
        """Return the address of a point on the date that is shown."""
        return self.visit.links.point(point_id, self.day)

    def vehicle(self, vehicle_id: str) -> str:
        """Return the address of a vehicle on the date that is shown."""
        return self.visit.links.vehicle(vehicle_id, self.day)

    def word_row(self, row: Any) -> Markup:
        """Return what may be said of a pickup that was missed."""
        return Markup() if self.words is None else self.words(row)
