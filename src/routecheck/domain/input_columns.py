"""The columns of the input files, each once in `input_columns.toml`.

Readers find a column by its canonical name or an alias, a configuration may map a header of its
own to it, and the import templates are made from it. What a column means stands in the catalogue
`columns`, in both languages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

CellKind = Literal["text", "number", "date", "flag"]


@dataclass(frozen=True)
class InputColumn:
    """A column of an input file.

    Attributes:
        name: its canonical header.
        aliases: other headers by which it is known; the first heads it in a Chinese template.
        required: whether a file must have it.
        kind: what its cells hold; a flag is `true` or `false`.
        bounds: least and greatest number that a template accepts.
        template: whether the files that `init` writes have it.
    """

    name: str
    aliases: tuple[str, ...]
    required: bool = False
    kind: CellKind = "text"
    bounds: tuple[float, float] | None = None
    template: bool = True


def _read() -> dict[str, tuple[InputColumn, ...]]:
    declared = tomllib.loads((files(__package__) / "input_columns.toml").read_text("utf-8"))
    common = declared.pop("common")
    return {
        table: tuple(
            _column(name, common.get(name, {}) | column) for name, column in columns.items()
        )
        for table, columns in declared.items()
    }


def _column(name: str, declared: Mapping[str, Any]) -> InputColumn:
    values = dict(declared)
    aliases = f"{values.pop('aliases')} {values.pop('also', '')}".split()
    if "bounds" in values:
        values["bounds"] = tuple(values["bounds"])
    return InputColumn(name, tuple(aliases), **values)


INPUT_COLUMNS: Mapping[str, tuple[InputColumn, ...]] = _read()
"""By section of the configuration, in the order of the templates."""
