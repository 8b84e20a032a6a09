"""Verdicts, classifications and causes: one code a row, the same in every file and language.

The order of the members of `Cause` is the order in which causes are tried: where several
apply, the first is told. Texts are for people; codes never change with the language.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

Language = Literal["en", "zh"]


class CodeText(StrEnum):
    """A code with a label and an explanation in English and Chinese."""

    label_en: str
    label_zh: str
    meaning_en: str
    meaning_zh: str

    def __new__(
        cls,
        value: str,
        label_en: str = "",
        label_zh: str = "",
        meaning_en: str = "",
        meaning_zh: str = "",
    ) -> CodeText:
        """Build the member: its value is the code, the rest hangs on it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label_en, member.label_zh = label_en, label_zh
        member.meaning_en, member.meaning_zh = meaning_en, meaning_zh
        return member

    def label(self, language: Language) -> str:
        """Return the short label in the language asked for."""
        return self.label_zh if language == "zh" else self.label_en

    def meaning(self, language: Language) -> str:
        """Return the explanation in the language asked for."""
        return self.meaning_zh if language == "zh" else self.meaning_en


class Verdict(CodeText):
    """What became of an expected pickup."""

    COLLECTED = (
        "collected",
        "collected",
        "已收运",
        "A vehicle stood at the point long enough to empty it.",
        "有车辆在该点停留了足够完成收运的时间。",
    )
    MISSED = (
        "missed",
        "missed",
        "漏收",
        "The track that had to see the pickup was there, and shows that it did not happen.",
        "应当看到收运的轨迹齐全，且表明收运没有发生。",
    )
    UNVERIFIABLE = (
        "unverifiable",
        "cannot be told",
        "无法核实",
        "The data cannot tell. Nobody is accused.",
        "数据不足以判断，不追究任何人。",
    )


class Classification(CodeText):
    """What an alert of the monitor was worth."""

    FALSE = (
        "false",
        "false",
        "误报",
        "The pickup was collected, or none was due.",
        "该次收运已完成，或当天无需收运。",
    )
    GENUINE = ("genuine", "genuine", "属实", "The pickup was missed.", "该次收运确实漏收。")
    UNVERIFIABLE = (
        "unverifiable",
        "cannot be told",
        "无法核实",
        "The data cannot tell.",
        "数据不足以判断。",
    )


class Cause(CodeText):
    """Why an alert was false, why a pickup was missed, or why the data cannot tell."""

    NOT_DUE = (
        "not_due",
        "no pickup was due",
        "当日无需收运",
        "No pickup was due: not scheduled that day, or the point had been retired.",
        "当天没有安排收运，或该收集点已停用。",
    )
    DATUM = (
        "datum",
        "recorded in another datum",
        "坐标系不符",
        "The point is recorded in another datum than declared (GCJ-02, BD-09 and others).",
        "收集点坐标的坐标系与声明的不同（如 GCJ-02、BD-09）。",
    )
    COORDINATE_ERROR = (
        "coordinate_error",
        "coordinate written wrongly",
        "坐标录入错误",
        "Swapped axes, degrees and minutes read as degrees, or digits cut off.",
        "经纬度颠倒、度分被当作度，或小数位被截断。",
    )
    MISPLACED = (
        "misplaced",
        "recorded in the wrong place",
        "点位偏移",
        "The recorded location lies elsewhere than where vehicles stop for the point, "
        "by a steady offset.",
        "登记位置与车辆实际停靠收运的位置不一致，且偏移稳定。",
    )
    CLOCK = (
        "clock",
        "device clock off",
        "终端时钟错误",
        "The clock or the time zone of the device is off.",
        "车载终端的时钟或时区有误。",
    )
    OTHER_VEHICLE = (
        "other_vehicle",
        "another vehicle collected",
        "由其他车辆收运",
        "A vehicle that is not on the schedule collected it.",
        "由计划之外的车辆完成了收运。",
    )
    OUTSIDE_WINDOW = (
        "outside_window",
        "collected outside the window",
        "时间窗外收运",
        "Collected on that service date, outside the window.",
        "当日已收运，但不在规定的时间窗内。",
    )
    LATE_DATA = (
        "late_data",
        "data came late",
        "数据迟到",
        "The fixes that show the pickup were received after the alert was raised.",
        "证明收运的定位数据在告警发出之后才收到。",
    )
    TOLERANCE = (
        "tolerance",
        "stopped just outside the tolerance",
        "略超容差停靠",
        "The vehicle stopped for the point just outside the tolerance, within GPS and survey "
        "error.",
        "车辆停靠在容差范围之外不远处，属于定位与测量误差之内。",
    )
    SPARSE_FIXES = (
        "sparse_fixes",
        "no fix inside the tolerance",
        "定位稀疏",
        "The track passes through the tolerance between two fixes; no fix lies inside.",
        "轨迹在两次定位之间穿过容差范围，范围内没有定位点。",
    )
    MONITOR_FAULT = (
        "monitor_fault",
        "fault of the monitor",
        "监控系统故障",
        "The plain rule holds on the recorded data: the monitor is wrong.",
        "按监控系统自己的规则，数据已满足要求：告警本身有误。",
    )
    ROUTE_NOT_RUN = (
        "route_not_run",
        "route not run",
        "线路未执行",
        "The scheduled vehicle evidently did not work that day or broke off, and nobody took over.",
        "计划车辆当天明显没有作业或中途停止，且无人接替。",
    )
    PASSED_BY = (
        "passed_by",
        "drove past",
        "经过未停",
        "A vehicle drove past and did not stop.",
        "有车辆经过但没有停下收运。",
    )
    NOT_APPROACHED = (
        "not_approached",
        "no vehicle came near",
        "无车到达",
        "No vehicle came near.",
        "没有车辆到达附近。",
    )
    UNKNOWN_POINT = (
        "unknown_point",
        "place not known",
        "点位不明",
        "The point is not in the registry, has no usable location, or the tracks contradict its "
        "recorded place and do not yet settle the right one.",
        "收集点未登记、没有可用坐标，或轨迹与登记位置矛盾而正确位置尚未确定。",
    )
    NO_FIXES = (
        "no_fixes",
        "nothing heard from the vehicle",
        "无定位数据",
        "The scheduled vehicle reported nothing that could show it, or its window is not over.",
        "计划车辆没有上报可以证明的数据，或时间窗尚未结束。",
    )
    GAP = (
        "gap",
        "gap in the track",
        "轨迹中断",
        "The vehicle could have been there within a gap.",
        "车辆可能在轨迹中断期间到过该点。",
    )
    POOR_FIXES = (
        "poor_fixes",
        "fixes too inaccurate",
        "定位精度差",
        "Fixes are there, and too inaccurate to tell.",
        "有定位数据，但精度太差，无法判断。",
    )

    @property
    def classification(self) -> Classification:
        """The classification that this cause explains."""
        if self in _GENUINE:
            return Classification.GENUINE
        if self in _UNVERIFIABLE:
            return Classification.UNVERIFIABLE
        return Classification.FALSE


