"""Frozen classes do what frozen dataclasses do: the standard library's are the measure."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace
from typing import Any

import pytest

from routecheck.model.frozen import frozen


@frozen
class Ours:
    """With a default, and one that is made anew for each."""

    name: str
    length_m: float = 1.5
    seen: list[int] = field(default_factory=list)
    kept: int = field(default=0, repr=False, compare=False)


@dataclass(frozen=True)
class Theirs:
    """The same, by the standard library."""

    name: str
    length_m: float = 1.5
    seen: list[int] = field(default_factory=list)
    kept: int = field(default=0, repr=False, compare=False)


CALLS: list[Callable[[Any], Any]] = [
    lambda made: made("a"),
    lambda made: made("a", 2.0),
    lambda made: made("a", seen=[1]),
    lambda made: made(length_m=2.0, name="a"),
    lambda made: made(),
    lambda made: made("a", name="b"),
    lambda made: made("a", 1.0, [], 3),
    lambda made: made("a", 1.0, [], 3, 4),
    lambda made: made("a", kept=1) == made("a", kept=2),
    lambda made: made("a", width_m=3.0),
    lambda made: made("a") == made("a", 1.5, []),
    lambda made: made("a") == made("b"),
    lambda made: made("a") == ("a", 1.5, []),
    lambda made: made("a").seen is made("a").seen,
    lambda made: hash(made("a")),
    lambda made: hash(made("a", 1.0, ())) == hash(made("a", 1.0, ())),
    lambda made: hash(made("a", 1.0, ())) == hash(made("a", 2.0, ())),
    lambda made: setattr(made("a"), "name", "b"),
    lambda made: delattr(made("a"), "name"),
    lambda made: replace(made("a"), length_m=3.0),
    lambda made: asdict(made("a", seen=[1])),
    lambda made: copy.deepcopy(made("a")) == made("a"),
    lambda made: pickle.loads(pickle.dumps(made("a", seen=[2]))),
]


def outcome(call: Callable[[Any], Any], made: Any) -> object:
    try:
        return repr(call(made)).replace(made.__name__, "Made")
    except (TypeError, FrozenInstanceError) as error:
        return type(error)


@pytest.mark.parametrize("call", CALLS)
def test_a_frozen_class_does_what_a_frozen_dataclass_does(call: Callable[[Any], Any]) -> None:
    assert outcome(call, Ours) == outcome(call, Theirs)


@frozen
class Checked:
    length_m: float

    def __post_init__(self) -> None:
        if self.length_m < 0:
            raise ValueError("length_m")


def test_what_is_made_is_checked_where_the_class_does() -> None:
    assert Checked(1.0).length_m == 1.0
    with pytest.raises(ValueError, match="length_m"):
        replace(Checked(1.0), length_m=-1.0)


def test_what_is_given_in_vain_is_named() -> None:
    with pytest.raises(TypeError, match="Ours: no field width_m"):
        Ours("a", width_m=3.0)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="Ours: name is missing"):
        Ours()  # type: ignore[call-arg]
