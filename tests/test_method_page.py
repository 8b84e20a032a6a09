"""The page of equations: its figures are those of the code, its modules are there."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

import routecheck

PAGE = (Path(__file__).parents[1] / "docs" / "method.md").read_text("utf-8")
FIGURES = re.findall(r"^\| `(routecheck\.[\w.]+)\.(\w+)` \| ([\d.]+)", PAGE, re.MULTILINE)


def test_there_are_figures():
    assert len(FIGURES) >= 12


@pytest.mark.parametrize(("module", "name", "told"), FIGURES)
def test_a_figure_is_that_of_the_code(module, name, told):
    assert getattr(import_module(module), name) == float(told)


def test_every_module_that_is_named_is_there():
    package = Path(routecheck.__file__).parent
    named = re.findall(r"`([a-z_]+/[a-z_]*(?:\.\w+)?)`", PAGE)
    assert len(named) > 12
    assert [path for path in named if not (package / path).exists()] == []