_GENUINE = frozenset({Cause.ROUTE_NOT_RUN, Cause.PASSED_BY, Cause.NOT_APPROACHED})
_UNVERIFIABLE = frozenset({Cause.UNKNOWN_POINT, Cause.NO_FIXES, Cause.GAP, Cause.POOR_FIXES})

RECORD_CAUSES = frozenset({Cause.DATUM, Cause.COORDINATE_ERROR, Cause.MISPLACED})
"""Causes that lie in the record of the point and end with a correction of it."""


class CorrectionState(CodeText):
    """What an operator has said of a proposed correction."""

    PROPOSED = ("proposed", "proposed", "待确认", "Waits for an operator.", "等待人工确认。")
    ACCEPTED = ("accepted", "accepted", "已接受", "Holds in the registry.", "已写入登记册。")
    REJECTED = ("rejected", "rejected", "已拒绝", "Not to be proposed again.", "不再提出。")


class RejectReason(CodeText):
    """Why a row of an input file was kept apart."""

    MISSING_VALUE = ("missing_value", "required value missing", "缺少必填值")
    BAD_NUMBER = ("bad_number", "not a number", "不是数字")
    BAD_TIME = ("bad_time", "not a time", "时间无法识别")
    BAD_DATE = ("bad_date", "not a date", "日期无法识别")
    BAD_VALUE = ("bad_value", "value not understood", "取值无法识别")
    BAD_GEOMETRY = ("bad_geometry", "geometry not usable", "几何图形无效")
    UNKNOWN_DATUM = ("unknown_datum", "datum not known", "坐标系未知")
    TOO_MANY_CELLS = ("too_many_cells", "more cells than headers", "单元格多于表头")
    TOO_FEW_CELLS = ("too_few_cells", "row cut off", "行不完整")
    DUPLICATE_KEY = ("duplicate_key", "key given before", "键值重复")
    UNKNOWN_POINT = ("unknown_point", "point not in the registry", "收集点未登记")
    NOT_POSITIONED = ("not_positioned", "no position (0/0 or flagged)", "未定位")
    OUT_OF_RANGE = ("out_of_range", "position not on Earth", "坐标超出范围")
    BAD_CLOCK = ("bad_clock", "date impossible", "日期不可能")
    FUTURE = ("future", "later than it was received, or than now", "晚于接收时间或当前时间")
    DUPLICATE = ("duplicate", "same vehicle, time and place", "重复定位")
    CONFLICT = ("conflict", "same vehicle and time, another place", "同一时刻位置矛盾")
    JUMP = ("jump", "impossible jump", "位置跳变")
    STALE = ("stale", "last position repeated while moving", "行驶中重复旧位置")
    NO_VEHICLE = ("no_vehicle", "device on no vehicle that day", "终端当日未绑定车辆")
