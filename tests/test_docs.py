"""The pages: their commands do what they show, their links lead somewhere, both languages agree."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from docs.commands import (
    KEYS,
    PAGES,
    ROOT,
    blocks,
    calls,
    configuration,
    fits,
    pasted,
    session,
)

from routecheck.cli import app
from routecheck.domain.codes import Cause
from routecheck.texts import Language, source

ALL = [
    "README.md",
    "README.zh.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "deploy/README.md",
    *PAGES,
]
RUN = [
    page
    for page in PAGES
    if any(block.runs for block in blocks((ROOT / page).read_text(encoding="utf-8")))
]
PAIRS = [page for page in PAGES if (ROOT / page.replace(".md", ".zh.md")).exists()]
AGAIN = "look at what changed, then `python -m docs.commands` pastes it"


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


# --- commands -------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("sh") is None, reason="the commands are written for a shell")
@pytest.mark.parametrize("page", RUN)
def test_the_commands_of_a_page_print_what_it_shows(page, tmp_path):
    for told in session(page, tmp_path):
        assert told.status == told.block.status, f"{told.block.body}\n{told.printed}"
        if told.shown is not None and not fits(told.shown.body, told.printed):
            pytest.fail(
                f"{page}: {told.block.body}\n--- shown\n{told.shown.body}\n--- printed\n"
                f"{told.printed}\n{AGAIN}",
                pytrace=False,
            )


@pytest.mark.parametrize("page", ALL)
def test_every_command_that_a_page_names_exists(page):
    root = app
    for call in calls(text_of(page)):
        command, words = root, list(call)
        while words and hasattr(command, "commands") and not words[0].startswith("-"):
            name = words.pop(0)
            assert name in command.commands, f"{page}: routecheck {' '.join(call)}"
            command = command.commands[name]
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        for word in words:
            if word.startswith("--"):
                assert word.split("=")[0].rstrip("…,.") in known, f"{page}: {' '.join(call)}"


def test_calls_are_found_in_shells_inline_code_and_units():
    found = calls(
        "`routecheck status --check`, and `routecheck recheck P1 --date D`; routecheck said\n"
        "\n```sh no-run\n"
        "ExecStart=/srv/routecheck/venv/bin/routecheck serve --config routecheck.toml\n"
        ".venv\\Scripts\\routecheck run --due && python -m routecheck export --date D  # comment\n"
        "sudo -u routecheck python3 -m venv /srv/routecheck/venv\n"
        "sudo systemctl status routecheck\n"
        "```\n\n```text\nrouteckeck told this\nroutecheck told that\n```\n"
    )
    said = [" ".join(call) for call in found]
    assert sorted(said) == [
        "export --date D",
        "recheck P1 --date D",
        "run --due",
        "serve --config routecheck.toml",
        "status --check",
    ]


def test_what_varies_may_vary_and_nothing_else():
    shown = "one\n…\nfree 71.9 GB, at 2026-11-24T10:03:07+08:00"
    assert fits(shown, "one\ntwo\nthree\nfree 3 GB, at 2027-01-02T03:04:05+08:00")
    assert not fits(shown, "eins\ntwo\nfree 3 GB, at 2027-01-02T03:04:05+08:00")
    assert not fits("at 2026-03-05T01:00:00+08:00", "at 2026-03-05T02:00:00+08:00")
    assert not fits("one\n…\none", "one")
    assert fits("one\n…", "one\ntwo")


def test_what_is_pasted_keeps_its_shape():
    printed = "\n".join("abcdef")
    assert pasted("x\n…\ny\nz", printed) == "a\n…\ne\nf"
    assert pasted("x", printed) == printed
    assert pasted("…\nf", printed) == "…\nf"
    assert fits(pasted("x\n…\ny\nz", printed), printed)


# --- links ----------------------------------------------------------------------------------------


def links(page: str) -> list[str]:
    text = re.sub(r"^ *```.*?^ *```$", "", text_of(page), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text))


def anchors(path: Path) -> set[str]:
    """The names that GitHub gives to headings."""
    text = re.sub(r"^ *```.*?^ *```$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    heads = re.findall(r"^#+ +(.*)$", text, re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", head.replace("`", "").lower()) for head in heads]
    named = re.findall(r'<a id="([^"]+)">', text)
    return {head.strip().replace(" ", "-") for head in plain} | set(named)


@pytest.mark.parametrize("page", ALL)
def test_every_link_of_a_page_leads_somewhere(page):
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (ROOT / page).parent / target if target else ROOT / page
        assert path.exists(), f"{page}: {link}"
        if anchor:
            assert anchor in anchors(path), f"{page}: {link}"


def test_every_page_and_every_picture_is_reached_from_the_readme():
    reached, ahead = set(), ["README.md", "README.zh.md"]
    pictures = set()
    while ahead:
        page = ahead.pop()
        if page in reached:
            continue
        reached.add(page)
        for link in links(page):
            if re.match(r"[a-z]+:", link):
                continue
            target = link.partition("#")[0]
            path = ((ROOT / page).parent / target).resolve()
            if path.suffix == ".md":
                ahead.append(path.relative_to(ROOT).as_posix())
            elif path.suffix == ".png":
                pictures.add(path.name)
    assert set(PAGES) <= reached
    assert {path.name for path in (ROOT / "docs" / "pictures").glob("*.png")} <= pictures


# --- both languages -------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAIRS)
def test_both_languages_of_a_page_agree(page):
    english, chinese = text_of(page), text_of(page.replace(".md", ".zh.md"))

    def ran(text: str) -> list[str]:
        said = [b.body for b in blocks(text) if b.kind in ("sh", "bat", "powershell") or b.runs]
        return [re.sub(r"\s*#.*| --language zh", "", body) for body in said]

    def shown(text: str) -> list[str]:
        return re.findall(r"pictures/([\w-]+?)(?:\.en|\.zh)?\.png", text)

    def rows(text: str) -> list[int]:
        return [len(found) for found in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)]

    assert ran(chinese) == ran(english)
    assert shown(chinese) == shown(english)
    assert len(re.findall("^#+ ", chinese, re.MULTILINE)) == len(
        re.findall("^#+ ", english, re.MULTILINE)
    )
    assert len(rows(chinese)) == len(rows(english))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_of_keys_is_what_the_configuration_takes(language):
    assert text_of(f"docs/{KEYS[language][0]}") == configuration(language), (
        "python -m docs.commands"
    )


@pytest.mark.parametrize("page", ["docs/causes.md", "docs/causes.zh.md"])
def test_every_cause_is_explained_and_shown(page):
    text = text_of(page)
    language = "zh" if ".zh." in page else "en"
    for cause in Cause:
        found = re.search(rf"^### (.*) `{cause}`$", text, re.MULTILINE)
        assert found is not None, f"{page} says nothing of {cause}"
        assert found[1] == cause.label(language)
        # Nothing on a map shows a schedule that could not be read.
        assert cause == Cause.UNKNOWN_SCHEDULE or f"pictures/cause-{cause}.png" in text
    # In the order in which they are tried.
    told = re.findall(r"^### .* `(\w+)`$", text, re.MULTILINE)
    assert told == [cause.value for cause in Cause]


def test_the_examples_of_causes_are_judged_so():
    """Against the verdicts that are accepted for the sample."""
    accepted = (ROOT / "tests" / "data" / "sample_verdicts.csv").read_text(encoding="utf-8")
    asked = re.findall(
        r"pictures/cause-(\w+)\.png\)\n\nExample: `routecheck recheck (\S+) --date (\S+)`",
        text_of("docs/causes.md"),
    )
    assert len(asked) >= len(Cause) - 2  # not every cause is in the sample
    for cause, point, day in asked:
        rows = [r for r in accepted.splitlines() if r.startswith(f"{day},{point},")]
        if cause == Cause.NOT_DUE:
            assert not rows, f"{point} was due on {day}"
        else:
            assert [row.split(",")[4] for row in rows] == [cause], (
                f"{point} on {day} is no example of {cause} any more: "
                "`python -m docs.pictures causes` looks for another"
            )


# --- messages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["docs/running.md", "docs/running.zh.md"])
def test_the_messages_that_the_guide_explains_stand_in_the_catalogues(page):
    language: Language = "zh" if ".zh." in page else "en"
    names = ("calls", "errors", "config_errors", "run", "status")
    catalogues = "".join(source(name, language) for name in names)
    # Of several forms of a plural the last stands for all.
    forms = re.compile(r"\{ \$\w+ ->.*?\*\[\w+\] (.*?)\n\s*\}", re.DOTALL)
    sentences = forms.sub(r"\1", catalogues).splitlines()
    table = re.search(r"<!-- messages -->\n(.*?)<!-- end -->", text_of(page), re.DOTALL)
    assert table is not None
    explained = re.findall(r"^\| `([^`]+)`", table[1], re.MULTILINE)
    assert len(explained) >= 20
    for message in explained:
        # What differs each time is an ellipsis in the guide, and a name in the catalogue.
        parts = [re.escape(part.strip()) for part in message.split("…")]
        pattern = r"\W*(?:\{[^}]*\}\W*)+".join(parts)
        assert any(re.search(pattern, one) for one in sentences), f"{page}: {message}"
