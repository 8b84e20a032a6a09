"""Corrections as a queue: one after another, or all with one reason after a look at ten."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from starlette.responses import HTMLResponse, RedirectResponse, Response

from routecheck.desk import show as shown
from routecheck.desk.links import local
from routecheck.desk.pages.tables import as_file
from routecheck.desk.sessions import Done, Looked
from routecheck.desk.site import Site
from routecheck.desk.visit import Visit
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.errors import MissingDataError, UsageError
from routecheck.geo.crs import WGS84, from_wgs84
from routecheck.jobs.decisions import ChangedMeanwhileError, decide
from routecheck.present.columns import columns
from routecheck.present.html.page import as_json
from routecheck.present.maps.correction_picture import correction_picture
from routecheck.present.sentences.corrections import (
    correction_change,
    correction_evidence,
    reading_text,
)
from routecheck.present.sentences.figures import metres_text
from routecheck.present.sentences.tables import mappings
from routecheck.queries.correction_queue import LOOKED_AT, Batch, Queue, Stands, read_queue
from routecheck.store import Store

WAIT_S = 8.0
"""How long a decision waits for a run, before whoever decided is told to try again."""
STANDS_M = 250.0
"""Stands are shown so far about the recorded and the proposed place."""
HISTORY_DATES = 42
LISTED = 200
"""Corrections that stand beside the one that is looked at."""
_TABLE = columns(
    "point_id", "name", "township", "cause", "recorded_lon", "recorded_lat", "proposed_lon",
    "proposed_lat", "offset_m", "proposed_tolerance_m", "days_seen", "confidence", "evidence",
    "state",
)  # fmt: skip
_JS_TEXTS = ("zoom_in", "zoom_out", "fit", "recorded", "proposed", "stood")


def queue(visit: Visit) -> Response:
    """Show the surest correction that waits."""
    with visit.site.store() as store:
        found = _queue(visit, store)
        if visit.as_table:
            return _file(visit, found)
        if "id" in visit.query:
            return _one(visit, store, found, visit.name_in())
        if len(found.waiting):
            return _one(visit, store, found, str(found.waiting["point_id"].iloc[0]))
    view = {"title": visit.t("corrections"), "waiting": 0, "place": None, "row": None}
    view |= {"decided": _decided(visit, found), "undoable": bool(visit.session.done)}
    return HTMLResponse(shown.page(visit, "desk_corrections.html", view, here="corrections"))


def show(visit: Visit) -> Response:
    """Show a correction."""
    with visit.site.store() as store:
        return _one(visit, store, _queue(visit, store), visit.name_in())


def batch(visit: Visit) -> Response:
    """Show ten corrections of a batch."""
    with visit.site.store() as store:
        found = _batch(visit, _queue(visit, store), visit.name_in("key"))
        stands = read_stands(visit.site, store)
    sample = found.sample
    versions = {row.point_id: int(row.version) for row in records(found.rows)}
    visit.session.looked[found.key] = Looked(tuple(sample["point_id"]), versions)
    view = {
        "title": visit.t("batch_title", count=len(found.rows), reason=_reason(visit, found)),
        "key": found.key,
        "count": len(found.rows),
        "looks": [
            {
                **_row(visit, row),
                "picture": correction_picture(row, _near(stands, row), visit.language),
            }
            for row in records(sample)
        ],
        "rows": [_row(visit, row) for row in records(found.rows)],
    }
    return HTMLResponse(shown.page(visit, "desk_batch.html", view, here="corrections"))


def decided(visit: Visit) -> Response:
    """Accept or reject the correction of a form."""
    visit.require_decides()
    point_id, state = visit.form.get("point", ""), _state(visit.form.get("state", ""))
    seen = _version(visit.form.get("version", ""))
    _decide(visit, {point_id: seen}, state)
    key = "accepted" if state == CorrectionState.ACCEPTED else "rejected"
    visit.session.told.append(visit.t(f"{key}_one", point=point_id))
    return RedirectResponse(local(visit.form.get("next", ""), visit.links.to("/corrections")), 303)


def batch_decided(visit: Visit) -> Response:
    """Accept all corrections of a batch, after ten of them were looked at."""
    visit.require_decides()
    key = visit.form.get("batch", "")
    looked = {value for name, value in visit.fields if name == "looked"}
    shown_of_it = visit.session.looked.get(key)
    if shown_of_it is None or set(shown_of_it.sample) - looked:
        raise UsageError("desk.look_first", count=LOOKED_AT)
    _decide(visit, dict(shown_of_it.versions), CorrectionState.ACCEPTED)
    visit.session.looked.pop(key, None)
    visit.session.told.append(visit.t("accepted_many", count=len(shown_of_it.versions)))
    return RedirectResponse(visit.links.to("/corrections"), 303)


def undone(visit: Visit) -> Response:
    """Take back the last decision of this session."""
    visit.require_decides()
    if not visit.session.done:
        raise MissingDataError("desk.nothing_to_undo")
    last = visit.session.done[-1]
    try:
        decide(
            visit.site.config, last.point_ids, CorrectionState(last.state), by=visit.session.name,
            undo=True, seen=dict(zip(last.point_ids, last.versions, strict=True)), wait_s=WAIT_S,
        )  # fmt: skip
    except ChangedMeanwhileError:
        # It cannot be taken back any more; those before it can.
        visit.session.done.pop()
        raise
    visit.session.done.pop()
    first = last.point_ids[0]
    key = "undone_one" if len(last.point_ids) == 1 else "undone_many"
    visit.session.told.append(visit.t(key, point=first, count=len(last.point_ids)))
    return RedirectResponse(visit.links.correction(first), 303)


def _decide(visit: Visit, seen: dict[str, int], state: CorrectionState) -> None:
    decision = decide(
        visit.site.config, list(seen), state, by=visit.session.name, seen=seen, wait_s=WAIT_S
    )
    table = decision.corrections
    if len(table):
        ids, versions = tuple(table["point_id"]), tuple(int(v) for v in table["version"])
        visit.session.remember(Done(ids, versions, str(state)))


def _queue(visit: Visit, store: Store) -> Queue:
    found: Queue = visit.site.kept(store, "queue", lambda: read_queue(store))
    return found


def read_stands(site: Site, store: Store) -> Stands:
    """Return the stands of the last weeks; decisions do not change them."""

    def read() -> Stands:
        dates = site.dates(store)[-HISTORY_DATES:]
        return Stands(store.evidence("history", dates[0], dates[-1]) if dates else {})

    return site.kept_of_dates(store, "stands", read)


def _near(stands: Stands, row: Any) -> pd.DataFrame:
    places = [(row.recorded_lon, row.recorded_lat), (row.proposed_lon, row.proposed_lat)]
    return stands.about(places, STANDS_M)


def _one(visit: Visit, store: Store, found: Queue, point_id: str) -> Response:
    waiting = found.waiting
    ids = waiting["point_id"].tolist()
    whole = pd.concat([waiting, found.decided], ignore_index=True)
    mine = whole[(whole["point_id"] == point_id).to_numpy()]
    if mine.empty:
        raise MissingDataError("desk.no_correction", point=point_id)
    row = next(iter(records(mine)))
    stands = _near(read_stands(visit.site, store), row)
    at = ids.index(point_id) if point_id in ids else None
    after = ids[(at + 1) % len(ids)] if at is not None and len(ids) > 1 else (ids[0] if ids else "")
    following = visit.links.to("/corrections")
    if after and after != point_id:
        following = visit.links.correction(after)
    first = max(0, min((at or 0) - 5, len(ids) - LISTED))
    config = visit.site.config
    view = {
        "title": visit.t("correction_title", point=" ".join([str(row.name), point_id]).strip()),
        "waiting": len(ids),
        "place": None if at is None else at + 1,
        "row": _row(visit, row),
        "evidence": correction_evidence(mappings(mine)[0], visit.language),
        "following": following,
        "listed": [_row(visit, one) for one in records(waiting.iloc[first : first + LISTED])],
        "batches": [
            {"key": one.key, "count": len(one.rows), "reason": _reason(visit, one)}
            for one in found.batches()
            if len(one.rows) > 1
        ],
        "decided": _decided(visit, found),
        "undoable": bool(visit.session.done),
        "data": as_json(_map(visit, row, stands)),
        "tiles": config.export.tiles,
    }
    page = shown.page(
        visit, "desk_corrections.html", view, here="corrections",
        downloads=visit.links.to("/corrections"), scripts=("base.js", "corrections.js"),
    )  # fmt: skip
    return HTMLResponse(page)


def _row(visit: Visit, row: Any) -> dict[str, Any]:
    return {
        "point_id": row.point_id,
        "name": row.name,
        "township": row.township,
        "cause": Cause(row.cause).label(visit.language),
        "meaning": Cause(row.cause).meaning(visit.language),
        "change": correction_change(row, visit.language),
        "confidence": f"{row.confidence:.2f}",
        "days_seen": int(row.days_seen),
        "version": int(row.version),
        "state": str(row.state),
        "state_label": CorrectionState(row.state).label(visit.language),
        "by": row.decided_by,
        "far": not math.isnan(row.offset_m) and row.offset_m > 5000,
        "offset": "" if math.isnan(row.offset_m) else metres_text(row.offset_m, visit.language),
    }


def _decided(visit: Visit, found: Queue) -> list[dict[str, Any]]:
    zone = visit.site.config.time_zone
    return [
        {**_row(visit, row), "at": f"{row.decided_at.astimezone(zone):%Y-%m-%d %H:%M}"}
        for row in records(found.decided.head(10))
        if row.decided_at is not None and row.decided_at == row.decided_at
    ]


def _map(visit: Visit, row: Any, stands: pd.DataFrame) -> dict[str, Any]:
    export = visit.site.config.export
    tiles = export.tiles if export.tiles.startswith("http") else ""
    datum = export.tiles_datum if tiles else WGS84

    def place(lon: float, lat: float) -> list[float] | None:
        if math.isnan(lon) or math.isnan(lat):
            return None
        x, y = from_wgs84(lon, lat, datum)
        return [round(float(y), 7), round(float(x), 7)]

    tolerance = row.proposed_tolerance_m
    if math.isnan(tolerance):
        tolerance = visit.site.config.matching.tolerance_m
    return {
        "texts": {key: visit.t(f"map_{key}") for key in _JS_TEXTS},
        "tiles": tiles,
        "was": place(row.recorded_lon, row.recorded_lat),
        "now": place(row.proposed_lon, row.proposed_lat),
        "tolerance": float(tolerance),
        "stands": [
            [*(place(one.lon, one.lat) or ()), round(one.stood_s), one.service_date.isoformat()]
            for one in records(stands.head(3000))
        ],
    }


def _batch(visit: Visit, found: Queue, key: str) -> Batch:
    for one in found.batches():
        if one.key == key:
            return one
    raise MissingDataError("desk.no_batch")


def _reason(visit: Visit, found: Batch) -> str:
    cause = Cause(found.cause).label(visit.language)
    more = [found.name, reading_text(found.reading, visit.language)] if found.reading else []
    return " · ".join([cause, *filter(None, more)])


def _state(given: str) -> CorrectionState:
    if given not in (CorrectionState.ACCEPTED, CorrectionState.REJECTED):
        raise UsageError("desk.no_form")
    return CorrectionState(given)


def _version(given: str) -> int:
    if not given.isdigit() or len(given) > 9:
        raise UsageError("desk.no_form")
    return int(given)


def _file(visit: Visit, found: Queue) -> Response:
    table = pd.concat([found.waiting, found.decided], ignore_index=True)
    table["evidence"] = [correction_evidence(row, visit.language) for row in mappings(table)]
    day = visit.site.clock().tz_convert(visit.site.config.time_zone).date()
    return as_file(
        visit, table, _TABLE, "corrections", day, heading=visit.t("corrections"),
        sheet="sheet_corrections",
    )  # fmt: skip
