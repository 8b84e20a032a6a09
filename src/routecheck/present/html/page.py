"""From a template to one file: styles and scripts inlined, their hashes in the policy."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from routecheck.texts.outside import fit, shown, within, without_secrets

if TYPE_CHECKING:
    from jinja2 import Environment


def render(view: Mapping[str, Any], tiles: str = "", *, template: str = "report.html") -> bytes:
    """Return a page as bytes.

    Args:
        view: what the template shows; `data` in it goes into the page as JSON.
        tiles: address of map tiles, whose origin the policy then allows.
        template: file under `assets`.
    """
    script = "report.js" if template == "report.html" else "pointmap.js"
    style = asset("leaflet.css") + asset("report.css")
    code = asset("leaflet.js") + "\n" + asset("common.js") + asset(script)
    policy = (
        f"default-src 'none'; script-src '{_hash(code)}'; style-src '{_hash(style)}'; "
        f"img-src data:{tiles_origin(tiles)}; base-uri 'none'; form-action 'none'"
    )
    page = (
        _templates()
        .get_template(template)
        .render(**{**view, "data": as_json(view["data"])}, style=style, code=code, policy=policy)
    )
    return page.encode("utf-8", errors="replace")


def render_plain(view: Mapping[str, Any], template: str) -> bytes:
    """Return a page without scripts or maps as bytes.

    Args:
        view: what the template shows.
        template: file under `assets`.
    """
    style = asset("report.css")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'"
    page = _templates().get_template(template).render(**view, style=style, policy=policy)
    return page.encode("utf-8", errors="replace")


def as_json(value: Any) -> str:
    """Return JSON that can stand within a script element whatever texts it holds."""

    def dumped(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    # The address of map tiles has to be there, whatever its query holds.
    def as_told(words: str) -> str:
        return fit(without_secrets(words, addresses=False))

    text = dumped(value)
    if not text.isprintable() or "\\" in text or as_told(text) != text:
        text = dumped(within(value, as_told))
    for mark, written in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(mark, written)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@functools.cache
def asset(name: str) -> str:
    """Return a file of this package, as it goes into a page."""
    text = resources.files("routecheck.present.html").joinpath("assets", name).read_text("utf-8")
    if name == "leaflet.css":
        # Pictures that are not used, and would be requested.
        text = re.sub(r"url\((?!#)[^)]*\)", "none", text)
    if name == "leaflet.js":
        text = re.sub(r"\n//# sourceMappingURL=.*\s*$", "\n", text)
    return text.replace("\r\n", "\n")


@functools.cache
def _templates() -> Environment:
    return templates({})


def templates(more: Mapping[str, str]) -> Environment:
    """Return the templates of pages, which escape what is filled in.

    Args:
        more: further templates by name, beside those of this package.
    """
    from jinja2 import DictLoader, Environment, StrictUndefined

    names = ("head.html", "report.html", "pointmap.html", "pointmap_body.html", "fleet.html")
    return Environment(
        loader=DictLoader({name: asset(name) for name in names} | dict(more)),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalized(value: Any) -> Any:
    """Return what is filled into a page as it may be shown; what is marked as safe is our own."""
    return shown(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


def tiles_origin(tiles: str) -> str:
    """Return what the policy must allow for tiles, with a blank before it."""
    if not tiles:
        return ""
    parts = urlsplit(tiles)
    if parts.scheme not in ("http", "https"):
        return " 'self' file:"
    host = parts.netloc.replace("{s}", "*")
    # Anything but a host would be another rule of the policy.
    return f" {parts.scheme}://{host}" if re.fullmatch(r"(\*\.)?[\w.-]+(:\d+)?", host) else ""
