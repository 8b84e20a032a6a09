"""A fleet of sites: which there are, where what is common to them goes, and what does the work."""

from __future__ import annotations

import glob
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from routecheck.config import read_text
from routecheck.config.kinds import FilePath
from routecheck.config.mistakes import key_mistake, toml_mistake
from routecheck.config.sections import EngineSection
from routecheck.config.table_sections import Section
from routecheck.domain.errors import Message, UsageError
from routecheck.texts import Language


class FleetSection(Section):
    """Which sites, and what they are called together."""

    name: str = ""
    language: Language = "en"
    sites: Annotated[list[str], Field(min_length=1)]
    directory: FilePath = "out"
    health: str = ""


class _Tables(BaseModel):
    """The file, as TOML has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fleet: FleetSection
    engine: EngineSection = EngineSection()


FLEET_SECTIONS: dict[str, type[Section]] = {"fleet": FleetSection, "engine": EngineSection}


@dataclass(frozen=True)
class Fleet:
    """Sites that are worked on together.

    Attributes:
        name: of all of them, such as of a province; may be empty.
        language: of what is common to them.
        sites: their configurations, in order of their paths.
        directory: where what is common to them is written.
        engine: what does the work.
        health: address at which monitoring asks how the service is; empty: none.
    """

    name: str
    language: Language
    sites: tuple[Path, ...]
    directory: Path
    engine: EngineSection
    health: str = ""


def load_fleet(given: str, language: Language = "en") -> Fleet:
    """Read which sites there are.

    Args:
        given: a TOML file with a section `[fleet]`; or a pattern of the configurations of sites.
        language: where no file says which.

    Raises:
        UsageError: there is no such file, it cannot be read, or it names no site.
    """
    path = Path(given)
    if not path.is_file():
        return Fleet("", language, _found([given], Path()), Path("out"), EngineSection())
    text = read_text(path)
    try:
        tables = tomllib.loads(text)
        if "fleet" not in tables and "points" in tables:  # one site is a fleet too
            return Fleet("", language, (path,), Path("out"), EngineSection())
        found = _Tables.model_validate(tables)
    except tomllib.TOMLDecodeError as error:
        what: Message = toml_mistake(text, str(error))
    except ValidationError as error:
        what = key_mistake(text, tables, error, sections=FLEET_SECTIONS)
    else:
        folder = path.resolve().parent
        sites = _found(found.fleet.sites, folder)
        return Fleet(
            found.fleet.name,
            found.fleet.language,
            sites,
            folder / found.fleet.directory,
            found.engine,
            found.fleet.health,
        )
    raise UsageError("config_errors.in_file", path=path, what=what)


def _found(patterns: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """The configurations that patterns name, each once.

    Raises:
        UsageError: a pattern names none.
    """
    sites: dict[Path, None] = {}
    for pattern in patterns:
        names = sorted(glob.glob(pattern, root_dir=folder, recursive=True))  # noqa: PTH207
        if not names:
            raise UsageError("fleet.no_sites", pattern=pattern)
        sites |= dict.fromkeys(folder / name for name in names)
    return tuple(sites)
