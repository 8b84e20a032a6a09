"""Tracks: from fixes to clean tracks, their clocks, and the stops in them."""
