"""The map behind a verdict: one point on one date, as a page and as a picture."""
