"""Which language is spoken: that of the site, and before it is known that of the environment."""

from __future__ import annotations

import os
import sys

from routecheck.domain.codes import Language

VARIABLE = "ROUTECHECK_LANGUAGE"
"""Says it outright: `en` or `zh`."""
_CHINESE = 0x04
"""The primary language of Chinese, whatever the region, as Windows numbers languages."""

_spoken: Language = "en"


def of_environment() -> Language:
    """Return the language of the person at the keyboard, as the environment has it."""
    for name in (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value:
            return "zh" if value.startswith("zh") else "en"
    if sys.platform == "win32":
        # Windows sets none of these.
        import ctypes

        found = ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF
        return "zh" if found == _CHINESE else "en"
    return "en"


def speak(language: Language) -> None:
    """Speak this language from now on."""
    global _spoken
    _spoken = language


def spoken() -> Language:
    """Return the language that is spoken now."""
    return _spoken
