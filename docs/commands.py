"""The commands of the pages, run as they stand, and what they print pasted into the pages.

    python -m docs.commands              all pages
    python -m docs.commands tutorial     some of them, in both languages

A `sh` block is run by a shell in a copy of a fresh checkout, all blocks of a page in order, in one
session. The `text` block that follows shows what it printed, both streams, paths from the
checkout. A line `…` stands for any number of lines: what is pasted keeps as many lines before and
after it as were there. What differs from day to day (the clock, free disk) may differ.

    ```sh exit=3                          ends with this status; 0 where nothing is said
    ```sh no-run                          not run: its calls of routecheck must exist, no more
    ```python run                         run by Python, all such blocks of a page in one process
    <!-- edit FILE: this -> that -->      the reader is told to change a file here

The page of all configuration keys is written too, and what the first command of the READMEs
prints. `tests/test_docs.py` runs the same and compares.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from routecheck.domain.codes import Language

ROOT = Path(__file__).resolve().parent.parent
PAGES = tuple(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").glob("*.md")))
ELISION = "…"
_INTERPRETER = """
import contextlib, io, json, sys, traceback
scope = {"__name__": "__main__"}
for line in sys.stdin:
    told, status = io.StringIO(), 0
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        try:
            exec(json.loads(line), scope)
        except Exception:
            traceback.print_exc()
            status = 1
    print(json.dumps([told.getvalue(), status]), flush=True)
"""
KEYS = {
    "en": (
        "configuration.md",
        "# All keys of the configuration\n\n[中文](configuration.zh.md)\n\n"
        "One TOML file; `routecheck init DIR` writes one with all of them. Paths are relative to "
        "the file. A key without a default is required; an optional source has no path until it is "
        "named. Headers of your own are mapped under `columns`, such as `[fixes.columns]` "
        '`vehicle_id = "车牌号码"`.\n\n',
    ),
    "zh": (
        "configuration.zh.md",
        "# 全部配置项\n\n[English](configuration.md)\n\n"
        "配置是一个 TOML 文件，`routecheck init DIR --language zh` 会写出全部配置项。"
        "路径相对于该文件。没有默认值的为必填项；可选的数据源在写明路径之前不启用。"
        "自有表头写在 `columns` 下，例如 "
        '`[fixes.columns]` 中的 `vehicle_id = "车牌号码"`。\n\n',
    ),
}
"""The pages of configuration keys: their names, and how they begin."""
LONGEST_S = 300
_FENCE = re.compile(r"^( *)```(\w+)([^\n]*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_CALL = re.compile(
    r"(?:(?:bin/|Scripts\\|-m )routecheck(?:\.exe)?|^(?:\S+\s{2,})*\s*routecheck) +([a-z-].*)"
)
_EDIT = re.compile(r"<!-- edit (\S+): (.*?) -> (.*?) -->")
_VARIES = (
    # Moments of the present; the sample is of March 2026.
    (r"\b(?!2026-03-)\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d|Z)?", "<moment>"),
    (r"\b\d{8}T\d{6}(Z|-[0-9a-f]{8})", "<moment>"),
    (r"\b[\d.]+ (GB|MB)\b", r"<size> \1"),
    (r"\bpid \d+", "pid <number>"),
)


@dataclass(frozen=True)
class Block:
    """A fenced block, or an edit of a file: what it is, what it says, where it stands."""

    kind: str
    info: str
    body: str
    start: int
    end: int

    @property
    def runs(self) -> bool:
        """Whether it is run."""
        if self.kind == "python":
            return self.info == "run"
        return self.kind == "sh" and "no-run" not in self.info

    @property
    def status(self) -> int:
        """The exit status that it has to end with."""
        found = re.search(r"exit=(\d+)", self.info)
        return int(found[1]) if found else 0


@dataclass(frozen=True)
class Told:
    """A block that was run: what it printed, how it ended, and the block that shows it."""

    block: Block
    printed: str
    status: int
    shown: Block | None


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks and the edits of a page, in order."""
    found = [
        Block(m[2], m[3].strip(), m[4].rstrip("\n"), m.start(4), m.end(4))
        for m in _FENCE.finditer(text)
    ]
    found += [
        Block("edit", m[1], f"{m[2]}\n{m[3]}", m.start(), m.end()) for m in _EDIT.finditer(text)
    ]
    return sorted(found, key=lambda block: block.start)


