"""Answers that are given again as long as what they were made from is as it was."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Kept:
    """The last answers, made once however many ask at the same time.

    Args:
        most: answers that are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the answer of a key, which holds all that it depends on; made where it is new."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return cast("T", self._answers[key])
            making = self._making.setdefault(key, threading.Lock())
        try:
            with making:
                with self._lock:
                    if key in self._answers:
                        return cast("T", self._answers[key])
                answer = make()
                with self._lock:
                    self._answers[key] = answer
                    while len(self._answers) > self._most:
                        self._answers.popitem(last=False)
                return answer
        finally:
            with self._lock:
                self._making.pop(key, None)

    def known(self, key: Hashable) -> bool:
        """Whether the answer of a key is there."""
        with self._lock:
            return key in self._answers
