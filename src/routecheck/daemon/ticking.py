"""What keeps a service ticking until it is asked to end."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from zoneinfo import ZoneInfo


def tick_until(
    stop: threading.Event,
    tick: Callable[[], object],
    *,
    every_s: float,
    zone: ZoneInfo,
    daily_at: str = "",
) -> None:
    """Tick at once, every so often, and at an hour of the day, until `stop` is set.

    SIGTERM and SIGINT set it. Returns at once then: a tick may still be under way.

    Args:
        stop: what ends it.
        tick: is called in a thread of its own, never twice at a time.
        every_s: seconds between ticks.
        zone: of the hour.
        daily_at: the hour, `HH:MM`; empty: none.
    """
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(
        timezone=zone,
        # A tick that comes late is as good; one tick does for several that were missed.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    if daily_at:
        hour, minute = daily_at.split(":")
        scheduler.add_job(tick, CronTrigger(hour=hour, minute=minute, timezone=zone))
    scheduler.add_job(tick, IntervalTrigger(seconds=every_s, timezone=zone))
    scheduler.add_job(tick)
    restore = _on_signals(stop.set)
    try:
        scheduler.start()
        # Waking now and then lets Windows deliver Ctrl-C.
        while not stop.wait(1.0):
            pass
    finally:
        stop.set()
        scheduler.remove_all_jobs()
        scheduler.shutdown(wait=False)
        restore()


def _on_signals(stop: Callable[[], None]) -> Callable[[], None]:
    """Call `stop` on SIGTERM and SIGINT; return what restores the former handlers."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    names = [
        getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name)
    ]
    former = {name: signal.signal(name, lambda *_: stop()) for name in names}

    def restore() -> None:
        for name, handler in former.items():
            signal.signal(name, handler)

    return restore
