"""How a call fails: one line for the person, and an exit status.

Everything that a user can cause becomes one line here; what is left is a fault of the program, and
keeps its traceback.
"""

from __future__ import annotations

import re
from typing import Any

import click

from routecheck.cli.console import Console
from routecheck.cli.options import DEFAULT_CONFIG
from routecheck.cli.pages import shown_name
from routecheck.domain.errors import Message, RoutecheckError, UsageError
from routecheck.texts import Language, text

INTERRUPTED = 130
"""Exit status of what Ctrl-C ended, as shells have it."""


def report_failure(error: BaseException, console: Console) -> int:
    """Write what went wrong to standard error, and return the exit status.

    Raises:
        BaseException: the error itself, where no user can have caused it.
    """
    match error:
        case RoutecheckError():
            line, status = error.message, error.exit_status
        case click.exceptions.NoArgsIsHelpError():
            console.message(str(error))
            return UsageError.exit_status
        case click.ClickException():
            line, status = wrong_call(error, console.language), UsageError.exit_status
        case KeyboardInterrupt() | click.Abort():
            line, status = Message("calls.interrupted"), INTERRUPTED
        case OSError():
            line, status = refused(error), 1
        case MemoryError():
            line, status = Message("calls.out_of_memory"), 1
        case _:
            raise error
    told = line.in_language(console.language)
    path = console.config_path
    found = path is not None and not console.config_named and path != DEFAULT_CONFIG
    if found and str(path) not in told:
        # Whoever did not name it may think of another.
        told += text("calls.config_found", console.language, path=path)
    console.message(f"routecheck: {told}")
    return status


def refused(error: OSError) -> Message:
    """Return what a full disk or a forbidden folder has kept from being read or written."""
    reason = error.strerror or str(error)
    if error.filename is None:
        return Message("calls.output_refused", reason=reason)
    return Message("calls.file_refused", file=error.filename, reason=reason)


def wrong_call(error: click.ClickException, language: Language) -> Message:
    """Return what is wrong with a call that click cannot understand."""
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if ctx is not None else "routecheck"
    param = getattr(error, "param", None)
    match error:
        case click.NoSuchOption():
            hint = _hint(error.possibilities)
            return Message("calls.no_option", option=error.option_name, hint=hint, command=command)
        case click.NoSuchCommand():
            hint = _hint(error.possibilities)
            return Message("calls.no_command", found=error.command_name, hint=hint, command=command)
        case click.BadOptionUsage():
            takes = "option_without_value" if "does not take" in error.message else "option_value"
            return Message(f"calls.{takes}", option=error.option_name, command=command)
        case click.MissingParameter() if param is not None:
            return Message("calls.missing", name=_named(param, language), command=command)
        case click.BadParameter() if param is not None and param.type.name in _WANTED:
            kind, name = param.type.name, _named(param, language)
            return Message(f"calls.{_WANTED[kind]}", name=name, bounds=_bounds(param.type))
    if extra := re.search(r"unexpected extra argument.*? \((.*)\)", error.message):
        return Message("calls.too_many_words", found=extra[1], command=command)
    return Message("calls.refused", message=error.message, command=command)


_WANTED = {
    "integer": "whole_number",
    "integer range": "whole_number",
    "float": "number",
    "float range": "number",
    "choice": "choice",
}
"""What is wanted of a value, by click's name for its type."""


def _hint(near: list[str] | None) -> str:
    return Message("calls.perhaps", near=sorted(near)[0]) if near else ""


def _bounds(kind: click.ParamType[Any]) -> str:
    if isinstance(kind, click.Choice):
        return ", ".join(kind.choices)
    least, most = getattr(kind, "min", None), getattr(kind, "max", None)
    if least is None:
        return ""
    if most is None:
        return Message("calls.at_least", least=least)
    return Message("calls.between", least=least, most=most)


def _named(param: click.Parameter, language: Language) -> str:
    """Return the long option, or what stands for an argument in usage."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return shown_name(param, language)
