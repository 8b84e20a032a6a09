"""The pages that `--help` shows, in either language, and what is said of a wrong call.

The texts stand in `help_texts`; here is how they are laid out. Click's own pages are in English
only, and come out of line where characters are wide.
"""

from __future__ import annotations

import difflib
import re
import shutil
from pathlib import Path
from typing import Any

import click

from routecheck.cli import speech
from routecheck.cli.help_texts import HELP, METAVARS, WORDS
from routecheck.domain.errors import Said, UsageError
from routecheck.present.terminal import padded, width, wrapped

LONGEST_LINE = 100
_NUMBERS = ("N", "X", "METRES")
"""What stands for figures in usage: `N` is whole."""
_OPTIONS_APART = 2
_WIDEST_NAME = 30
"""An option wider than that has its text on the next line."""


def _word(key: str) -> str:
    return WORDS[key][1 if speech.spoken() == "zh" else 0]


class Command(click.Command):
    """A command whose page is ours."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the page."""
        formatter.write(_page(self, ctx))


class Group(click.Group):
    """A group of commands whose page is ours."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the page."""
        formatter.write(_page(self, ctx))


def dress(command: click.Command, path: str = "") -> click.Command:
    """Give a command, and those below it, their texts in the language that is spoken.

    Args:
        command: it is changed.
        path: its name, with those of the groups above it, as `help_texts` has it.
    """
    column = 1 if speech.spoken() == "zh" else 0
    if path in HELP:
        command.help = HELP[path][column]
        command.short_help = None
    for param in command.params:
        found = HELP.get(f"{path}.{param.name}") or HELP.get(f"*.{param.name}")
        if found:
            param.help = found[column]
    for name, below in getattr(command, "commands", {}).items():
        dress(below, f"{path} {name}".strip())
    return command


def _page(command: Any, ctx: Any) -> str:
    columns = min(max(shutil.get_terminal_size().columns, 50), LONGEST_LINE)
    params = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    arguments = [param for param in params if param.param_type_name == "argument"]
    options = [param for param in params if param.param_type_name == "option"]
    below = getattr(command, "commands", {})
    usage = [_word("usage") + ctx.command_path]
    usage += [_argument(param) for param in arguments]
    usage += [_word("options_here")] if options else []
    usage += [_word("command_here")] if below else []
    lines = [" ".join(usage), ""]
    for paragraph in (command.help or "").split("\n\n"):
        lines += wrapped(" ".join(paragraph.split()), columns, indent="  ")
    rows = [(_argument(param), _told(param)) for param in arguments]
    lines += _section("arguments", [row for row in rows if row[1]], columns)
    lines += _section("options", [(_option(param), _told(param)) for param in options], columns)
    commands = [(name, (one.help or "").split("\n\n")[0]) for name, one in below.items()]
    lines += _section("commands", commands, columns)
    return "\n".join(lines) + "\n"


def _section(key: str, rows: list[tuple[str, str]], columns: int) -> list[str]:
    if not rows:
        return []
    left = min(max(width(name) for name, _ in rows), _WIDEST_NAME) + 2 + _OPTIONS_APART
    lines = ["", _word(key)]
    for name, text in rows:
        first = padded(f"  {name}", left)
        if width(first) > left:
            lines.append(first)
            first = " " * left
        lines += wrapped(text, columns, indent=" " * left, first=first)
    return lines


def _argument(param: Any) -> str:
    name = _metavar(param.metavar or param.name.upper())
    return name if param.required else f"[{name}]"


def _option(param: Any) -> str:
    names = ", ".join([*param.opts[::-1], *param.secondary_opts])
    if param.is_flag:
        return names
    return f"{names} {_metavar(param.metavar or 'TEXT')}"


def _bounds(param: Any) -> tuple[Any, Any]:
    """Least and most of an option of figures, None where it has none."""
    return getattr(param.type, "min", None), getattr(param.type, "max", None)


def _metavar(text: str) -> str:
    found = METAVARS.get(text)
    return text if found is None else found[1 if speech.spoken() == "zh" else 0]


def _told(param: Any) -> str:
    text = param.help or ""
    if "--help" in param.opts:
        text = HELP["*.help"][1 if speech.spoken() == "zh" else 0]
    notes = []
    least, most = _bounds(param)
    if least is not None and most is None:
        notes.append(_word("at_least").format(least=least))
    if param.required and param.param_type_name == "option":
        notes.append(_word("required"))
    default = param.default
    # Click has a mark of its own for none.
    if isinstance(default, str | int | float | Path) and default:
        notes.append(_word("default").format(default=default))
    return text + "".join(f" [{note}]" for note in notes)


def wrong_call(error: click.ClickException) -> UsageError:
    """Return what is said of a call that cannot be understood, as our own error."""
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else "routecheck"
    message = error.message
    if isinstance(error, click.NoSuchOption):
        near = sorted(error.possibilities or [])
        return _unknown("no_such_option", path, option=error.option_name, near=near)
    # What is asked of the message has no class of its own in every version of click.
    if no_command := re.match(r"No such command '([^']*)'", message):
        known = list(getattr(ctx.command, "commands", {})) if ctx is not None else []
        near = difflib.get_close_matches(no_command[1], known, 1)
        return _unknown("no_such_command", path, found=no_command[1], near=near)
    if extra := re.search(r"unexpected extra argument.*? \((.*)\)", message):
        return UsageError("too_many_words", found=extra[1], command=path)
    if isinstance(error, click.BadOptionUsage):
        with_value = "does not take" in message
        key = "option_without_value" if with_value else "option_value_missing"
        return UsageError(key, option=error.option_name, command=path)
    param = getattr(error, "param", None)
    if isinstance(error, click.MissingParameter) and param is not None:
        return UsageError("option_missing", name=_named(param), command=path)
    if isinstance(error, click.BadParameter) and param is not None and param.metavar in _NUMBERS:
        least, most = _bounds(param)
        bounds = ""
        if least is not None:
            bounds = Said("bounds_least", least=least)
        if most is not None:
            bounds = Said("bounds_both", least=least, most=most)
        key = "whole_number_wanted" if param.metavar == "N" else "number_wanted"
        return UsageError(key, name=_named(param), bounds=bounds)
    return UsageError("call_refused", message=message, command=path)


def _unknown(key: str, command: str, *, near: list[str], **values: str) -> UsageError:
    hint = Said("did_you_mean_option", near=near[0]) if near else ""
    return UsageError(key, command=command, hint=hint, **values)


def _named(param: Any) -> str:
    """How a parameter is called in messages: its long option, or what stands for it in usage."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return _argument(param).strip("[]")
