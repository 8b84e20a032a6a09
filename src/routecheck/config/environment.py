"""Secrets stand in the environment, not in the configuration: `${NAME}` within a URL."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from routecheck.domain.errors import UsageError

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def filled_in(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Return a URL with `${NAME}` replaced from the environment.

    Raises:
        UsageError: a variable is not set; the message names it.
    """
    values = os.environ if environment is None else environment

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise UsageError("config_errors.variable_not_set", name=match[1])
        return values[match[1]]

    return _VARIABLE.sub(value, text)
