"""The keys of the configuration: each once, with default, bounds and meaning in both languages.

Sections are told of in their docstrings (English) and `about_zh`.
"""

from __future__ import annotations

import codecs
import datetime
import difflib
import re
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    field_validator,
)
from pydantic_core import PydanticCustomError

from routecheck.config.environment import filled_in
from routecheck.config.trouble import UNKNOWN_COLUMN
from routecheck.errors import Said, UsageError
from routecheck.geo.crs import KNOWN_DATUMS, parse_datum
from routecheck.model.codes import Language
from routecheck.model.frozen import frozen
from routecheck.model.headers import HEADERS
from routecheck.model.settings import JudgeSettings, MatchSettings, Settings


def _key(default: Any, en: str, zh: str, **bounds: Any) -> Any:
    """Declare a key: its default (`...`: required), its meaning in both languages, its bounds."""
    return Field(default, description=en, json_schema_extra={"zh": zh}, **bounds)


_SAID_FOR = dict.fromkeys(
    ("beijing", "peking", "china", "guangzhou", "shenzhen", "chengdu", "wuhan", "xian", "utc+8",
     "utc+08:00", "gmt+8", "cst", "北京", "中国", "上海", "北京时间"),
    "Asia/Shanghai",
)  # fmt: skip
"""What people write for the time of China, which IANA has under its largest city."""


def _checked_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        from zoneinfo import available_timezones

        near = _SAID_FOR.get(re.sub(r"[\s_]", "", name).lower().rsplit("/", 1)[-1], "")
        near = near or "".join(difflib.get_close_matches(name, available_timezones(), 1))
        said = Said("wanted_zone_near", near=near) if near else Said("wanted_zone")
        raise ValueError(said) from None
    return name


def _checked_datum(name: str) -> str:
    try:
        return parse_datum(name)
    except UsageError as error:
        raise ValueError(Said("wanted_datum", what=error.said)) from None


def _checked_encoding(name: str) -> str:
    try:
        # Lines are cut before they are decoded, so what ends a line must be what it is in ASCII.
        if name == "auto" or "\n,".encode(name) == b"\n,":
            return name if name == "auto" else codecs.lookup(name).name
    except LookupError:
        pass
    raise ValueError(Said("wanted_encoding"))


