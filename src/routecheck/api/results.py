"""The results of judging: tables, and what explains a row of them."""

from __future__ import annotations

import datetime
import weakref
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pandas as pd

from routecheck.api.explained import Explained
from routecheck.api.given import Day, date_of
from routecheck.domain.closing import Closing
from routecheck.domain.errors import UsageError
from routecheck.domain.settings import LARGEST_TOLERANCE_M
from routecheck.engine.results import RunReport
from routecheck.engine.session import Session
from routecheck.present import csv_files
from routecheck.present.files import write_whole
from routecheck.present.frames import StoredFrames, typed
from routecheck.present.layers import geopackage, layers_of
from routecheck.present.run_summary import notices, results
from routecheck.queries.explain import explain_point
from routecheck.sources.rejected_rows import joined

if TYPE_CHECKING:
    import geopandas


class Results(Closing):
    """What judging some service dates came to; made by `judge` and `Site.results`.

    Each table is made when it is first asked for, and is then the caller's own. Times are in the
    zone of the site; `service_date` is a midnight without a zone; geometries are in EPSG:4326, and
    missing where no place is known; what is blank is null. Codes are those of `docs/codes.md`.

    A context manager that ends the session behind it; where it is not used as one, that ends with
    the object.

    Attributes:
        dates: the service dates, in order.
        notices: what a run would have told on standard error, a line each: rows kept apart, parts
            that failed, ids that join to nothing.
    """

    def __init__(
        self,
        site: Session,
        dates: Sequence[datetime.date],
        notices: Sequence[str] = (),
        opened: ExitStack | None = None,
        summary: Sequence[str] = (),
    ) -> None:
        self._site, self._summary = site, tuple(summary)
        self._made = StoredFrames(site.config, site.store, dates)
        self.dates, self.notices = tuple(dates), tuple(notices)
        self._opened = opened or ExitStack()
        self._end = weakref.finalize(self, self._opened.close)

    @property
    def _frames(self) -> StoredFrames:
        """The tables, as long as the session behind them is there."""
        if not self._end.alive:
            raise UsageError("library.closed")
        return self._made

    @classmethod
    def of_run(cls, site: Session, report: RunReport, opened: ExitStack) -> Self:
        """Return the results of dates that were just judged.

        Args:
            site: the session that judged them.
            report: what its run came to.
            opened: what ends the session.
        """
        language, zone = site.config.site.language, site.config.time_zone
        dates = sorted(entry.service_date for entry in report.dates)
        told, said = notices(report, language), results(report, language, zone)
        return cls(site, dates, told, opened, said)

    @property
    def pickups(self) -> geopandas.GeoDataFrame:
        """A row for each expected pickup, where it was judged: the columns of `pickups_*.csv`."""
        return self._frames.pickups

    @property
    def alerts(self) -> geopandas.GeoDataFrame:
        """A row for each alert of the monitor: the columns of `alerts_*.csv`."""
        return self._frames.alerts

    @property
    def corrections(self) -> geopandas.GeoDataFrame:
        """A row for each point whose record is wrong: the columns of `corrections.csv`.

        It lies where the tracks say that the point is; where only its tolerance is too small, it
        has no geometry.
        """
        return self._frames.corrections

    @property
    def places(self) -> geopandas.GeoDataFrame:
        """Where each point is judged to be on the last date: the columns of `places.csv`."""
        return self._frames.places

    @property
    def visits(self) -> geopandas.GeoDataFrame:
        """A row for each interval in which a vehicle was within tolerance of a pickup's place.

        Columns: `service_date`, `point_id`, `window_start` (of the pickup), `vehicle_id`,
        `scheduled` (whether it is the pickup's), `kind` (`stand`, `pass`, `parked`), `start`,
        `end`, `outside_s` (how far outside the window), `distance_m` (least), `tolerance_m`,
        `dwell_s`, `dwell_max_s` (most that the data allow), `fixes` (within), `decisive` (whether
        the verdict rests on it).
        """
        return self._frames.visits

    @property
    def episodes(self) -> geopandas.GeoDataFrame:
        """All that the tracks have of each pickup: the columns of `episodes_*.csv`."""
        return self._frames.episodes

    @property
    def stops(self) -> geopandas.GeoDataFrame:
        """A row for each stand of a vehicle.

        Columns: `service_date`, `vehicle_id`, `start`, `stood_s`, `spread_m` (scatter of its
        fixes), `fixes`.
        """
        return self._frames.stops

    @property
    def incidents(self) -> pd.DataFrame:
        """What explains several pickups or alerts at once: the columns of `incidents_*.csv`."""
        return self._frames.incidents

    @property
    def rejected(self) -> dict[str, pd.DataFrame]:
        """Rows that were kept apart, by the table that they are of.

        Columns: `file` (the table, or the file), `row` (from 1), `reason`, `text`. Of the fixes
        they are those of the dates.
        """
        store = self._frames.store
        found = {name: store.read_rejected(name) for name in store.rejected_inputs()}
        found["fixes"] = joined([store.read_rejected(day) for day in self.dates])
        return {name: typed(table, csv_files.REJECTED) for name, table in found.items()}

    def explain(
        self,
        point: str,
        date: Day | None = None,
        *,
        window: str | None = None,
        tolerance_m: float | None = None,
    ) -> Explained:
        """Show why the pickups of a point were judged as they were, as `routecheck recheck` does.

        Args:
            point: its id, or its name where only one is called so.
            date: the service date; may be left out where the results are of one.
            window: `HH:MM`: only the pickup whose window starts then.
            tolerance_m: what if the tolerance were this (m).

        Raises:
            UsageError: the point is not known, has no pickup in that window, or the date was not
                judged.
        """
        day = self._date(date)
        self._frames  # noqa: B018 - it must be open still
        if tolerance_m is not None and not 0 < tolerance_m <= LARGEST_TOLERANCE_M:
            limits = {"most": LARGEST_TOLERANCE_M, "found": tolerance_m}
            raise UsageError("calls.tolerance_range", **limits)
        found = explain_point(self._site, point, day, window=window, tolerance_m=tolerance_m)
        return Explained(found, self._site.config)

    def to_gpkg(self, path: str | Path) -> Path:
        """Write the tables with places as layers of one GeoPackage, which QGIS shows in colour.

        Args:
            path: of the file; one that is there is replaced.

        Returns:
            Where it was written.

        Raises:
            ExportError: it could not be written.
        """
        content = geopackage(layers_of(self._frames), self._site.config.site.language)
        return write_whole(Path(path), content)

    def _date(self, date: Day | None) -> datetime.date:
        if date is None:
            if len(self.dates) != 1:
                count, first = len(self.dates), next(iter(self.dates), "")
                raise UsageError("library.several_dates", count=count, first=first)
            return self.dates[0]
        day = date_of(date)
        if day not in self.dates:
            first, last = (self.dates[0], self.dates[-1]) if self.dates else ("", "")
            raise UsageError("library.date_not_judged", day=day, first=first, last=last)
        return day

    def close(self) -> None:
        """End the session: tables that were not asked for cannot be had any more."""
        self._end()

    def __repr__(self) -> str:
        span = " to ".join(dict.fromkeys(str(day) for day in (*self.dates[:1], *self.dates[-1:])))
        return "\n".join([f"<routecheck.Results of {span or 'no date'}>", *self._summary])


def explain(
    result: Results,
    point: str,
    date: Day | None = None,
    *,
    window: str | None = None,
    tolerance_m: float | None = None,
) -> Explained:
    """Show why the pickups of a point were judged as they were: `result.explain(…)`."""
    return result.explain(point, date, window=window, tolerance_m=tolerance_m)
