"""Simulated sites with known truth: a county, its trucks, their fixes, and a plain monitor.

The package shares no code and no constants with the service it tests.

Files
-----
``write_site`` writes a directory that is ready to run: ``routecheck.toml``, ``points.csv``,
``schedule.csv``, ``fixes/fixes_DATE.csv`` (by local date of receipt; ``.csv.gz`` or ``.parquet``
by the amount ``fixes_format``), ``alerts/alerts_DATE.csv`` (by service date), ``vehicles.csv``,
``calendar.csv``, ``checks.csv``, ``truth.csv`` and ``truth_points.csv``. Times in fixes are local
(Asia/Shanghai) without an offset, in Parquet instants in UTC; in alerts, checks and truth they are
local with an offset. The same call writes the same bytes; more days leave the earlier ones as
they are, but for the fixes received after the last date.

The monitor
-----------
It alerts on a due pickup unless the scheduled vehicle (any vehicle, where none is scheduled) has a
fix within 30 m of the recorded place, with a device time in the window, received before the alert
is raised, two hours or a little more after the window. Beside that it makes a few alerts against
its own rule (``monitor_fault``) and some for pickups that were not due.

Truth
-----
``truth.csv`` has a row for each due pickup. Beside them it has a row with an empty window for each
alert that was not due (cause ``not_due``) or whose point nobody knows (``unknown_point``).
``cause`` holds every code that can be defended, joined by ``|``:

- *collected*: empty if the plain rule holds and no alert was raised; ``monitor_fault`` if it holds
  and an alert was raised; else all of: the fault of the record; ``clock`` (device clock off by
  more than half an hour); ``other_vehicle``; ``outside_window``; ``late_data`` (every fix close to
  the bins came after the alert); ``sparse_fixes`` (no fix within 30 m of the place while the truck
  was there); ``tolerance`` (none within 30 m, but one within 60 m).
- *missed*: ``route_not_run`` if the truck stayed at home or broke off; beside it or instead
  ``passed_by`` if the true track of any truck of the county came within 45 m of the bins (the
  tolerance and 15 m), ``not_approached`` if none came within 25 m, or the scheduled truck not
  within 45 m. Between these distances both are right.
- *not observable*: the codes for that (``no_fixes``, ``gap``, ``poor_fixes``, ``sparse_fixes``),
  and the above.

Observable
----------
A fix counts as good if it is no stale repeat and lies within 25 m of the truth. Fixes count from
whenever they were received, and a clock that is off spoils none.

A collected pickup is observable if a good fix of the vehicle that collected it lies within the
stand (two, from devices that give no speed or always 0), or if the good fixes before and after the
stand are at most 180 s apart and the stand fills at least 35 % of that time: then the time it took
shows.

A miss is observable if all of this holds for the scheduled vehicle:

1. it delivered at least 3 fixes within the window widened by an hour on both sides, and half of
   them or more are within 25 m of the truth;
2. it was heard from within 10 min of setting out and of coming home;
3. between no two consecutive fixes more than 45 s apart, within its working day or that window,
   was a visit possible: the way from the first fix to the bins and on to the second, as the crow
   flies and less 30 m, in the time between less 26 s (the shortest pickup with braking and
   starting), at no more than 1.15 times the limit of the bins' road in gaps up to 180 s and 56 km/h
   in longer ones. A gap with the engine off, with both ends within 100 m, is parking and no gap;
4. no truck of the county stood for 10 s or longer within 35 m of the bins that day, for whatever
   reason: nobody could tell that from a pickup.

A point whose record has no location is never observable.
"""

from __future__ import annotations

from .amounts import PROFILES, Amounts, amounts_for
from .site import SiteSummary, write_site

__all__ = ["PROFILES", "Amounts", "SiteSummary", "amounts_for", "write_site"]
