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
from typing import Annotated, Any, ClassVar, Literal, cast
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from routecheck.config.environment import filled_in
from routecheck.config.kinds import (
    Datum,
    Delimiter,
    Encoding,
    FilePath,
    Metres,
    SourceUrl,
    StoreUrl,
    SuccessWord,
    TableTimeZone,
    TimeFormat,
    TimeOfDay,
    TimeZone,
    VehicleFromName,
)
from routecheck.domain.input_columns import INPUT_COLUMNS
from routecheck.domain.settings import DiagnoseSettings, JudgeSettings, MatchSettings, Settings
from routecheck.texts import Language
from routecheck.texts.outside import remember_address, remember_secret

MessageKind = Literal["summary", "revisions", "failures", "misses"]
Every = Literal["", "15min", "30min", "1h"]
EVERY_S: Mapping[str, int] = {"": 0, "15min": 900, "30min": 1800, "1h": 3600}
"""How often the running day is judged, by the value of `service.every` (s)."""


class Section(BaseModel):
    """The keys of one section of the file."""

    # Of a whole configuration the validator is built once, not once more for each section.
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, defer_build=True, hide_input_in_errors=True
    )


class SiteSection(Section):
    """Where and for whom."""

    name: str = ""
    time_zone: TimeZone = "Asia/Shanghai"
    language: Language = "en"


class LimitsSection(Section):
    """What a file may hold; one that holds more is not read.

    Each is far beyond what a county's files hold, and what keeps to them is read in less than a
    gigabyte of memory, whatever it is.
    """

    unpacked_mb: Annotated[int, Field(ge=1)] = 8000
    unpacked_ratio: Annotated[int, Field(ge=1)] = 100
    whole_mb: Annotated[int, Field(ge=1)] = 200
    rows: Annotated[int, Field(ge=1)] = 20_000_000
    cells: Annotated[int, Field(ge=1)] = 4_000_000
    points: Annotated[int, Field(ge=1)] = 100_000
    vehicles: Annotated[int, Field(ge=1)] = 20_000
    text_length: Annotated[int, Field(ge=1)] = 1000
    answer_mb: Annotated[int, Field(ge=1)] = 50
    seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 600.0


class FileSource(Section):
    """One kind of input file."""

    kind: ClassVar[str] = ""
    """The kind of table, as `INPUT_COLUMNS` names it."""
    copied: ClassVar[str] = "{folder}/{kind}.csv"
    """Where the copy of what lies elsewhere is kept: the place that is read then."""

    path: str = ""
    url: SourceUrl = SecretStr("")
    query: str = ""
    table: str = ""
    headers: dict[str, SecretStr] = {}
    rows: str = ""
    success: SuccessWord = ""
    page: Literal["", "cursor", "number", "link"] = ""
    page_path: str = ""
    page_parameter: str = ""
    page_first: Annotated[int, Field(ge=0)] = 1
    encoding: Encoding = "auto"
    delimiter: Delimiter = ""
    header: bool = True
    sheet: str = ""
    time_format: TimeFormat = ""
    columns: dict[str, str] = {}
    _limits: LimitsSection = PrivateAttr(default_factory=LimitsSection)

    @field_validator("columns")
    @classmethod
    def _check_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        for name in columns:
            if name not in column_names(cls.kind):
                raise PydanticCustomError("unknown_column", "no column", {"column": name})
        return columns

    @property
    def given(self) -> bool:
        """Whether there is such a table at all: optional sources have no path by default."""
        return self.path != ""

    @property
    def fetched(self) -> bool:
        """Whether it lies elsewhere, and `path` is where its copy is kept."""
        return self.url.get_secret_value() != ""

    @property
    def limits(self) -> LimitsSection:
        """What its files may hold, as the configuration has it."""
        return self._limits


WEB_KEYS = frozenset(
    {"headers", "rows", "success", "page", "page_path", "page_parameter", "page_first"}
)
"""Keys of what lies behind a web address: a new site shows them with the fixes alone."""


def column_names(table: str) -> list[str]:
    """Return the canonical headers of a kind of file."""
    return [column.name for column in INPUT_COLUMNS[table]]


class PointsSource(FileSource):
    """Collection points."""

    kind = "points"
    path: FilePath
    datum: Datum = "wgs84"
    layer: str = ""


class ScheduleSource(FileSource):
    """Expected services."""

    kind = "schedule"
    path: FilePath


