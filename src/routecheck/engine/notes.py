"""Names of the notes in the store by which runs and the service let `status` know of them."""

from __future__ import annotations

SERVICE = "service"
"""The service lives: its process, its ticks, when it will run next."""
BACKUP = "backup"
"""The last daily backup: where it lies, or why there is none."""
MESSAGES = "messages"
"""Messages that wait, and receivers that took none."""
TODAY = "today"
"""When it was last looked whether anything had come for the dates that are judged as they go."""
TOLD = "told"
"""Misses of running dates that a message has named, so that each is named, and taken back, once."""
ROUND = "round"
"""Dates are looked for, though none was due."""
REJUDGING = "rejudging"
"""Dates are being judged again: by which call, and what of it is done."""
