"""The keys of the configuration: each once, with its default and its bounds.

Their meanings stand in the catalogue `config`, a message a key: `site-name`; `any-datum` is that
of a key which several sections share. Values are checked by pydantic wherever a section is made,
from a file or in code, and cannot be changed afterwards.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    PrivateAttr,
    SecretStr,
    model_validator,
)
from pydantic_core import PydanticCustomError

from routecheck.config.environment import filled_in
from routecheck.config.kinds import (
    FilePath,
    KeepDays,
    Metres,
    StoreUrl,
    TimeOfDay,
    TimeZone,
)
from routecheck.config.table_sections import (
    SOURCES,
    AlertsSource,
    CalendarSource,
    ChecksSource,
    FileSource,
    FixesSource,
    LimitsSection,
    PointsSource,
    ScheduleSource,
    Section,
    VehiclesSource,
)
from routecheck.domain.settings import DiagnoseSettings, JudgeSettings, MatchSettings, Settings
from routecheck.texts import Language
from routecheck.texts.outside import remember_address, remember_secret

MessageKind = Literal["summary", "revisions", "failures", "misses"]
Every = Literal["", "15min", "30min", "1h"]
EVERY_S: Mapping[str, int] = {"": 0, "15min": 900, "30min": 1800, "1h": 3600}
"""How often the running day is judged, by the value of `service.every` (s)."""


class SiteSection(Section):
    """Where and for whom."""

    name: str = ""
    time_zone: TimeZone = "Asia/Shanghai"
    language: Language = "en"


class MonitorSection(Section):
    """The rule of the monitor, replayed to find why it failed."""

    tolerance_m: Metres = 30.0


class MatchingSection(Section):
    """What counts as a pickup."""

    tolerance_m: Metres = 30.0
    min_dwell_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 10.0
    min_line_share: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.0
    any_vehicle: bool = True


class JudgeSection(Section):
    """How sure judgements are."""

    confidence: str = ""


class StoreSection(Section):
    """Where results are kept."""

    url: StoreUrl = SecretStr("sqlite:///routecheck.db")
    # Names that need no quotation marks, on whatever way they take to the server.
    postgresql_schema: Annotated[str, Field(pattern="^([a-z_][a-z0-9_]{0,62})?$")] = ""


class ExportSection(Section):
    """Where the CSV files are written."""

    directory: FilePath = "out"
    report: bool = False
    tiles: str = ""
    tiles_datum: Literal["wgs84", "gcj02"] = "wgs84"


class ServiceSection(Section):
    """The scheduled service."""

    daily_at: TimeOfDay = "06:30"
    revisit_days: Annotated[int, Field(ge=0)] = 3
    backups: Annotated[int, Field(ge=0)] = 7
    check_minutes: Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)] = 10.0
    every: Every = ""
    health: str = ""

    @property
    def every_s(self) -> int:
        """How often the running day is judged (s); 0: not at all."""
        return EVERY_S[self.every]


class DeskSection(Section):
    """The pages of the site in the browser."""

    with_service: bool = False
    listen: str = ""
    users: str = ""
    # pydantic copies the defaults for each section.
    names: list[str] = []  # noqa: RUF012
    https: bool = False
    session_hours: Annotated[float, Field(gt=0, le=168, allow_inf_nan=False)] = 12.0


class FetchSection(Section):
    """What is fetched from elsewhere, and kept."""

    directory: FilePath = "fetched"
    first_days: Annotated[int, Field(ge=1)] = 42
    keep_days: Annotated[int, Field(ge=1)] = 180
    most_mb: Annotated[int, Field(ge=1)] = 20_000
    seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 60.0


class RetentionSection(Section):
    """How long tracks, and what is made of them, are kept."""

    keep_days: KeepDays = 0


class MessagesSection(Section):
    """Messages that the service sends; none by default."""

    # pydantic copies the defaults for each section.
    urls: list[SecretStr] = []  # noqa: RUF012
    send: list[MessageKind] = ["summary", "revisions", "failures", "misses"]  # noqa: RUF012


class EngineSection(Section):
    """What does the work: this process, processes beside it, or workers of Dask."""

    kind: Literal["local", "processes", "dask"] = "local"
    workers: Annotated[int, Field(ge=1)] = 2
    scheduler: str = ""
    retries: Annotated[int, Field(ge=0)] = 1
    seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 3600.0
    memory_mb: Annotated[int, Field(ge=0)] = 0


class Config(Section):
    """A whole configuration."""

    site: SiteSection
    points: PointsSource
    schedule: ScheduleSource
    fixes: FixesSource
    alerts: AlertsSource
    vehicles: VehiclesSource
    calendar: CalendarSource
    checks: ChecksSource
    monitor: MonitorSection
    matching: MatchingSection
    judge: JudgeSection
    store: StoreSection
    export: ExportSection
    service: ServiceSection
    desk: DeskSection
    messages: MessagesSection
    fetch: FetchSection
    retention: RetentionSection
    limits: LimitsSection
    engine: EngineSection
    _directory: Path = PrivateAttr(default=Path())
    _confidence: Mapping[str, Mapping[str, Any]] = PrivateAttr(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, tables: Any) -> Any:
        """Add the sections that are left out: what lacks then is the key in them.

        What lies elsewhere is read from its copy: that is its path.
        """
        whole: dict[str, Any] = {name: {} for name in cls.model_fields} | tables
        folder = whole["fetch"].get("directory", "") if isinstance(whole["fetch"], dict) else ""
        for name, kind in SOURCES.items():
            section = whole[name]
            if not isinstance(section, dict) or not section.get("url"):
                continue
            if "path" in section:
                raise PydanticCustomError("path_and_url", "two places", {"section": name})
            default = FetchSection.model_fields["directory"].default
            copy = kind.copied.format(folder=folder or default, kind=name)
            whole[name] = {**section, "path": copy}
        return whole

    @classmethod
    def of(
        cls,
        tables: Mapping[str, Any],
        directory: Path,
        held: Mapping[str, Any] | None = None,
    ) -> Config:
        """Return the configuration that a file holds, with the confidences that it names.

        Args:
            tables: the file, as TOML has it.
            directory: what relative paths start from: the folder of the file.
            held: by section, tables that are at hand, and in no file (`FileSource.held`).

        Raises:
            pydantic.ValidationError: keys are not known, are missing, or cannot have their values.
            UsageError: the file of confidences cannot be used.
        """
        config = cls.model_validate(tables)
        config._directory = directory
        remember_address(config.store.url.get_secret_value())
        for url in config.messages.urls:
            # The keys of services stand anywhere in their addresses.
            scheme, _, rest = url.get_secret_value().partition("://")
            remember_secret(rest or scheme)
            remember_address(url.get_secret_value())
        for name in SOURCES:
            source = getattr(config, name)
            source._limits = config.limits
            source._held = (held or {}).get(name)
            remember_address(source.url.get_secret_value())
            for value in source.headers.values():
                # What only names a variable is no secret; that what it holds is one, is found
                # when it is filled in.
                if "${" not in value.get_secret_value():
                    remember_secret(value.get_secret_value())
                    remember_secret(value.get_secret_value().partition(" ")[2])
        remember_address(config.fixes.devices_url.get_secret_value())
        if config.judge.confidence:
            # Imported here: it needs the room of judging, which most commands do without.
            from routecheck.config.confidence_file import read_confidences

            config._confidence = read_confidences(directory / config.judge.confidence)
        return config

    @property
    def directory(self) -> Path:
        """What relative paths start from."""
        return self._directory

    @property
    def time_zone(self) -> ZoneInfo:
        """The local time of the site."""
        return ZoneInfo(self.site.time_zone)

    @property
    def fetched(self) -> list[FileSource]:
        """The sections of tables that lie elsewhere, in the order of the file."""
        sections: list[FileSource] = [getattr(self, name) for name in SOURCES]
        return [section for section in sections if section.fetched]

    @property
    def settings(self) -> Settings:
        """What the stages read."""
        return Settings(
            time_zone=self.time_zone,
            match=MatchSettings(tolerance_m=self.matching.tolerance_m),
            diagnose=DiagnoseSettings(
                fixes_datum=self.fixes.datum,
                points_datum=self.points.datum,
                surveyed=self.points.surveyed,
            ),
            judge=JudgeSettings(
                min_dwell_s=self.matching.min_dwell_s,
                min_line_share=self.matching.min_line_share,
                any_vehicle=self.matching.any_vehicle,
                monitor_tolerance_m=self.monitor.tolerance_m,
                confidence=self._confidence,
            ),
        )

    @property
    def store_url(self) -> str:
        """The URL of the store, the path of an SQLite file made absolute.

        Raises:
            UsageError: it refers to an environment variable that is not set.
        """
        url = self.store.url.get_secret_value()
        match = re.fullmatch(r"(sqlite(?:\+\w+)?:///)([^?]+)(\?.*)?", url)
        if match is None or match[2].startswith((":memory:", "file:")):
            url = filled_in(url)
            schema = self.store.postgresql_schema
            if not schema or not url.startswith("postgres"):
                return url
            return f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"
        path = _absolute(self.directory / unquote(match[2])).as_posix()
        # What a URL takes for something else may be in the name of a folder.
        escaped = re.sub("[%?#]", lambda found: f"%{ord(found[0]):02X}", path)
        return match[1] + escaped + (match[3] or "")

    @property
    def export_directory(self) -> Path:
        """The folder of the exported files."""
        return _absolute(self.directory / self.export.directory)


def _absolute(path: Path) -> Path:
    """Return a path without `..`; links stay as they are: one may lead to itself."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` follows links


SECTIONS: Mapping[str, type[Section]] = {
    name: cast("type[Section]", field.annotation) for name, field in Config.model_fields.items()
}
"""The sections, in the order of the file."""
