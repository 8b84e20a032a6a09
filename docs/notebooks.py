"""The notebooks, run as they stand, with what they show kept in them.

    python -m docs.notebooks              run all, and keep what they show
    python -m docs.notebooks county       some of them
    python -m docs.notebooks --check      run, and say where what they show is no longer so

Needs `pip install -e '.[notebooks]'`. Pictures are kept and not compared: their bytes differ from
one version of matplotlib to the next. What is compared is text, and the words of tables.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent / "notebooks"
LONGEST_S = 300
_TAGS = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)


def executed(path: Path) -> Any:
    """Run all cells of a notebook in a kernel of its own, in its folder, and return it.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raises.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=LONGEST_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        # What a reader sees does not depend on the cell that was run last year.
        store_widget_state=False,
        record_timing=False,
    )
    client.execute()
    return notebook


def shown(notebook: Any) -> Iterator[tuple[str, str]]:
    """Yield of each cell of code what it is, and the text that it shows."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield cell.source, "\n".join(filter(None, map(_text_of, cell.outputs)))


def _text_of(output: Any) -> str:
    data = output.get("data", {})
    if "image/png" in data:
        return ""
    # The page of a table is made of its HTML, a plain text stands beside it: both are to be true.
    words = html.unescape(_TAGS.sub(" ", data.get("text/html", ""))).split()
    plain: str = output.get("text") or data.get("text/plain", "")
    return "\n".join(filter(None, [plain, " ".join(words)]))


def changed(kept: Any, now: Any) -> list[str]:
    """Return what no longer shows what is kept: a text for each cell, empty: none."""
    return [
        f"{source}\n--- kept\n{before}\n--- now\n{after}"
        for (source, before), (_, after) in zip(shown(kept), shown(now), strict=True)
        if before != after
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m docs.notebooks", description=__doc__.splitlines()[0]
    )
    parser.add_argument("names", nargs="*", help="such as county; default: all")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 where one differs")
    given = parser.parse_args(arguments)
    different = False
    for name in given.names or sorted(path.stem for path in FOLDER.glob("*.ipynb")):
        path = FOLDER / f"{name}.ipynb"
        now = executed(path)
        for text in changed(nbformat.read(path, as_version=4), now):
            different = True
            print(f"{path.name}: {text}\n")
        if not given.check:
            nbformat.write(now, path)
    return int(given.check and different)


if __name__ == "__main__":
    sys.exit(main())
