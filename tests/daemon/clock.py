"""A clock that a test moves."""

import pandas as pd


class Clock:
    """The present, moved by a test."""

    def __init__(self, now: pd.Timestamp) -> None:
        self.now = now

    def __call__(self) -> pd.Timestamp:
        return self.now
