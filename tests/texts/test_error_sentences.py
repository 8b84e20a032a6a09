"""What goes wrong is told in both languages, from one catalogue."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from routecheck.domain.errors import Message, RoutecheckError, UsageError, in_language
from routecheck.texts import catalogues, has_text, variables

SOURCE = Path(__file__).resolve().parents[2] / "src" / "routecheck"


def raised() -> list[tuple[str, ast.Call]]:
    """Every sentence that is made anywhere: an error, or a part of one."""
    kinds = {"Message", "RoutecheckError"}
    trees = {path: ast.parse(path.read_text("utf-8")) for path in SOURCE.rglob("*.py")}
    for _ in range(2):  # errors of errors
        for tree in trees.values():
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                    if bases & (kinds - {"Message"}):
                        kinds.add(node.name)
    return [
        (f"{path.relative_to(SOURCE)}:{node.lineno}", node)
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds
    ]


def keys_of(argument: ast.expr) -> list[str]:
    """The keys that an argument may stand for; none where it is not written there."""
    if isinstance(argument, ast.IfExp):
        return keys_of(argument.body) + keys_of(argument.orelse)
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    return []


def test_every_error_that_is_raised_has_its_sentence_and_the_figures_in_it():
    calls = raised()
    assert len(calls) > 120
    for where, call in calls:
        for key in keys_of(call.args[0]):
            key = key if "." in key else f"errors.{key}"
            assert has_text(key), f"{where}: {key!r} is not in the catalogue"
            if any(word.arg is None for word in call.keywords):
                continue
            given = {word.arg for word in call.keywords}
            assert variables(key, "en") | variables(key, "zh") <= given, f"{where}: {key}"
        if isinstance(call.args[0], ast.JoinedStr):
            start = call.args[0].values[0]
            named = isinstance(start, ast.Constant) and str(start.value).partition(".")[0]
            assert named in catalogues(), f"{where}: a text of its own"


def test_a_part_is_told_in_the_language_of_the_whole():
    error = UsageError(
        "config_errors.wrong_value",
        line=3,
        name="site.time_zone",
        wanted=Message("config_errors.time_zone"),
        found='"x"',
    )
    assert "IANA name" in str(error)
    assert "IANA 时区名称" in error.in_language("zh")
    assert str(error) == error.in_language("en")


@pytest.mark.parametrize("text", ["as it is {braces}", ""])
def test_other_text_is_passed_on_as_it_is(text):
    assert in_language(text, "zh") == text
    assert str(RoutecheckError(text)) == text
    assert RoutecheckError(text).in_language("zh") == text
