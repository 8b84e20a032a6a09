"""The pages as a site, in both languages, with the interface for Python from its docstrings.

    python -m docs.site FOLDER

Needs `pip install -e '.[site]'`. The pages are those that stand here, so that they read the same in
the repository; a copy of them is made for mkdocs, which wants one folder with links that stay in
it. Notebooks become pages, with what is kept in them. Whatever mkdocs warns of (a link to nowhere,
a docstring that cannot be read) is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BESIDE = ("README", "ARCHITECTURE", "CHANGELOG", "CONTRIBUTING", "SECURITY", "deploy/README")
"""Pages that do not lie in docs/."""
API = {
    "en": "# The interface for Python\n\n"
    "How it is used: [From Python](library.md). Provisional until 1.0.\n\n",
    "zh": "# Python 接口\n\n"
    "用法见[在 Python 中使用](library.md)。在 1.0 版之前接口是暂定的；说明为英文。\n\n",
}
_SWITCH = re.compile(r"^\[(?:中文|English)\]\([^)]*\)\n\n", re.MULTILINE)
_FENCE = re.compile(r"^( *```\w+) [^\n]*$", re.MULTILINE)
"""What a block says of how it is run is for the tests."""
_OTHER = re.compile(r"\[([^\]]*)\]\((?![a-z]+:)[^)]*\.zh\.md[^)]*\)")
_PLACES = re.compile(r"\]\((?![a-z]+:)([^)#]*?)\.zh\.md")


def build(folder: Path) -> int:
    """Build the site into a folder, and return the status of mkdocs."""
    with tempfile.TemporaryDirectory(prefix="routecheck-site-") as scratch:
        source = Path(scratch) / "source"
        stage(source)
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
        # The last is no warning, but what one of its authors wants to be known.
        environment = {**os.environ, "ROUTECHECK_SITE": str(source), "NO_MKDOCS_2_WARNING": "1"}
        done = subprocess.run(
            [
                *command,
                "--config-file",
                str(ROOT / "mkdocs.yml"),
                "--site-dir",
                str(folder.resolve()),
            ],
            env=environment,
            check=False,
        )
        return done.returncode


def stage(source: Path) -> None:
    """Copy the pages and pictures, their links as a site in two languages has them."""
    pages = [path.relative_to(ROOT) for path in sorted((ROOT / "docs").glob("*.md"))]
    for name in BESIDE:
        pages += [
            Path(f"{name}{end}.md") for end in ("", ".zh") if (ROOT / f"{name}{end}.md").exists()
        ]
    for page in pages:
        target = source / page
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(staged((ROOT / page).read_text("utf-8"), page.name), "utf-8")
    for picture in [*(ROOT / "docs").glob("*.png"), *(ROOT / "docs" / "pictures").glob("*.png")]:
        target = source / picture.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(picture, target)
    for notebook in sorted((ROOT / "docs" / "notebooks").glob("*.ipynb")):
        _stage_notebook(notebook, source / "docs" / "notebooks")
    for language in API:
        end = "" if language == "en" else f".{language}"
        (source / "docs" / f"api{end}.md").write_text(interface(language), "utf-8")


def interface(language: str) -> str:
    """Return the page of every name of the library, whose docstrings mkdocs puts in their place."""
    from routecheck import __all__ as names

    listed = (f"::: routecheck.api.{name}\n\n" for name in names if not name.startswith("_"))
    return API[language] + "".join(listed)


def _stage_notebook(notebook: Path, folder: Path) -> None:
    """Write a notebook as a page, its pictures beside it."""
    from nbconvert import MarkdownExporter

    resources = {"output_files_dir": notebook.stem, "unique_key": notebook.stem}
    text, made = MarkdownExporter().from_filename(str(notebook), resources=resources)
    (folder / notebook.stem).mkdir(parents=True, exist_ok=True)
    for name, content in made["outputs"].items():
        (folder / name).write_bytes(content)
    (folder / f"{notebook.stem}.md").write_text(staged(text, notebook.name), "utf-8")


def staged(text: str, name: str) -> str:
    """Return a page that links to its own language alone: the site has a switch for the other.

    Notebooks are pages of the site.
    """
    text = _FENCE.sub(r"\1", _SWITCH.sub("", text)).replace(".ipynb)", ".md)")
    if ".zh." in name:
        return _PLACES.sub(r"](\1.md", text)
    return _OTHER.sub(r"\1", text)


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1])))
