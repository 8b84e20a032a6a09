"""The keys of the configuration: each once, with default, bounds and meaning in both languages.

Sections are told of in their docstrings (English) and `about_zh`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from routecheck.config import values
from routecheck.config.environment import filled_in
from routecheck.config.section import Section, key
from routecheck.config.values import (
    MisfitError,
    UnknownColumnError,
    UnknownKeyError,
    number,
    whole_number,
)
from routecheck.domain.codes import Language
from routecheck.domain.input_columns import INPUT_COLUMNS
from routecheck.domain.settings import LARGEST_TOLERANCE_M, JudgeSettings, MatchSettings, Settings
from routecheck.geo.crs import KNOWN_DATUMS


@dataclass(frozen=True)
class SiteSection(Section):
    """Where and for whom."""

    about_zh = "站点"
    name: str = key("", "name of the site, as reports show it", "站点名称，显示在报告中")
    time_zone: str = key(
        "Asia/Shanghai",
        "local time: of the schedule, and of every time without an offset",
        "当地时区：计划表及所有不带时差的时间均按此时区理解",
        kind=values.time_zone,
    )
    language: Language = key(
        "en",
        "en | zh: reports, messages, evidence and action sentences",
        "en | zh：报告、消息、证据与处置语句所用的语言",
        kind=values.one_of("en", "zh"),
    )


@dataclass(frozen=True)
class FileSource(Section):
    """One kind of input file."""

    path: str = key("", "file, or a glob of files", "文件，或文件通配符")
    encoding: str = key(
        "auto",
        "auto: UTF-8, else GB18030; or the name of an encoding",
        "auto：先按 UTF-8，否则按 GB18030；也可写明编码名称",
        kind=values.encoding,
    )
    columns: dict[str, str] = key(
        {},
        'headers of its own: canonical name = "header in the file"',
        '自定义表头：标准列名 = "文件中的表头"',
        kind=values.texts_by_name,
    )

    kind = ""
    """The section, where the headers can be mapped."""

    def __post_init__(self) -> None:
        super().__post_init__()
        known = [column.name for column in INPUT_COLUMNS[self.kind]]
        for name in self.columns:
            if name not in known:
                raise UnknownColumnError(name, known).under("columns")

    @property
    def given(self) -> bool:
        """Whether there is such a file at all: optional sources have no path by default."""
        return self.path != ""


_DATUM = (
    f'{" | ".join(KNOWN_DATUMS)} | "EPSG:4545" …; a datum column, or a system that the file '
    "carries in itself, goes before it",
    f'{" | ".join(KNOWN_DATUMS)} | "EPSG:4545" …；文件自带的坐标类型列或坐标系优先',
)


@dataclass(frozen=True)
class PointsSource(FileSource):
    """Collection points."""

    about_zh = "收集点"
    kind = "points"
    path: str = key(
        ...,
        "points: .csv, or GeoJSON, GeoPackage, Shapefile",
        "收集点：.csv，或 GeoJSON、GeoPackage、Shapefile",
        kind=values.path,
    )
    datum: str = key("wgs84", *_DATUM, kind=values.datum)
    layer: str = key(
        "", "layer of a file that holds several, empty: the only one", "含多图层文件中的图层名"
    )


@dataclass(frozen=True)
class ScheduleSource(FileSource):
    """Expected services."""

    about_zh = "收运计划"
    kind = "schedule"
    path: str = key(..., "schedule: .csv", "收运计划：.csv", kind=values.path)


@dataclass(frozen=True)
class FixesSource(FileSource):
    """GPS reports."""

    about_zh = "定位数据"
    kind = "fixes"
    path: str = key(
        ...,
        "fixes: a glob of .csv, .csv.gz or .parquet",
        "定位数据：.csv、.csv.gz、.parquet 通配符",
        kind=values.path,
    )
    datum: str = key("wgs84", *_DATUM, kind=values.datum)


@dataclass(frozen=True)
class AlertsSource(FileSource):
    """What the monitor raised."""

    about_zh = "监控系统告警"
    kind = "alerts"
    path: str = key("", "alerts of the monitor: a glob of .csv", "监控系统告警：.csv 通配符")


@dataclass(frozen=True)
class VehiclesSource(FileSource):
    """Terminals that moved from truck to truck."""

    about_zh = "终端与车辆绑定"
    kind = "vehicles"
    path: str = key("", "which terminal was on which vehicle", "终端与车辆的绑定关系表")


@dataclass(frozen=True)
class CalendarSource(FileSource):
    """Days that differ from the schedule."""

    about_zh = "特殊日期"
    kind = "calendar"
    path: str = key("", "holidays, market days, snow", "节假日、赶集日、降雪等特殊日期表")


@dataclass(frozen=True)
class ChecksSource(FileSource):
    """What someone went to see."""

    about_zh = "人工核查"
    kind = "checks"
    path: str = key("", "what someone went to see", "人工现场核查结果表")


@dataclass(frozen=True)
class MonitorSection(Section):
    """The rule of the monitor, replayed to find why it failed."""

    about_zh = "监控系统自身的规则，用于重放以查明误报原因"
    tolerance_m: float = key(
        30.0,
        "the monitor's own tolerance in metres",
        "监控系统自身规则的容差（米）",
        kind=number(above=0, most=LARGEST_TOLERANCE_M),
    )


@dataclass(frozen=True)
class MatchingSection(Section):
    """What counts as a pickup."""

    about_zh = "什么算作一次收运"
    tolerance_m: float = key(
        30.0,
        "where a point has none of its own, in metres",
        "收集点未单独设定时的容差（米）",
        kind=number(above=0, most=LARGEST_TOLERANCE_M),
    )
    min_dwell_s: float = key(
        10.0,
        "a pickup takes at least so many seconds; 0: driving past is enough",
        "一次收运至少停留的秒数；0 表示驶过即算",
        kind=number(least=0),
    )
    any_vehicle: bool = key(
        True,
        "a pickup by another vehicle than the scheduled one counts",
        "非计划车辆完成的收运是否算数",
        kind=values.yes_or_no,
    )


@dataclass(frozen=True)
class StoreSection(Section):
    """Where results are kept."""

    about_zh = "结果的存储位置"
    url: str = key(
        "sqlite:///routecheck.db",
        "any SQLAlchemy URL; SQLite and PostgreSQL are tested",
        "任意 SQLAlchemy 地址；SQLite 与 PostgreSQL 经过测试",
        kind=values.url,
    )


@dataclass(frozen=True)
class ExportSection(Section):
    """Where the CSV files are written."""

    about_zh = "CSV 文件的导出位置"
    directory: str = key(
        "out", "folder of the exported files", "导出文件所在目录", kind=values.path
    )
    report: bool = key(
        False,
        "write the report and the workbook of each date (report_D.html, report_D.xlsx) with every "
        "run; the daily service always does, and `routecheck report` when asked",
        "每次运行都写出各日的报告与工作簿（report_日期.html、.xlsx）；"
        "定时服务总会写出，也可用 routecheck report 写出",
        kind=values.yes_or_no,
    )
    tiles: str = key(
        "",
        "map tiles under the reports' maps (https://…/{z}/{x}/{y}.png, or a path from the report), "
        "WGS-84; empty: none, and the report asks for nothing from anywhere",
        "报告地图的底图瓦片地址（https://…/{z}/{x}/{y}.png，或相对报告的路径），须为 WGS-84；"
        "留空则不用底图，报告不发出任何请求",
    )


@dataclass(frozen=True)
class ServiceSection(Section):
    """The scheduled service."""

    about_zh = "定时服务"
    daily_at: str = key(
        "06:30", "local time of the daily run", "每日运行的当地时间", kind=values.clock
    )
    revisit_days: int = key(
        3,
        "earlier days judged again, for data that came late",
        "因数据迟到而重新判定的天数",
        kind=whole_number(least=0),
    )
    check_minutes: float = key(
        10.0,
        "how often the service looks whether missing data have come",
        "服务检查缺失数据是否到达的间隔（分钟）",
        kind=number(above=0, most=1440),
    )


@dataclass(frozen=True)
class MessagesSection(Section):
    """Messages that the service sends; none by default."""

    about_zh = "服务发送的消息；默认不发送"
    urls: list[str] = key(
        [],
        "receivers as apprise URLs; secrets from the environment as ${NAME}",
        "接收方（apprise 地址）；密钥以 ${变量名} 取自环境变量",
        kind=values.each(values.text),
    )
    send: list[Literal["summary", "revisions", "failures"]] = key(
        ["summary", "revisions", "failures"],
        "what is sent: summary, revisions, failures",
        "发送内容：summary 汇总、revisions 修订、failures 故障",
        kind=values.each(values.one_of("summary", "revisions", "failures")),
    )


def _section(kind: type[Section]) -> Any:
    return field(default_factory=kind, metadata={"section": kind})


@dataclass(frozen=True)
class Config:
    """A whole configuration.

    Attributes:
        directory: what relative paths start from: the folder of the configuration file.
    """

    site: SiteSection = _section(SiteSection)
    points: PointsSource = _section(PointsSource)
    schedule: ScheduleSource = _section(ScheduleSource)
    fixes: FixesSource = _section(FixesSource)
    alerts: AlertsSource = _section(AlertsSource)
    vehicles: VehiclesSource = _section(VehiclesSource)
    calendar: CalendarSource = _section(CalendarSource)
    checks: ChecksSource = _section(ChecksSource)
    monitor: MonitorSection = _section(MonitorSection)
    matching: MatchingSection = _section(MatchingSection)
    store: StoreSection = _section(StoreSection)
    export: ExportSection = _section(ExportSection)
    service: ServiceSection = _section(ServiceSection)
    messages: MessagesSection = _section(MessagesSection)
    directory: Path = field(default_factory=Path)

    @classmethod
    def of(cls, tables: Mapping[str, object], directory: Path) -> Config:
        """Return the configuration as a file has it.

        Raises:
            MisfitError: the first that is wrong, of what is misspelt before anything else.
        """
        made: dict[str, Any] = {}
        wrong: list[MisfitError] = []
        for name, section in SECTIONS.items():
            try:
                made[name] = section.of(tables.get(name, {}))
            except MisfitError as misfit:
                wrong.append(misfit.under(name))
        wrong += [UnknownKeyError(name, SECTIONS) for name in tables if name not in SECTIONS]
        if wrong:
            raise min(wrong, key=lambda misfit: not isinstance(misfit, UnknownKeyError))
        return cls(**made, directory=directory)

    @property
    def time_zone(self) -> ZoneInfo:
        """The local time of the site."""
        return ZoneInfo(self.site.time_zone)

    @property
    def settings(self) -> Settings:
        """What the pipeline is told."""
        return Settings(
            time_zone=self.time_zone,
            match=MatchSettings(tolerance_m=self.matching.tolerance_m),
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


SECTIONS: Mapping[str, type[Section]] = {
    declared.name: declared.metadata["section"]
    for declared in fields(Config)
    if "section" in declared.metadata
}
"""The sections, in the order of the file."""
