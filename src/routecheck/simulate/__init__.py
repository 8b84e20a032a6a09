"""Simulated sites with known truth."""

from __future__ import annotations

from .amounts import PROFILES, Amounts, amounts_for
from .site import SiteSummary, write_site

__all__ = ["PROFILES", "Amounts", "SiteSummary", "amounts_for", "write_site"]