def session(page: str, folder: Path) -> Iterator[Told]:
    """Run the blocks of a page, in order.

    Args:
        page: its path from the root of the checkout.
        folder: an empty one; the copy of the checkout is made in it.
    """
    with ExitStack() as opened:
        yield from _session(page, _checkout(folder), opened)


def _session(page: str, checkout: Path, opened: ExitStack) -> Iterator[Told]:
    found = blocks((ROOT / page).read_text(encoding="utf-8"))
    interpreter: Callable[[str], tuple[str, int]] | None = None
    for number, block in enumerate(found):
        if block.kind == "edit":
            before, after = block.body.split("\n")
            path = checkout / block.info
            text = path.read_text(encoding="utf-8")
            if before not in text:
                raise ValueError(f"{page}: {block.info} does not say {before!r}")
            path.write_text(text.replace(before, after), encoding="utf-8")
        elif block.runs:
            follows = found[number + 1] if number + 1 < len(found) else None
            shown = follows if follows is not None and follows.kind == "text" else None
            language: Language = "zh" if ".zh." in page else "en"
            if block.kind == "python":
                interpreter = interpreter or opened.enter_context(_python(checkout, language))
                printed, status = interpreter(block.body)
            else:
                printed, status = _run(block.body, checkout, language)
            yield Told(block, printed, status, shown)


def _checkout(folder: Path) -> Path:
    checkout = folder / "routecheck"
    for name in ("sample_data", "config", "benchmarks"):
        away = shutil.ignore_patterns("out", "*.db*", "__pycache__")
        shutil.copytree(ROOT / name, checkout / name, ignore=away)
    # As if the environment had been made and activated: its command is this source.
    (checkout / ".venv" / "bin").mkdir(parents=True)
    for name, what in (("routecheck", "-m routecheck "), ("python", "")):
        command = checkout / ".venv" / "bin" / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {what}"$@"\n')
        command.chmod(0o755)
    return checkout


def _run(body: str, checkout: Path, language: Language) -> tuple[str, int]:
    done = subprocess.run(
        ["sh", "-e", "-c", body],
        cwd=checkout,
        env=_environment(checkout, language),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=LONGEST_S,
        check=False,
    )
    return _printed(done.stdout, checkout), done.returncode


