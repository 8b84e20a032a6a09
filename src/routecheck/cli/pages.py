"""The pages that `--help` shows, in either language.

Their texts stand in the catalogue `help`: `store-check` is that of a command, `store-check-file`
that of its option or argument, `any-config` that of an option which commands share. Click's own
pages are in English only, and come out of line where characters are wide.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import click

from routecheck.cli.console import Console
from routecheck.present.terminal import padded, width, wrapped
from routecheck.texts import Language, has_text, text

LONGEST_LINE = 100
_WIDEST_NAME = 30
"""An option wider than that has its text on the next line."""


class _WithPage(click.Command):
    """A command whose page is ours."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the page."""
        formatter.write(_page(self, ctx))


class Command(_WithPage):
    """A command whose page is ours."""


class Group(_WithPage, click.Group):
    """A group of commands whose page is ours."""


def help_key(path: str, param: click.Parameter | None = None) -> str:
    """Return the key of what is shown of a command, or of an option of it.

    Args:
        path: of the command, such as `store check`; empty: the program.
        param: an option or argument of it.
    """
    command = path.replace(" ", "-") or "routecheck"
    if param is None:
        return f"help.{command}"
    name = max(param.opts, key=len).lstrip("-")
    own = f"help.{command}-{name}"
    return own if has_text(own) else f"help.any-{name}"


def shown_name(param: Any, language: Language) -> str:
    """Return what stands in usage and messages for an argument, or for the value of an option."""
    name = str(param.metavar or param.type.name)
    key = "help.value-" + re.sub(r"\W+", "-", name)
    return text(key, language) if has_text(key) else name


def _page(command: click.Command, ctx: click.Context) -> str:
    language = ctx.ensure_object(Console).language
    path = ctx.command_path.partition(" ")[2]
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    options = [one for one in command.get_params(ctx) if isinstance(one, click.Option)]
    below = command.commands if isinstance(command, click.Group) else {}
    usage = [ctx.command_path, *(_argument(one, language) for one in arguments)]
    usage.append(text("help.options_here", language))
    usage += [text("help.command_here", language)] if below else []
    columns = min(max(shutil.get_terminal_size().columns, 50), LONGEST_LINE)
    lines = [text("help.usage", language, call=" ".join(usage)), ""]
    lines += wrapped(text(help_key(path), language), columns, indent="  ")
    tables = {
        "arguments": [(_argument(one, language), _about(path, one, language)) for one in arguments],
        "options": [(_option(one, language), _about(path, one, language)) for one in options],
        "commands": [(name, text(help_key(f"{path} {name}".strip()), language)) for name in below],
    }
    for head, rows in tables.items():
        if rows:
            lines += ["", text(f"help.{head}", language), *_table(rows, columns)]
    return "\n".join(lines) + "\n"


def _table(rows: list[tuple[str, str]], columns: int) -> list[str]:
    left = min(max(width(name) for name, _ in rows), _WIDEST_NAME) + 4
    lines = []
    for name, about in rows:
        first = padded(f"  {name}", left)
        if width(first) > left:
            lines.append(first)
            first = " " * left
        lines += wrapped(about, columns, indent=" " * left, first=first)
    return lines


def _argument(param: click.Argument, language: Language) -> str:
    name = shown_name(param, language) + ("…" if param.nargs == -1 else "")
    return name if param.required else f"[{name}]"


def _option(param: click.Option, language: Language) -> str:
    names = ", ".join(param.opts[::-1])
    return names if param.is_flag else f"{names} {shown_name(param, language)}"


def _about(path: str, param: click.Parameter, language: Language) -> str:
    notes = []
    least, most = getattr(param.type, "min", None), getattr(param.type, "max", None)
    if least is not None and most is None:
        notes.append(text("help.at_least", language, least=least))
    if param.required and isinstance(param, click.Option):
        notes.append(text("help.required", language))
    # Click has a mark of its own for none.
    if isinstance(param.default, str | int | float | Path) and param.default:
        notes.append(text("help.default", language, default=str(param.default)))
    about = text(help_key(path, param), language)
    return about + "".join(f" [{note}]" for note in notes)
