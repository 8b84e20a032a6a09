"""Names of the notes in the store by which runs and the service let `status` know of them."""

from __future__ import annotations

SERVICE = "service"
"""The service lives: its process, its ticks, when it will run next."""
ROUND = "round"
"""Dates are looked for, though none was due."""
