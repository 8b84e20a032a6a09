"""What is said while something is done, and of the state of a site; English and Chinese, by key."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str]] = {
    # --- progress -----------------------------------------------------------------------------
    "reading": ("reading", "读取数据"),
    "reading_fixes": ("reading fixes", "读取定位数据"),
    "observing": ("observing {day}", "分析轨迹 {day}"),
    "diagnosing": ("diagnosing points", "诊断点位"),
    "judging": ("judging {day}", "判定 {day}"),
    "trying": ("trying the corrections on {day}", "试算更正 {day}"),
    "exporting": ("exporting", "写出文件"),
    "done": ("done", "完成"),
    "roads": ("roads and points", "生成道路与点位"),
    # --- the state of a site ------------------------------------------------------------------
    "last_run_ended": ("the last run was {state}", "上次运行{state}"),
    "last_run_ended_so": ("the last run {state}: {note}", "上次运行{state}：{note}"),
    "state_failed": ("failed", "失败"),
    "state_killed": ("killed", "被强行终止"),
    "dates_due": (
        "{count} dates are due, the first is {first}",
        "有 {count} 个日期待运行，最早为 {first}",
    ),
    "nothing_run": ("nothing was run yet", "尚未运行过"),
    "no_data_ever": ("no data came ever", "从未收到数据"),
    "no_data_since": ("no data came since {day}", "自 {day} 之后没有收到数据"),
    "service_silent": (
        "the service has not ticked since {since} (process {pid} on {host})",
        "后台服务自 {since} 起没有响应（{host} 上的进程 {pid}）",
    ),
    "service_failing": (
        "the service cannot work: {reason}",
        "后台服务无法工作：{reason}",
    ),
    "space_short": (
        "only {megabytes:.0f} MB are free in {folder}",
        "{folder} 仅剩 {megabytes:.0f} MB 可用空间",
    ),
}
