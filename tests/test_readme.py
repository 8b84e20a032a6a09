"""What the README shows is what its commands print."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from site_tools import call

ROOT = Path(__file__).resolve().parent.parent


def blocks(name: str, language: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)\n```", text, re.DOTALL)


def commands(name: str) -> list[list[str]]:
    """The calls of routecheck in the shell blocks, without what sets up."""
    found = []
    for block in blocks(name, "sh"):
        for line in block.splitlines():
            call_ = line.split("#")[0].split("&&")[-1].strip()
            if "bin/routecheck" in call_:
                found.append(shlex.split(call_)[1:])
    return found


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("sample_data", "config"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("out", "*.db*"))
    return folder


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_first_command_prints_what_the_readme_shows(name, checkout, monkeypatch, capsys):
    monkeypatch.chdir(checkout)
    if name == "README.zh.md":
        config = checkout / "config" / "routecheck.toml"
        text = config.read_text("utf-8").replace('language = "en"', 'language = "zh"')
        config.write_text(text, "utf-8")
    assert call(*commands(name)[0]) == 0
    shown = capsys.readouterr().out.replace(str(checkout / "out"), "out").rstrip()
    assert shown == blocks(name, "text")[0], "paste what it prints now into the README"


def test_the_other_commands_of_the_readme_work(checkout, monkeypatch):
    monkeypatch.chdir(checkout)
    # The site that `init` makes has no data yet, and says so.
    first, *others = commands("README.md")
    assert call(*first) == 0
    ends = {"run": 3}
    for arguments in others:
        assert call(*arguments) == ends.get(arguments[0], 0), arguments
