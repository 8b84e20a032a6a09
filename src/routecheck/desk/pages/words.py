"""A word from the field: what was found at a pickup that was listed as missed, with one tap."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from routecheck.desk import show as shown
from routecheck.desk.links import local
from routecheck.desk.visit import Visit
from routecheck.domain.codes import FieldWord
from routecheck.domain.errors import UsageError
from routecheck.evaluate.shares import Share
from routecheck.jobs.field_words import say
from routecheck.queries.field_words import FieldWords


def said(visit: Visit) -> Response:
    """Enter the word of a form; the word that stands already is taken back by saying it again."""
    visit.require_decides()
    word, _, pickup = visit.form.get("word", "").partition("|")
    moment, _, rest = pickup.partition("|")
    on, _, point_id = rest.partition("|")
    try:
        start = datetime.fromisoformat(moment)
        chosen = FieldWord(word) if word else None
    except ValueError:
        raise UsageError("desk.no_form") from None
    if start.tzinfo is None:
        raise UsageError("desk.no_form")
    day = visit.day_in(on)
    say(visit.site.config, day, point_id, start, chosen, by=visit.session.name)
    key = "word_entered" if chosen else "word_taken_back"
    label = chosen.label(visit.language) if chosen else ""
    visit.session.told.append(visit.t(key, point=point_id, word=label))
    return RedirectResponse(local(visit.form.get("to", ""), visit.links.day(day)), 303)


def buttons(visit: Visit, row: Any, words: FieldWords) -> Markup:
    """Return the words that may be said of a pickup, the one that stands marked.

    Args:
        visit: who asks.
        row: `point_id`, `service_date`, `window_start`.
        words: that were said.
    """
    before = words.of_date.get((row.point_id, row.window_start.to_pydatetime()))
    pickup = f"{row.window_start.isoformat()}|{row.service_date}|{row.point_id}"
    stands = FieldWord(before["word"]) if before else None
    view = {
        "t": visit.t,
        "decides": visit.session.decides,
        "by": before["said_by"] if before else "",
        "label": stands.label(visit.language) if stands else "",
        "words": [
            (f"{'' if one is stands else one}|{pickup}", one.label(visit.language), one is stands)
            for one in FieldWord
        ],
    }
    return Markup(shown.rendered("desk_words.html", view))


def form(visit: Visit) -> Markup:
    """Return the form that all those buttons of a page belong to."""
    view = {"csrf": visit.session.csrf, "action": visit.links.to("/word"), "to": visit.address}
    return Markup(shown.rendered("desk_word_form.html", view))


def how_right(visit: Visit, words: FieldWords) -> str:
    """Return how right the list of misses has been; empty where nobody looked."""
    if not words.looked:
        return ""
    low, high = Share(words.as_said, words.looked).interval
    return visit.t(
        "how_right", looked=words.looked, right=words.as_said, low=f"{low:.0%}", high=f"{high:.0%}"
    )
