"""Does a date elsewhere, and kills its worker on one; of a module, so that it is found there."""

from __future__ import annotations

import os
import signal
from datetime import date
from typing import Any

from routecheck.engine import partition

POISON = date(2026, 3, 4)


def observed(fixes: Any, day: date, *more: Any) -> Any:
    if day == POISON:
        os.kill(os.getpid(), signal.SIGKILL)
    return partition.observed(fixes, day, *more)


def weighed_whole(one: partition.Partition) -> Any:
    if one.service_date == POISON:
        os.kill(os.getpid(), signal.SIGKILL)
    return partition.weighed_whole(one)
