"""How long is waited, on a date that is still running, before a pickup counts as missed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """How long a pickup may still turn out to have been made, at a site (s).

    Attributes:
        begun_s: after its window, and after its vehicle has come home from the round: a colleague
            may have taken it along.
        waiting_s: after its window, where its vehicle has not begun the round: rounds begin hours
            late. Infinite: the run that closes the date decides.
        delay_s: how late fixes come: a parked vehicle whose device is silent is taken to be where
            it was until so long before the feed as a whole reaches.
    """

    begun_s: float
    waiting_s: float
    delay_s: float
