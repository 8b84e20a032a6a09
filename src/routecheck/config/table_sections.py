"""The keys of the sections of tables: where each lies, and how it is written.

Those of a file, of what is fetched from elsewhere, and what any of them may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

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

from routecheck.config.kinds import (
    Datum,
    Delimiter,
    Encoding,
    FilePath,
    SourceUrl,
    SuccessWord,
    TableTimeZone,
    TimeFormat,
    VehicleFromName,
)
from routecheck.domain.input_columns import INPUT_COLUMNS


class Section(BaseModel):
    """The keys of one section of the file."""

    # Of a whole configuration the validator is built once, not once more for each section.
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, defer_build=True, hide_input_in_errors=True
    )


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
    _held: Any = PrivateAttr(default=None)

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
    def held(self) -> Any:
        """The table itself, where it is at hand: it is read in place of a file, `path` names it.

        A `HeldTable` of `routecheck.sources`; None: it lies in files.
        """
        return self._held

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
    surveyed: bool = False


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
