"""Alerts: what each was worth, and what explains many of them.

`plain_rule` replays the monitor's own rule; `classify` judges each alert by the verdicts of its
pickups, with the cause that `causes` finds; `incidents` gathers what one fault explains. The
numbers stand in `parameters`.
"""
