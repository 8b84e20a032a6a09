"""The numbers that judging rests on: in one place, explained, used, and none inline."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest

import routecheck
from routecheck.verdicts.confidence import installed

SHARES = installed()
SETTLES = re.compile(r"case\.unverifiable|(\w+\.)?(confidences|self)\.of(_miss)?")
PACKAGE = Path(routecheck.__file__).parent
ROOMS = ("verdicts", "alerts")
PLAIN = {0, 1, -1, 2, 3.6}  # nothing, one, signs, halves and squares, km/h in a m/s
ARITHMETIC = {
    ("recalibrate.py", 1e-4), ("recalibrate.py", 1e-9), ("recalibrate.py", 1e-12),
    ("recalibrate.py", 60), ("recalibrate.py", 3), ("field_checks.py", 3),
    ("trajectories.py", 1.177), ("hidden.py", 0.1), ("facts.py", 4), ("case.py", 4),
    ("classify.py", 60), ("classify.py", 4),
}  # fmt: skip
"""Digits of rounding, steps of a solver, guards against division by zero, minutes, columns."""


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def constants(room: str) -> dict[str, str]:
    """Names of a room's parameters, with the text that follows each."""
    body = tree(PACKAGE / room / "parameters.py").body
    explained = {}
    for node, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.Assign):
            text = ""
            if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                text = str(following.value.value)
            target = node.targets[0]
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            explained |= {name.id: text for name in names if isinstance(name, ast.Name)}
    return explained


@pytest.mark.parametrize("room", ROOMS)
def test_every_parameter_is_explained_and_used(room):
    sources = [
        path.read_text(encoding="utf-8")
        for path in (PACKAGE / room).glob("*.py")
        if path.name != "parameters.py"
    ]
    for name, text in constants(room).items():
        assert text.rstrip().endswith("."), f"{name} is not explained"
        assert any(name in source for source in sources), f"{name} is not used"


@pytest.mark.parametrize("room", ROOMS)
def test_a_unit_in_a_name_stands_in_its_explanation(room):
    units = {"_M": "m", "_S": "s", "_MS": "m/s", "_MS2": "m/s2", "_KMH": "km/h", "_DAYS": "d"}
    for name, text in constants(room).items():
        unit = units.get(name[name.rfind("_") :])
        if unit is not None:
            words = text.replace("(", " ").replace(")", " ").replace(",", " ").split()
            assert unit in words or f"{unit};" in words or f"{unit}:" in words, name


@pytest.mark.parametrize("room", ROOMS)
def test_no_number_is_typed_inline(room):
    for path in (PACKAGE / room).glob("*.py"):
        if path.name == "parameters.py":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and type(node.value) in (int, float):
                known = node.value in PLAIN or (path.name, node.value) in ARITHMETIC
                assert known, f"{room}/{path.name}:{node.lineno}: {node.value}"


def test_every_criterion_that_settles_a_pickup_has_a_measured_confidence():
    settling = {
        node.args[0].value
        for path in (PACKAGE / "verdicts").glob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if SETTLES.fullmatch(ast.unparse(node.func))
    }
    measured, like = set(SHARES.tables["criterion"]), SHARES.tables["like"]
    assert settling == measured | set(like)
    assert set(like.values()) <= measured


def test_confidence_grows_with_what_is_seen_and_stays_within_its_bounds():
    dwells = np.linspace(0.0, 200.0, 400)
    by_dwell = [SHARES.of_stand(s, 5.0, 3, other=False) for s in dwells]
    by_spare = [SHARES.of_hidden(s) for s in dwells]
    assert np.all(np.diff(by_dwell) >= 0)
    assert np.all(np.diff(by_spare) >= 0)
    full = SHARES.of_stand(60.0, 5.0, 3, other=False)
    for weaker in (
        SHARES.of_stand(60.0, 25.0, 3, other=False),
        SHARES.of_stand(60.0, 5.0, 1, other=False),
        SHARES.of_stand(60.0, 5.0, 0, other=False),
        SHARES.of_stand(60.0, 5.0, 3, other=True),
    ):
        assert 0.5 < weaker < full
    assert SHARES.of_miss("passed_by", 0.49) == pytest.approx(SHARES.of("passed_by") / 2.0)
    assert SHARES.of_miss("passed_by", 1.0) == SHARES.of("passed_by")
    assert SHARES.bounded(np.array([-1.0, 0.5, 2.0])).tolist() == [0.01, 0.5, 0.999]
