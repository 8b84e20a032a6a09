"""Names of the notes in the store by which runs and the service let `status` know of them."""

from __future__ import annotations

SERVICE = "service"
"""The service lives: its process, its ticks, when it will run next."""
BACKUP = "backup"
"""The last daily backup: where it lies, or why there is none."""
MESSAGES = "messages"
"""Messages that wait, and receivers that took none."""
ROUND = "round"
"""Dates are looked for, though none was due."""