def _checked_clock(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError(Said("wanted_clock"))
    return value


def _clock_as_text(value: object) -> object:
    # TOML reads 06:30:00 without quotation marks as a time of its own.
    return value.strftime("%H:%M") if isinstance(value, datetime.time) else value


def _checked_url(value: str) -> str:
    if not re.match(r"\w+(\+\w+)?://", value):
        raise ValueError(Said("wanted_url"))
    return value


TimeZoneName = Annotated[str, AfterValidator(_checked_time_zone)]
DatumName = Annotated[str, AfterValidator(_checked_datum)]
EncodingName = Annotated[str, AfterValidator(_checked_encoding)]
ClockTime = Annotated[str, BeforeValidator(_clock_as_text), AfterValidator(_checked_clock)]
StoreUrl = Annotated[str, AfterValidator(_checked_url)]
FilePath = Annotated[str, Field(min_length=1)]


class _Section(BaseModel):
    about_zh: ClassVar[str] = ""
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class SiteSection(_Section):
    """Where and for whom."""

    about_zh: ClassVar[str] = "站点"
    name: str = _key("", "name of the site, as reports show it", "站点名称，显示在报告中")
    time_zone: TimeZoneName = _key(
        "Asia/Shanghai",
        "local time: of the schedule, and of every time without an offset",
        "当地时区：计划表及所有不带时差的时间均按此时区理解",
    )
    language: Language = _key(
        "en",
        "en | zh: reports, messages, evidence and action sentences",
        "en | zh：报告、消息、证据与处置语句所用的语言",
    )


class FileSource(_Section):
    """One kind of input file."""

    path: str = _key("", "file, or a glob of files", "文件，或文件通配符")
    encoding: EncodingName = _key(
        "auto",
        "auto: UTF-8, else GB18030; or the name of an encoding",
        "auto：先按 UTF-8，否则按 GB18030；也可写明编码名称",
    )
    columns: dict[str, str] = _key(
        {},
        'headers of its own: canonical name = "header in the file"',
        '自定义表头：标准列名 = "文件中的表头"',
    )

    kind: ClassVar[str] = ""
    """The section, where the headers can be mapped."""

    @field_validator("columns")
    @classmethod
    def _checked_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        known = [header.name for header in HEADERS[cls.kind]]
        for name in columns:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                told = {"name": name, "near": "".join(near), "known": ", ".join(known)}
                raise PydanticCustomError(UNKNOWN_COLUMN, "{name}", told)
        return columns

    @property
    def given(self) -> bool:
        """Whether there is such a file at all: optional sources have no path by default."""
        return self.path != ""


_DATUM = (
    f'{" | ".join(KNOWN_DATUMS)} | "EPSG:4545" …; a datum column, or a system that the file '
    "carries in itself, goes before it",
    f'{" | ".join(KNOWN_DATUMS)} | "EPSG:4545" …；文件自带的坐标类型列或坐标系优先',
)


class PointsSource(FileSource):
    """Collection points."""

    about_zh: ClassVar[str] = "收集点"
    kind: ClassVar[str] = "points"
    path: FilePath = _key(
        ...,
        "points: .csv, or GeoJSON, GeoPackage, Shapefile",
        "收集点：.csv，或 GeoJSON、GeoPackage、Shapefile",
    )
    datum: DatumName = _key("wgs84", *_DATUM)
    layer: str = _key(
        "", "layer of a file that holds several, empty: the only one", "含多图层文件中的图层名"
    )


class ScheduleSource(FileSource):
    """Expected services."""

    about_zh: ClassVar[str] = "收运计划"
    kind: ClassVar[str] = "schedule"
    path: FilePath = _key(..., "schedule: .csv", "收运计划：.csv")


class FixesSource(FileSource):
    """GPS reports."""

    about_zh: ClassVar[str] = "定位数据"
    kind: ClassVar[str] = "fixes"
    path: FilePath = _key(
        ...,
        "fixes: a glob of .csv, .csv.gz or .parquet",
        "定位数据：.csv、.csv.gz、.parquet 通配符",
    )
    datum: DatumName = _key("wgs84", *_DATUM)


class AlertsSource(FileSource):
    """What the monitor raised."""

    about_zh: ClassVar[str] = "监控系统告警"
    kind: ClassVar[str] = "alerts"
    path: str = _key("", "alerts of the monitor: a glob of .csv", "监控系统告警：.csv 通配符")


class VehiclesSource(FileSource):
    """Terminals that moved from truck to truck."""

    about_zh: ClassVar[str] = "终端与车辆绑定"
    kind: ClassVar[str] = "vehicles"
    path: str = _key("", "which terminal was on which vehicle", "终端与车辆的绑定关系表")


class CalendarSource(FileSource):
    """Days that differ from the schedule."""

    about_zh: ClassVar[str] = "特殊日期"
    kind: ClassVar[str] = "calendar"
    path: str = _key("", "holidays, market days, snow", "节假日、赶集日、降雪等特殊日期表")


class ChecksSource(FileSource):
    """What someone went to see."""

    about_zh: ClassVar[str] = "人工核查"
    kind: ClassVar[str] = "checks"
    path: str = _key("", "what someone went to see", "人工现场核查结果表")


class MonitorSection(_Section):
    """The rule of the monitor, replayed to find why it failed."""

    about_zh: ClassVar[str] = "监控系统自身的规则，用于重放以查明误报原因"
    tolerance_m: float = _key(
        30.0, "the monitor's own tolerance in metres", "监控系统自身规则的容差（米）", gt=0
    )


class MatchingSection(_Section):
    """What counts as a pickup."""

    about_zh: ClassVar[str] = "什么算作一次收运"
    tolerance_m: float = _key(
        30.0, "where a point has none of its own, in metres", "收集点未单独设定时的容差（米）", gt=0
    )
    min_dwell_s: float = _key(
        10.0,
        "a pickup takes at least so many seconds; 0: driving past is enough",
        "一次收运至少停留的秒数；0 表示驶过即算",
        ge=0,
    )
    any_vehicle: bool = _key(
        True,
        "a pickup by another vehicle than the scheduled one counts",
        "非计划车辆完成的收运是否算数",
    )


class StoreSection(_Section):
    """Where results are kept."""

    about_zh: ClassVar[str] = "结果的存储位置"
    url: StoreUrl = _key(
        "sqlite:///routecheck.db",
        "any SQLAlchemy URL; SQLite and PostgreSQL are tested",
        "任意 SQLAlchemy 地址；SQLite 与 PostgreSQL 经过测试",
    )


class ExportSection(_Section):
    """Where the CSV files are written."""

    about_zh: ClassVar[str] = "CSV 文件的导出位置"
    directory: FilePath = _key("out", "folder of the exported files", "导出文件所在目录")
    report: bool = _key(
        False,
        "write the report and the workbook of each date (report_D.html, report_D.xlsx) with every "
        "run; the daily service always does, and `routecheck report` when asked",
        "每次运行都写出各日的报告与工作簿（report_日期.html、.xlsx）；"
        "定时服务总会写出，也可用 routecheck report 写出",
    )
    tiles: str = _key(
        "",
        "map tiles under the reports' maps (https://…/{z}/{x}/{y}.png, or a path from the report), "
        "WGS-84; empty: none, and the report asks for nothing from anywhere",
        "报告地图的底图瓦片地址（https://…/{z}/{x}/{y}.png，或相对报告的路径），须为 WGS-84；"
        "留空则不用底图，报告不发出任何请求",
    )


class ServiceSection(_Section):
    """The scheduled service."""

    about_zh: ClassVar[str] = "定时服务"
    daily_at: ClockTime = _key("06:30", "local time of the daily run", "每日运行的当地时间")
    revisit_days: int = _key(
        3, "earlier days judged again, for data that came late", "因数据迟到而重新判定的天数", ge=0
    )
    check_minutes: float = _key(
        10.0,
        "how often the service looks whether missing data have come",
        "服务检查缺失数据是否到达的间隔（分钟）",
        gt=0,
        le=1440,
    )


class MessagesSection(_Section):
    """Messages that the service sends; none by default."""

    about_zh: ClassVar[str] = "服务发送的消息；默认不发送"
    urls: list[str] = _key(
        [],
        "receivers as apprise URLs; secrets from the environment as ${NAME}",
        "接收方（apprise 地址）；密钥以 ${变量名} 取自环境变量",
    )
    send: list[Literal["summary", "revisions", "failures"]] = _key(
        ["summary", "revisions", "failures"],
        "what is sent: summary, revisions, failures",
        "发送内容：summary 汇总、revisions 修订、failures 故障",
    )


class Config(_Section):
    """A whole configuration; as `load_config` gives it, it knows the folder it came from."""

    site: SiteSection = SiteSection()
    points: PointsSource
    schedule: ScheduleSource
    fixes: FixesSource
    alerts: AlertsSource = AlertsSource()
    vehicles: VehiclesSource = VehiclesSource()
    calendar: CalendarSource = CalendarSource()
    checks: ChecksSource = ChecksSource()
    monitor: MonitorSection = MonitorSection()
    matching: MatchingSection = MatchingSection()
    store: StoreSection = StoreSection()
    export: ExportSection = ExportSection()
    service: ServiceSection = ServiceSection()
    messages: MessagesSection = MessagesSection()

    _directory: Path = PrivateAttr(default_factory=Path)

    def at(self, directory: Path) -> Config:
        """Return the same configuration, its relative paths starting from `directory`."""
        placed = self.model_copy()
        placed._directory = directory
        return placed

    @property
    def directory(self) -> Path:
        """The folder that relative paths start from: that of the configuration file."""
        return self._directory

    @property
    def time_zone(self) -> ZoneInfo:
        """The local time of the site."""
        return ZoneInfo(self.site.time_zone)

    @property
    def settings(self) -> Settings:
        """What the pipeline is told."""
        return Settings(
            time_zone=self.time_zone,
            language=self.site.language,
            match=MatchSettings(
                tolerance_m=self.matching.tolerance_m,
                min_dwell_s=self.matching.min_dwell_s,
                any_vehicle=self.matching.any_vehicle,
            ),
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
            UsageError: it asks for an environment variable that is not set.
        """
        match = re.fullmatch(r"(sqlite(?:\+\w+)?:///)([^?]+)(\?.*)?", self.store.url)
        if match is None or match[2].startswith((":memory:", "file:")):
            return filled_in(self.store.url)
        return match[1] + (self.directory / match[2]).resolve().as_posix() + (match[3] or "")

    @property
    def export_directory(self) -> Path:
        """The folder of the exported files."""
        return (self.directory / self.export.directory).resolve()


@frozen
class KeyText:
    """What is to be said of a key."""

    name: str
    required: bool
    default: object
    meaning: str


@frozen
class SectionText:
    """What is to be said of a section."""

    name: str
    about: str
    keys: tuple[KeyText, ...]


def _about(model: type[_Section]) -> str:
    text = (model.__doc__ or "").rstrip(".")
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def sections(language: Language) -> list[SectionText]:
    """Return all keys with their meanings, section by section."""
    found = []
    for name, field in Config.model_fields.items():
        model = field.annotation
        assert isinstance(model, type)
        assert issubclass(model, _Section)
        keys = []
        for key, declared in model.model_fields.items():
            extra = declared.json_schema_extra
            meaning = declared.description or ""
            if language == "zh" and isinstance(extra, dict):
                meaning = str(extra["zh"])
            keys.append(KeyText(key, declared.is_required(), declared.default, meaning))
        about = model.about_zh if language == "zh" else _about(model)
        found.append(SectionText(name, about, tuple(keys)))
    return found