@contextmanager
def _python(checkout: Path, language: Language) -> Iterator[Callable[[str], tuple[str, int]]]:
    """An interpreter that runs block after block, each with what those before it made."""
    with subprocess.Popen(
        [sys.executable, "-c", _INTERPRETER],
        cwd=checkout,
        env=_environment(checkout, language),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        asked, answered = process.stdin, process.stdout
        assert asked is not None and answered is not None  # noqa: PT018

        def run(body: str) -> tuple[str, int]:
            asked.write(f"{json.dumps(body)}\n")
            asked.flush()
            told, status = json.loads(answered.readline())
            return _printed(told, checkout), status

        try:
            yield run
        finally:
            asked.close()


def _environment(checkout: Path, language: Language) -> dict[str, str]:
    paths = [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PATH": f"{checkout / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(paths).rstrip(os.pathsep),
        "PYTHONUTF8": "1",
        "COLUMNS": "100",
        "ROUTECHECK_LANGUAGE": language,
    }


def _printed(told: str, checkout: Path) -> str:
    printed = told.replace(f"{checkout.resolve()}/", "").replace(str(checkout), ".")
    return "\n".join(line.rstrip() for line in printed.rstrip().splitlines())


def fits(shown: str, printed: str) -> bool:
    """Return whether what a page shows is what was printed, but for what varies."""
    parts: list[list[str]] = [[]]
    for line in _masked(shown).splitlines():
        if line.strip() == ELISION:
            parts.append([])
        else:
            parts[-1].append(line)
    lines = _masked(printed).splitlines()
    first, last = parts[0], parts[-1]
    if len(parts) == 1:
        return first == lines
    enough = len(first) + len(last) <= len(lines)
    return enough and lines[: len(first)] == first and lines[len(lines) - len(last) :] == last


def pasted(shown: str, printed: str) -> str:
    """Return what a page should show: as it was where it fits, else what was printed."""
    if fits(shown, printed):
        return shown
    before, lines = shown.splitlines(), printed.splitlines()
    marks = [n for n, line in enumerate(before) if line.strip() == ELISION]
    if not marks:
        return printed
    head, tail = marks[0], len(before) - 1 - marks[-1]
    if head + tail >= len(lines):
        return printed
    return "\n".join([*lines[:head], ELISION, *lines[len(lines) - tail :]])


def calls(text: str) -> list[list[str]]:
    """Return the arguments of every call of routecheck in the code of a page, run or not."""
    code = [block.body for block in blocks(text) if block.kind not in ("text", "toml", "edit")]
    code += re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))
    found = []
    for line in "\n".join(code).splitlines():
        # A shell's next command is another one; a comment is none.
        for piece in re.split(r"&&|;|\||\$\(", re.split(r"(?:^|\s)#", line)[0]):
            call = _CALL.search(piece)
            if call:
                lexer = shlex.shlex(call[1].rstrip("'\")"), posix=False, punctuation_chars="")
                lexer.whitespace_split, lexer.commenters = True, ""
                found.append(list(lexer))
    return found


def rewrite(page: str) -> list[str]:
    """Paste into a page what its commands print now; return what could not be mended."""
    troubles = []
    with tempfile.TemporaryDirectory(prefix="routecheck-docs-") as folder:
        told = list(session(page, Path(folder)))
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    for one in reversed(told):
        if one.status != one.block.status:
            troubles.append(f"{page}: ended with {one.status}: {one.block.body}\n{one.printed}")
        if one.shown is not None:
            new = pasted(one.shown.body, one.printed)
            text = text[: one.shown.start] + new + "\n" + text[one.shown.end :]
    path.write_text(text, encoding="utf-8")
    return troubles


def configuration(language: Language) -> str:
    """Return the page of all configuration keys."""
    from routecheck.config.site import reference

    return KEYS[language][1] + reference(language)


def rewrite_readme(page: str) -> None:
    """Paste into a README what its first command prints on standard output."""
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    shown = next(block for block in blocks(text) if block.kind == "text")
    command = re.search(r"routecheck run --from \S+ --to \S+", text)
    if command is None:
        raise ValueError(f"{page}: its first command is not found")
    language = "zh" if ".zh." in page else "en"
    with tempfile.TemporaryDirectory(prefix="routecheck-docs-") as folder:
        checkout = _checkout(Path(folder))
        config = checkout / "config" / "routecheck.toml"
        told = config.read_text(encoding="utf-8").replace('"en"', f'"{language}"', 1)
        config.write_text(told, encoding="utf-8")
        printed, _ = _run(f"{command[0]} 2> /dev/null", checkout, language)
    path.write_text(f"{text[: shown.start]}{printed}\n{text[shown.end :]}", encoding="utf-8")


def _masked(text: str) -> str:
    for pattern, mask in _VARIES:
        text = re.sub(pattern, mask, text)
    return text


def main(wanted: list[str]) -> int:
    """Rewrite the pages asked for."""
    troubles = []
    for language, (name, _) in KEYS.items():
        text = configuration("zh" if language == "zh" else "en")
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")
    for page in ("README.md", "README.zh.md"):
        if not wanted or "README" in wanted:
            print(page)
            rewrite_readme(page)
    for page in PAGES:
        runs = any(block.runs for block in blocks((ROOT / page).read_text(encoding="utf-8")))
        if runs and (not wanted or Path(page).name.split(".")[0] in wanted):
            print(page)
            troubles += rewrite(page)
    print("\n".join(troubles), file=sys.stderr)
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
