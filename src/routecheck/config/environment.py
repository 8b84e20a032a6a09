"""Secrets stand in the environment, not in the configuration: `${NAME}` within a URL."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from routecheck.domain.errors import UsageError
from routecheck.texts.outside import remember_address, remember_secret

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def filled_in(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Return a URL with `${NAME}` replaced from the environment, and keep in mind what is secret.

    Raises:
        UsageError: a variable is not set; the message names it.
    """
    values = os.environ if environment is None else environment

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise UsageError("config_errors.variable_not_set", name=match[1])
        remember_secret(values[match[1]])
        return values[match[1]]

    filled = _VARIABLE.sub(value, text)
    remember_address(filled)
    return filled
