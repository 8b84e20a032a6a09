"""Which pickups to look at: some drawn at random with known chances, and what they have told."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from starlette.responses import HTMLResponse, RedirectResponse, Response

from routecheck.desk import show as shown
from routecheck.desk.pages import words
from routecheck.desk.pages.corrections import WAIT_S
from routecheck.desk.visit import Visit
from routecheck.domain.arrays import records
from routecheck.domain.errors import MissingDataError
from routecheck.engine.field_checks import checks_of
from routecheck.evaluate.sample_draws import kept_draws, what_samples_say
from routecheck.jobs.sampling import draw_sample
from routecheck.present.sample_text import sampled_lines
from routecheck.present.sentences.figures import day_text
from routecheck.queries.field_words import FieldWords, read_field_words
from routecheck.queries.service_date import with_names
from routecheck.store import Store

DRAWN = 20
"""Pickups of a date: an hour of telephoning."""


def show(visit: Visit) -> Response:
    """Show what was drawn of a date; nothing of the verdicts, so that nobody is led by them."""
    day = visit.day_in(visit.request.path_params["day"])
    config = visit.site.config
    with visit.site.store() as store:
        if day not in visit.site.dates(store):
            raise MissingDataError("desk.no_day", day=day)
        drawn, said = _drawn(visit, store, day), read_field_words(store, day)
        found = what_samples_say(store, checks_of(config, store), config.time_zone)
    view = {
        "title": visit.t("sample_title", day=day_text(day, visit.language)),
        "day": day,
        "count": DRAWN,
        "rows": [_row(visit, row, said) for row in records(drawn)],
        "word_form": words.form(visit),
        "told": [] if found is None else sampled_lines(found, visit.language),
    }
    return HTMLResponse(shown.page(visit, "desk_sample.html", view))


def drawn(visit: Visit) -> Response:
    """Draw pickups of the date of a form; a date is drawn from once."""
    visit.require_decides()
    day = visit.day_in(visit.form.get("day", ""))
    with visit.site.store() as store:
        if day not in visit.site.dates(store):
            raise MissingDataError("desk.no_day", day=day)
    draw_sample(visit.site.config, [day], DRAWN, wait_s=WAIT_S)
    return RedirectResponse(visit.links.to(f"/sample/{day}"), 303)


def _drawn(visit: Visit, store: Store, day: date) -> pd.DataFrame:
    """The pickups of the date that were drawn, with names, by point."""
    keys = {
        (row["point_id"], pd.Timestamp(row["window_start"]))
        for one in kept_draws(store)
        if day.isoformat() in one["dates"]
        for row in one["rows"]
    }
    table = store.read_pickups_of([day], sorted({point for point, _ in keys}))
    pairs = zip(table["point_id"], table["window_start"], strict=True)
    mine = np.array([pair in keys for pair in pairs], dtype=bool)
    return with_names(table[mine], visit.site.points(store))


def _row(visit: Visit, row: Any, said: FieldWords) -> dict[str, Any]:
    zone = visit.site.config.time_zone
    start, end = row.window_start.astimezone(zone), row.window_end.astimezone(zone)
    return {
        "point_id": row.point_id,
        "name": row.name,
        "township": row.township,
        "village": row.village,
        "window": f"{start:%H:%M}–{end:%H:%M}",
        "vehicle": row.scheduled_vehicle_id,
        "words": words.buttons(visit, row, said),
    }
