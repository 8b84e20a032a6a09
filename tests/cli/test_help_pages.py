"""Every page of `--help` in both languages, and the messages about wrong calls."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from routecheck.cli import app
from routecheck.cli.console import LANGUAGE_VARIABLE, environment_language
from routecheck.cli.pages import help_key
from routecheck.present.terminal import padded, table, width, wrapped
from routecheck.texts import has_text, source, text
from site_tools import call

HAN = re.compile("[一-鿿]")


def tree(command=None, path: str = ""):
    command = command or app
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from tree(below, f"{path} {name}".strip())


PATHS = [path for path, _ in tree()]


@pytest.fixture(autouse=True)
def _wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


def page(path: str, language: str, monkeypatch, capsys) -> str:
    monkeypatch.setenv(LANGUAGE_VARIABLE, language)
    assert call(*path.split(), "--help") == 0
    return capsys.readouterr().out


def test_every_command_and_every_option_has_its_text_and_no_text_is_left_over():
    used = {"help.any-help"}
    for path, command in tree():
        used.add(help_key(path))
        used |= {help_key(path, param) for param in command.params}
    assert {key for key in used if not has_text(key)} == set()
    there = re.findall(r"^([a-z][\w-]*) =", source("help", "en"), re.MULTILINE)
    pages = {f"help.{key}" for key in there if not key.startswith("value-")}
    words = {"usage", "options_here", "command_here", "arguments", "options", "commands"}
    words |= {"default", "required", "at_least"}
    assert pages - {f"help.{word}" for word in words} == used


@pytest.mark.parametrize("path", PATHS)
def test_no_english_sentence_is_left_in_the_chinese_page(path, monkeypatch, capsys):
    shown = page(path, "zh", monkeypatch, capsys)
    assert shown.startswith("用法：routecheck")
    for line in shown.replace(f"routecheck {path}".strip(), "").splitlines():
        # Codes and names stand alone, or in a list: no two words of lower case in a row.
        assert not re.search(r"[a-z]{2,} [a-z]{2,}", line), line
        assert width(line) <= 100


@pytest.mark.parametrize("path", PATHS)
def test_the_english_page_holds_the_whole_text(path, monkeypatch, capsys):
    shown = page(path, "en", monkeypatch, capsys)
    assert not HAN.search(shown)
    assert text(help_key(path), "en") in " ".join(shown.split())


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LC_ALL": "zh_TW.UTF-8", "LANG": "de_DE.UTF-8"}, "zh"),
        ({"LC_ALL": "", "LANG": "zh"}, "zh"),
        ({"ROUTECHECK_LANGUAGE": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_environment_sets_the_language(variables, language, monkeypatch):
    for name in (LANGUAGE_VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert environment_language() == language


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        ("runn", "no command 'runn', perhaps run", "没有命令 'runn'，是否为 run"),
        ("store chekc", "perhaps check; `routecheck store --help`", "是否为 check"),
        ("run --dat 2026-03-02", "no option --dat, perhaps --date", "没有选项 --dat，是否为"),
        ("run --nothing", "no option --nothing;", "没有选项 --nothing；"),
        ("recheck --date 2026-03-02", "POINT is missing", "缺少 收集点"),
        ("recheck P1", "--date is missing", "缺少 --date"),
        ("recheck P1 --date", "--date needs a value", "选项 --date 需要一个取值"),
        ("run --due=3", "--due takes no value", "选项 --due 不带取值"),
        ("run one two", "too many arguments: one two", "参数过多：one two"),
        (
            "recheck P1 --date 2026-03-02 --tolerance x",
            "--tolerance must be a number",
            "需要一个数字",
        ),
        ("store prune --keep-days 3", "a whole number of at least 90", "整数（不小于 90）"),
        ("accept --min-confidence 3", "a number from 0 to 1", "数字（0 至 1）"),
        ("run --date 2026-03-02 -c none.toml", "no such configuration", "没有这个配置文件"),
        ("init d --language fr", "--language must be one of en, zh", "--language 只能是以下之一"),
        ("simulate d --set noise", "--set must be NAME=VALUE", "--set 需要 名称=取值"),
    ],
)
def test_a_wrong_call_is_reported_in_one_line_with_what_to_do(
    arguments, english, chinese, monkeypatch, capsys, tmp_path
):
    monkeypatch.chdir(tmp_path)
    for language, wanted in (("en", english), ("zh", chinese)):
        monkeypatch.setenv(LANGUAGE_VARIABLE, language)
        assert call(*arguments.split()) == 2
        output = capsys.readouterr()
        assert output.out == ""
        assert output.err.startswith("routecheck: ")
        assert output.err.count("\n") == 1
        assert wanted in output.err


def test_a_wrong_configuration_is_reported_in_its_own_language(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(LANGUAGE_VARIABLE, "en")
    site = tmp_path / "site.toml"
    site.write_text('[site]\nlanguage = "zh"\ntime_zone = "Asia/Beijing"\n', "utf-8")
    assert call("status", "-c", str(site)) == 2
    output = capsys.readouterr().err
    assert '第 3 行：site.time_zone 应为 IANA 时区名称，或许是 "Asia/Shanghai"' in output


def test_a_shell_completes_commands_and_is_given_its_script(monkeypatch, capsys):
    for asked, wanted in (("bash_source", "_ROUTECHECK_COMPLETE=bash_complete"),
                          ("bash_complete", "plain,recheck")):  # fmt: skip
        monkeypatch.setenv("_ROUTECHECK_COMPLETE", asked)
        monkeypatch.setenv("COMP_WORDS", "routecheck rec")
        monkeypatch.setenv("COMP_CWORD", "1")
        with pytest.raises(SystemExit) as ended:
            call()
        assert ended.value.code == 0
        assert wanted in capsys.readouterr().out


def test_help_imports_nothing_heavy():
    code = (
        "import sys, routecheck.cli as c\n"
        "assert c.main(['run', '--help']) == 0\n"
        "print({'pandas', 'numpy', 'sqlalchemy', 'pydantic', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_wide_characters_take_two_columns():
    lines = table([["车辆", "V1"], ["a", "22"]], indent=" ", right=[1])
    assert lines == [" 车辆  V1", " a     22"]
    assert width(padded("车", 5)) == 5
    broken = wrapped("数据不足以判断，不追究任何人。the end", 12, indent="  ")
    assert all(width(line) <= 14 for line in broken)
    assert "".join(line.strip() for line in broken).replace(" ", "") == (
        "数据不足以判断，不追究任何人。theend"
    )


def test_no_text_for_help_stands_in_the_code_of_the_commands():
    folder = Path(sys.modules["routecheck.cli"].__file__).parent
    for path in folder.glob("*.py"):
        assert 'help="' not in path.read_text("utf-8"), path


def test_two_languages_can_be_used_in_one_process(monkeypatch, capsys):
    for language, wanted in (("zh", "用法"), ("en", "Usage"), ("zh", "用法")):
        assert wanted in page("run", language, monkeypatch, capsys)
