"""Pieces of work for engines, of a module, so that other processes find them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from routecheck.domain.errors import RoutecheckError
from routecheck.texts.outside import remember_secret


def doubled(number: int) -> int:
    return 2 * number


def fatal(number: int) -> int:
    """The process is gone for one of the numbers, whenever it is tried."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def fatal_once(number: int, mark: str) -> int:
    """The process is gone when one of the numbers is tried for the first time."""
    if number == 3 and not Path(mark).exists():
        Path(mark).write_text("", "utf-8")
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def wrong(number: int) -> int:
    if number == 3:
        raise ZeroDivisionError("three")
    return 2 * number


def slow(number: int) -> int:
    if number == 3:
        time.sleep(60)
    return 2 * number


def hungry(number: int) -> int:
    if number == 3:
        return len(bytearray(3_000_000_000))
    return 2 * number


def leaky(number: int) -> int:
    """What fails has a secret in its text that only this process knows to be one."""
    remember_secret("s3cr3t-t0ken")
    if number == 3:
        raise RoutecheckError("store refused s3cr3t-t0ken")
    if number == 4:
        raise RuntimeError("s3cr3t-t0ken is wrong")
    return 2 * number


def unspeakable(number: int) -> object:
    """What cannot be handed from one process to another."""
    return (lambda: number) if number == 3 else 2 * number
