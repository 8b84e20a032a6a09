"""The registry of points: which record holds on a date, and what is due."""
