"""The numbers that classification and incidents rest on, each with its unit and reason."""

from __future__ import annotations

# --- the plain rule ---------------------------------------------------------------------------

LIVE_S = 600.0
"""Live fixes are received within minutes of the visit that they show (s)."""

# --- alerts that no pickup answers --------------------------------------------------------------

NOT_REGISTERED_CONFIDENCE = 0.95
"""A point that is not in the registry cannot be checked; now and then its id is a known point's,
written otherwise."""
NOT_DUE_CONFIDENCE = 0.99
"""A schedule that was read whole has no pickup: right, but for a window typed in late."""
UNKNOWN_SCHEDULE_CONFIDENCE = 0.95
"""Where what was due is not known, the data cannot tell: right, but for a row that another one
which was read makes superfluous."""

# --- incidents ----------------------------------------------------------------------------------

LEAST = 2
"""Pickups that make an incident, where the device, the round or the record is at fault as a
whole."""
LEAST_OF_ROUND = 3
"""Pickups or alerts that make one where each might also have its own story."""
FEED_VEHICLES, FEED_SHARE = 3, 0.5
"""So many vehicles silent or off by the same at once, and this share of those due, are the feed
and not their devices."""
FEED_S = 600.0
"""Shorter common silence is chance (s)."""
TOGETHER_S = 60.0
"""Devices that freeze within this of one another freeze together: they report once or twice a
minute (s)."""
DIED_S = 60.0
"""A device whose last fix lies so close to the start of a silence fell silent for good (s)."""
MONITOR_SHARE = 0.5
"""The monitor is wrong about a vehicle or a township where it is wrong about this share of it."""
MONITOR_DAY_SHARE = 0.1
"""The monitor is wrong about the whole date from this share of its pickups on."""
HOUR_S = 3600.0
"""s in an hour: zones are named by their whole hours."""
ZONE_HOURS = (-12, 14)
"""Whole hours from UTC of the first and the last time zone."""
