"""Faults: the program killed, starved, corrupted and raced, again and again.

`python -m tests.faults` runs the long form; a short form is part of the tests.
"""
