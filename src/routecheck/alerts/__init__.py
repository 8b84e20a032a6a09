"""Alerts: the monitor's plain rule, classification, incidents."""
