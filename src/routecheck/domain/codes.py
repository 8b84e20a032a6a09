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


class IncidentKind(CodeText):
    """What explains many pickups at once; the gravest first."""

    FEED_MISSING = (
        "feed_missing",
        "no data at all",
        "全部数据缺失",
        "No vehicle at all was heard on that date.",
        "当天没有收到任何车辆的数据。",
    )
    FEED_GAP = (
        "feed_gap",
        "no data for some hours",
        "数据整体中断",
        "For some hours no vehicle was heard.",
        "一段时间内没有收到任何车辆的数据。",
    )
    ROUTE_NOT_RUN = (
        "route_not_run",
        "round not run",
        "线路未执行",
        "A vehicle did not do its round, and nobody took over.",
        "车辆没有执行收运线路，且无人接替。",
    )
    ROUTE_BROKEN_OFF = (
        "route_broken_off",
        "round broken off",
        "线路中途停止",
        "A vehicle began its round and did not end it, and nobody took over.",
        "车辆中途停止收运，且无人接替。",
    )
    DEVICE_SILENT = (
        "device_silent",
        "device silent all day",
        "终端全天无数据",
        "The device of a vehicle reported nothing on that date.",
        "某车辆的终端当天没有上报任何数据。",
    )
    DEVICE_DIED = (
        "device_died",
        "device fell silent",
        "终端中途失联",
        "The device of a vehicle reported nothing more from some moment on.",
        "某车辆的终端自某时起不再上报数据。",
    )
    DEVICE_GAP = (
        "device_gap",
        "device silent for a while",
        "终端一时失联",
        "The device of a vehicle reported nothing for a while.",
        "某车辆的终端一段时间没有上报数据。",
    )
    DEVICE_POOR = (
        "device_poor",
        "device inaccurate",
        "终端定位精度差",
        "The fixes of a vehicle are too inaccurate to tell several pickups.",
        "某车辆的定位精度太差，多次收运无法核实。",
    )
    CLOCK = (
        "clock",
        "device clock off",
        "终端时钟错误",
        "The clock or the time zone of a device is off; it is corrected for judging.",
        "车载终端的时钟或时区有误，判定时已校正。",
    )
    FEED_CLOCK = (
        "feed_clock",
        "times of the feed off",
        "整体时间错误",
        "The times of most devices are off by the same; they are corrected for judging.",
        "大部分终端的时间偏差相同，判定时已校正。",
    )
    BATCH_DATUM = (
        "batch_datum",
        "batch in another datum",
        "成批坐标系不符",
        "The points of a township, file or survey are recorded in another datum than declared.",
        "某乡镇、文件或测量批次的点位所用坐标系与声明的不同。",
    )
    BATCH_SHIFT = (
        "batch_shift",
        "batch shifted",
        "成批点位偏移",
        "The points of a township, file or survey are all shifted by one offset.",
        "某乡镇、文件或测量批次的点位整体偏移。",
    )
    TAKEN_OVER = (
        "taken_over",
        "round taken over",
        "由其他车辆代收",
        "Another vehicle did the pickups of a vehicle.",
        "某车辆的收运由另一车辆完成。",
    )
    OTHER_HOURS = (
        "other_hours",
        "round at other hours",
        "收运时间变动",
        "A vehicle did its pickups outside their windows.",
        "某车辆在规定时间窗之外完成了收运。",
    )
    LATE_DATA = (
        "late_data",
        "data of a vehicle came late",
        "车辆数据迟到",
        "The fixes of a vehicle were received after the monitor had raised its alerts.",
        "某车辆的定位数据在告警发出之后才收到。",
    )
    SELDOM_HEARD = (
        "seldom_heard",
        "device reports too seldom",
        "终端上报过稀",
        "A device reports so seldom that the monitor does not see its vehicle at the points.",
        "某终端上报间隔过大，监控系统看不到车辆到点。",
    )
    MONITOR_FAULT = (
        "monitor_fault",
        "monitor wrong about a batch",
        "监控系统成批误报",
        "The monitor raised alerts although its own rule held, for a whole batch.",
        "按监控系统自己的规则已满足要求，却成批发出告警。",
    )
    NOT_DUE = (
        "not_due",
        "nothing was due",
        "当日无需收运",
        "The monitor raised alerts where no pickup was due that day.",
        "当天无需收运，监控系统却发出告警。",
    )


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
