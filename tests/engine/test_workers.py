"""Whatever does the work: every piece has its answer or its failure, and none stops another."""

from __future__ import annotations

import re
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from engine import pieces
from routecheck.config.sections import EngineSection
from routecheck.domain.errors import Message, UsageError
from routecheck.engine.workers import in_order, work

NUMBERS = {f"n{number}": (number,) for number in range(1, 7)}
KINDS = ("local", "processes", "dask")
linux = pytest.mark.skipif(sys.platform != "linux", reason="signals and bounds of Linux")


def done(kind: str, function, arguments=NUMBERS, **options):
    told: list[Message] = []
    engine = EngineSection(kind=kind, workers=2, **options)
    found = {one.name: one for one in work(engine, function, arguments, told.append)}
    assert set(found) == set(arguments)
    return found


def others(found) -> dict[str, int | None]:
    return {name: one.answer for name, one in found.items() if name != "n3"}


DOUBLED = {"n1": 2, "n2": 4, "n4": 8, "n5": 10, "n6": 12}


@pytest.mark.parametrize("kind", KINDS)
def test_every_piece_has_its_answer(kind: str) -> None:
    found = done(kind, pieces.doubled)
    assert {name: one.answer for name, one in found.items()} == DOUBLED | {"n3": 6}


@pytest.mark.parametrize("kind", KINDS)
def test_a_piece_that_fails_is_told_and_the_others_go_on(kind: str) -> None:
    found = done(kind, pieces.wrong)
    assert others(found) == DOUBLED
    assert found["n3"].answer is None
    assert found["n3"].failure.key == "fleet.fault"
    assert "ZeroDivisionError: three" in found["n3"].failure


@linux
@pytest.mark.parametrize("kind", ["processes", "dask"])
@pytest.mark.parametrize("retries", [0, 2])
def test_a_piece_that_kills_its_workers_is_set_aside(kind: str, retries: int) -> None:
    found = done(kind, pieces.fatal, retries=retries)
    assert others(found) == DOUBLED
    assert found["n3"].failure.key == "fleet.set_aside"
    # On a cluster once more, alone: another piece may have killed its worker.
    assert found["n3"].tries == retries + (2 if kind == "dask" else 1)


@linux
@pytest.mark.parametrize("kind", ["processes", "dask"])
def test_a_piece_whose_worker_was_killed_is_tried_again(kind: str, tmp_path) -> None:
    mark = str(tmp_path / "tried")
    arguments = {name: (number, mark) for name, (number,) in NUMBERS.items()}
    found = done(kind, pieces.fatal_once, arguments, retries=1)
    assert {name: one.answer for name, one in found.items()} == DOUBLED | {"n3": 6}


def test_a_piece_that_takes_too_long_is_ended() -> None:
    found = done("processes", pieces.slow, seconds=4.0, retries=0)
    assert others(found) == DOUBLED
    assert "4" in found["n3"].failure


@linux
def test_a_piece_that_takes_too_much_memory_is_told_so() -> None:
    found = done("processes", pieces.hungry, memory_mb=1500, retries=0)
    assert others(found) == DOUBLED
    assert found["n3"].failure.key == "fleet.no_memory"


def test_a_scheduler_that_is_not_there_is_one_clear_line() -> None:
    with pytest.raises(UsageError, match=re.escape("tcp://127.0.0.1:9")):
        done("dask", pieces.doubled, scheduler="tcp://127.0.0.1:9")


def test_dask_is_asked_for_only_where_it_is_wanted(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert done("local", pieces.doubled)["n1"].answer == 2
    with pytest.raises(UsageError, match="pip install"):
        done("dask", pieces.doubled)


@pytest.mark.parametrize("kind", ["processes", "dask"])
def test_a_failure_elsewhere_is_told_without_the_secrets_of_its_site(kind: str) -> None:
    found = done(kind, pieces.leaky)
    assert "***" in found["n3"].failure
    assert "***" in found["n4"].failure
    assert not any("s3cr3t" in str(vars(one)) for one in found.values())
    assert not any("s3cr3t" in str(one.failure.values) for one in found.values() if one.failure)


def test_an_answer_that_cannot_be_handed_over_is_one_failure() -> None:
    found = done("processes", pieces.unspeakable)
    assert others(found) == DOUBLED
    assert found["n3"].failure.key == "fleet.set_aside"


@pytest.mark.parametrize("leaves", ["a stop", "whoever asked"])
def test_work_in_processes_is_ended_where_nobody_waits_for_it(leaves: str) -> None:
    began = time.monotonic()
    engine = EngineSection(kind="processes", workers=2)
    stop = threading.Event()
    answers = work(engine, pieces.slow, NUMBERS, lambda _: None, stop.is_set)
    found = [next(answers) for _ in range(5)]
    if leaves == "a stop":
        stop.set()
        assert list(answers) == []
    else:
        answers.close()
    assert {one.name: one.answer for one in found} == DOUBLED
    # The sixth piece takes a minute.
    assert time.monotonic() - began < 40.0


# --- pieces of one run ----------------------------------------------------------------------------


def ordered(kind: str, function, **options) -> dict[int, int | str]:
    """Answers of six pieces by number, or what was raised; taken in their order."""
    made: list[int] = []

    def arguments(number: int) -> tuple[int]:
        made.append(number)
        if number == 5:
            raise KeyError("five")
        return (number,)

    engine = EngineSection(kind=kind, workers=2, **options)
    pieces = [(number, partial(arguments, number)) for number in range(1, 7)]
    found: dict[int, int | str] = {}
    for number, answer in in_order(engine, function, pieces, lambda _: None):
        assert number == len(found) + 1
        # One more than there are workers is made ahead, and nothing where this process works.
        assert len(made) <= (number + 2 if kind != "local" else number - 1)
        try:
            found[number] = answer()
        except Exception as error:
            found[number] = f"{type(error).__name__}: {error}"
    assert made == list(range(1, 7))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_pieces_of_one_run_come_in_their_order(kind: str) -> None:
    found = ordered(kind, pieces.wrong)
    failed = {3: "ZeroDivisionError: three", 5: "KeyError: 'five'"}
    assert found == {1: 2, 2: 4, 4: 8, 6: 12} | failed


@linux
@pytest.mark.parametrize("kind", ["processes", "dask"])
def test_a_piece_of_one_run_that_kills_its_workers_is_one_failure(kind: str) -> None:
    found = ordered(kind, pieces.fatal, retries=1)
    assert str(found.pop(3)).startswith("LostError: ")
    assert found == {1: 2, 2: 4, 4: 8, 5: "KeyError: 'five'", 6: 12}


@linux
def test_a_piece_of_one_run_whose_worker_was_killed_is_tried_again(tmp_path) -> None:
    mark = str(tmp_path / "tried")
    engine = EngineSection(kind="processes", workers=2, retries=1)
    given = [(number, partial(tuple, [number, mark])) for number in range(1, 5)]
    each = in_order(engine, pieces.fatal_once, given, lambda _: None)
    assert [answer() for _, answer in each] == [2, 4, 6, 8]
    assert Path(mark).exists()
