"""The notebooks run, and show what is kept in them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from docs.commands import ROOT
from docs.notebooks import FOLDER

NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_shows_what_is_kept_in_it(name):
    # In a process of its own: the client of a kernel runs an event loop.
    command = [sys.executable, "-m", "docs.notebooks", "--check", name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\nto keep it: {' '.join(command)}"


def test_what_is_no_longer_so_is_told(tmp_path):
    code = """
import nbformat
from docs.notebooks import changed, executed
from pathlib import Path

path = Path("one.ipynb")
table = "import pandas as pd; pd.DataFrame({'b': [a]})"
kept = nbformat.v4.new_notebook(
    cells=[nbformat.v4.new_code_cell(text) for text in ("a = 6 * 7", "print(a)", "a", table)]
)
nbformat.write(kept, path)
now = executed(path)
assert len(changed(kept, now)) == 3
again = executed(path)
assert changed(now, again) == []
shown = again.cells[3].outputs[0].data
shown["text/html"] = shown["text/html"].replace("<td>42</td>", "<td>43</td>")
assert len(changed(again, now)) == 1
kept.cells.append(nbformat.v4.new_code_cell("1 / 0"))
nbformat.write(kept, path)
try:
    executed(path)
except Exception as error:
    print(type(error).__name__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout == "CellExecutionError\n", done.stderr
