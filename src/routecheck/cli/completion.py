"""`--install-completion` and `--show-completion`: the shell completes commands with Tab.

The scripts, and the answers to what they ask, are click's; here they are put where each shell
looks for them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from routecheck.cli.common import tell
from routecheck.domain.errors import Said, UsageError

_F = TypeVar("_F", bound=Callable[..., Any])
_NAME = "routecheck"
_THIS = "-"
"""The shell that is used now."""
_POWERSHELLS = ("powershell", "pwsh")


def completion_options(command: _F) -> _F:
    """Add both options; each may be given the name of another shell."""
    for name, callback in (("--show-completion", _show), ("--install-completion", _install)):
        command = click.option(
            name, is_flag=False, flag_value=_THIS, is_eager=True, expose_value=False,
            metavar="[SHELL]", callback=callback,
        )(command)  # fmt: skip
    return command


def _show(ctx: click.Context, _param: click.Parameter, shell: str | None) -> None:
    if shell is not None:
        click.echo(_script(_named(shell)), nl=False)
        ctx.exit()


def _install(ctx: click.Context, _param: click.Parameter, shell: str | None) -> None:
    if shell is not None:
        path = install(_named(shell))
        tell(Said("completion_installed", file=path))
        ctx.exit()


def _named(shell: str) -> str:
    if shell != _THIS:
        return shell
    if sys.platform == "win32":
        return _POWERSHELLS[0]
    return Path(os.environ.get("SHELL", "")).name


def _script(shell: str) -> str:
    from click.shell_completion import get_completion_class

    kind = get_completion_class(_POWERSHELLS[0] if shell in _POWERSHELLS else shell)
    if kind is None:
        raise UsageError("no_completion", shell=shell)
    return kind(click.Command(_NAME), {}, _NAME, f"_{_NAME.upper()}_COMPLETE").source()


def install(shell: str) -> Path:
    """Put the script where the shell looks for it, and return that file.

    Raises:
        UsageError: there is no script for this shell.
    """
    script, home = _script(shell), Path.home()
    if shell == "bash":
        path = home / ".bash_completions" / f"{_NAME}.sh"
        _add(home / ".bashrc", f"source '{path}'")
    elif shell == "zsh":
        path = home / ".zfunc" / f"_{_NAME}"
        _add(home / ".zshrc", "fpath+=~/.zfunc; autoload -Uz compinit; compinit")
    elif shell == "fish":
        path = home / ".config" / "fish" / "completions" / f"{_NAME}.fish"
    else:
        # It reads one file when it starts, and only it knows which.
        import subprocess

        asked = (shell, "-NoProfile", "-Command", "echo $PROFILE")
        told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        if not told:
            raise UsageError("no_completion", shell=shell)
        path = Path(told)
        _add(path, script)
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script, encoding="utf-8")
    return path


def _add(file: Path, lines: str) -> None:
    """Add lines to what a shell reads when it starts, unless they are there."""
    there = file.read_text(encoding="utf-8") if file.exists() else ""
    if lines not in there:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{there.rstrip()}\n{lines}\n".lstrip(), encoding="utf-8")