class FixesSource(FileSource):
    """GPS reports."""

    kind = "fixes"
    copied = "{folder}/{kind}/*/*.parquet"
    path: FilePath
    datum: Datum = "wgs84"
    time_zone: TableTimeZone = ""
    vehicle_from_name: VehicleFromName = ""
    preset: Literal["", "traccar"] = ""
    vehicle: Literal["name", "uniqueid"] = "name"
    watermark: str = ""
    overlap: Annotated[int, Field(ge=0)] = 1000
    devices: list[str] = []
    devices_url: SourceUrl = SecretStr("")
    devices_rows: str = ""
    devices_column: Annotated[str, Field(min_length=1)] = "id"
    devices_name: str = ""
    slice_hours: Annotated[float, Field(gt=0, le=744, allow_inf_nan=False)] = 24.0

    @model_validator(mode="before")
    @classmethod
    def _of_preset(cls, keys: Any) -> Any:
        """Traccar writes UTC into columns without a zone, whatever the zone of its machine."""
        if isinstance(keys, dict) and keys.get("preset") == "traccar":
            return {"time_zone": "UTC"} | keys
        return keys


class AlertsSource(FileSource):
    """What the monitor raised."""

    kind = "alerts"
    time_zone: TableTimeZone = ""


class VehiclesSource(FileSource):
    """Terminals that moved from truck to truck."""

    kind = "vehicles"


class CalendarSource(FileSource):
    """Days that differ from the schedule."""

    kind = "calendar"


class ChecksSource(FileSource):
    """What someone went to see."""

    kind = "checks"
    time_zone: TableTimeZone = ""


SOURCES: Mapping[str, type[FileSource]] = {
    source.kind: source
    for source in (
        PointsSource, ScheduleSource, FixesSource, AlertsSource, VehiclesSource, CalendarSource,
        ChecksSource,
    )
}  # fmt: skip
"""The sections of tables that are read, in the order of the file."""


class MonitorSection(Section):
    """The rule of the monitor, replayed to find why it failed."""

    tolerance_m: Metres = 30.0


class MatchingSection(Section):
    """What counts as a pickup."""

    tolerance_m: Metres = 30.0
    min_dwell_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 10.0
    any_vehicle: bool = True


class StoreSection(Section):
    """Where results are kept."""

    url: StoreUrl = SecretStr("sqlite:///routecheck.db")


class ExportSection(Section):
    """Where the CSV files are written."""

    directory: FilePath = "out"
    report: bool = False
    tiles: str = ""


class ServiceSection(Section):
    """The scheduled service."""

    daily_at: TimeOfDay = "06:30"
    revisit_days: Annotated[int, Field(ge=0)] = 3
    backups: Annotated[int, Field(ge=0)] = 7
    check_minutes: Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)] = 10.0
    every: Every = ""

    @property
    def every_s(self) -> int:
        """How often the running day is judged (s); 0: not at all."""
        return EVERY_S[self.every]


class FetchSection(Section):
    """What is fetched from elsewhere, and kept."""

    directory: FilePath = "fetched"
    first_days: Annotated[int, Field(ge=1)] = 42
    keep_days: Annotated[int, Field(ge=1)] = 180
    most_mb: Annotated[int, Field(ge=1)] = 20_000
    seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 60.0


class MessagesSection(Section):
    """Messages that the service sends; none by default."""

    urls: list[SecretStr] = []
    send: list[MessageKind] = ["summary", "revisions", "failures", "misses"]


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
    store: StoreSection
    export: ExportSection
    service: ServiceSection
    messages: MessagesSection
    fetch: FetchSection
    limits: LimitsSection
    _directory: Path = PrivateAttr(default=Path())

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
    def of(cls, tables: Mapping[str, Any], directory: Path) -> Config:
        """Return the configuration that a file holds.

        Args:
            tables: the file, as TOML has it.
            directory: what relative paths start from: the folder of the file.

        Raises:
            pydantic.ValidationError: keys are not known, are missing, or cannot have their values.
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
            remember_address(source.url.get_secret_value())
            for value in source.headers.values():
                # What only names a variable is no secret; that what it holds is one, is found
                # when it is filled in.
                if "${" not in value.get_secret_value():
                    remember_secret(value.get_secret_value())
                    remember_secret(value.get_secret_value().partition(" ")[2])
        remember_address(config.fixes.devices_url.get_secret_value())
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
    def settings(self) -> Settings:
        """What the stages read."""
        return Settings(
            time_zone=self.time_zone,
            match=MatchSettings(tolerance_m=self.matching.tolerance_m),
            diagnose=DiagnoseSettings(fixes_datum=self.fixes.datum, points_datum=self.points.datum),
            judge=JudgeSettings(
                min_dwell_s=self.matching.min_dwell_s,
                any_vehicle=self.matching.any_vehicle,
                monitor_tolerance_m=self.monitor.tolerance_m,
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
            return filled_in(url)
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
