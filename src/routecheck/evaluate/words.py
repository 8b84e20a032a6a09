"""The texts of the evaluation, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from routecheck.domain.codes import Language

_WORDS: Mapping[str, tuple[str, str]] = {
    "head_truth": (
        "Compared with known truth: {pickups} pickups and {alerts} alerts on {dates}.",
        "与已知事实对照：{pickups} 次收运、{alerts} 条告警，{dates}。",
    ),
    "head_checks": (
        "Compared with field checks: {pickups} checked pickups and {alerts} alerts of them "
        "on {dates}.",
        "与现场核查对照：已核查 {pickups} 次收运及相关告警 {alerts} 条，{dates}。",
    ),
    "dates": ("{n} service dates, {first} to {last}", "{first} 至 {last} 共 {n} 个服务日"),
    "one_date": ("{first}", "{first}"),
    "sites": ("{sites} sites pooled.", "合并 {sites} 个站点。"),
    "misses": (
        "{misses} pickups were really missed.",
        "其中确实漏收 {misses} 次。",
    ),
    "observable": (
        "For {share} of the pickups the delivered fixes could show what happened (observable).",
        "{share} 的收运可由已收到的定位数据看出结果（可观察）。",
    ),
    "observable_unknown": (
        "What the data could show is not known: every row counts as observable.",
        "数据能否看出结果未知：所有行均按可观察计。",
    ),
    "checks_note": (
        "People go where they expect a miss: these shares hold for what was checked, not for all.",
        "核查往往针对可疑的收运：以下比例只代表已核查的部分，不代表全部。",
    ),
    "without_truth": (
        "Left out: {pickups} pickups and {alerts} alerts that the truth does not know.",
        "未计入：事实文件中没有的收运 {pickups} 次、告警 {alerts} 条。",
    ),
    "not_judged": (
        "{n} pickups of the truth were never judged; their misses count as not found.",
        "事实文件中有 {n} 次收运从未判定；其中的漏收按未发现计。",
    ),
    "rejected_truth": (
        "{n} rows of the truth could not be used.",
        "事实文件中有 {n} 行无法使用。",
    ),
    "rejected_checks": (
        "{n} checked pickups could not be used (no such pickup, no window, or contradicted).",
        "{n} 次被核查的收运无法使用（无此收运、未注明时间窗或相互矛盾）。",
    ),
    "dates_left_out": (
        "{n} dates of the truth were not judged.",
        "事实文件中有 {n} 个日期尚未判定。",
    ),
    "interval": (
        "In brackets: the range in which the true figure lies with 95% certainty.",
        "括号内为 95% 置信区间。",
    ),
    "routecheck": ("routecheck", "routecheck"),
    "monitor": ("monitor's alerts", "监控系统告警"),
    "section_alerts": ("Alerts", "告警"),
    "section_pickups": ("Pickups", "收运"),
    "section_accused": ("Wrong accusations", "错误指控"),
    "section_causes": ("Causes: one that the truth has", "原因：与事实相符"),
    "section_corrections": ("Corrections of the record", "点位更正"),
    "section_confidence": ("Confidence", "置信度"),
    "section_reliability": ("Reliability: {what}", "可靠性：{what}"),
    "section_confusion": ("Causes told otherwise (alerts)", "原因不符的告警"),
    "section_wrong": ("The wrong accusations", "错误指控明细"),
    "section_always": ("Points missed on every due day", "每个应收日均漏收的点"),
    "genuine_recall": ("Genuine alerts called genuine", "属实告警判为属实"),
    "genuine_precision": ("Called genuine, really genuine", "判为属实的确实属实"),
    "false_recall": ("False alerts called false", "误报判为误报"),
    "false_precision": ("Called false, really false", "判为误报的确为误报"),
    "unverifiable_alerts": ("Left open, observable", "判为无法核实（可观察）"),
    "unverifiable_alerts_hidden": ("Left open, not observable", "判为无法核实（不可观察）"),
    "unverifiable_pickups": ("Left open, observable", "判为无法核实（可观察）"),
    "unverifiable_pickups_hidden": ("Left open, not observable", "判为无法核实（不可观察）"),
    "pickups_right": ("Verdict right", "判定正确"),
    "pickups_right_good_record": ("Verdict right, record right", "判定正确（点位无误）"),
    "miss_recall": ("Misses found", "漏收被发现"),
    "miss_precision": ("Called missed, really missed", "判为漏收的确实漏收"),
    "silent_recall": ("Misses that no alert named, found", "无告警的漏收被发现"),
    "silent_precision": ("Of those, really missed", "其中判为漏收的确实漏收"),
    "always_found": ("Points missed every due day, found", "每日漏收的点被发现"),
    "vehicle_right": ("Collected, and the vehicle named right", "已收运且车辆正确"),
    "accused": ("Wrong accusations", "错误指控"),
    "per_10000": ("  for every 10,000 pickups", "  每一万次收运"),
    "accused_observable": ("  where the data could show the truth", "  其中可观察的"),
    "accused_hidden": ("  where they could not", "  其中不可观察的"),
    "accused_pickups": ("  pickups called missed", "  收运误判为漏收"),
    "accused_alerts": ("  alerts called genuine", "  告警误判为属实"),
    "every": ("  not observable ones too", "  含不可观察的"),
    "cause_alerts": ("All alerts", "全部告警"),
    "cause_false": ("False alerts called false", "判为误报的误报"),
    "cause_genuine": ("Genuine alerts called genuine", "判为属实的属实告警"),
    "cause_pickups": ("Pickups judged right", "判定正确的收运"),
    "precision": ("Corrected places that are wrong", "更正的点位确实有误"),
    "recall": ("Wrong places found", "有误的点位被发现"),
    "recall_served": ("  of points seen served", "  其中可见收运的点"),
    "named": ("  and the fault named", "  且故障类型正确"),
    "close": ("Proposed within 30 m of the bins", "建议位置距垃圾桶 30 米内"),
    "median_m": ("Distance to the bins, median", "建议位置距垃圾桶，中位数"),
    "p95_m": ("Distance to the bins, 95% within", "建议位置距垃圾桶，95% 以内"),
    "kind": ("fault", "故障"),
    "found": ("found", "被发现"),
    "kind_named": ("named so", "类型正确"),
    "kind_precision": ("called so, wrong", "判为此类且确有误"),
    "rows": ("rows", "行数"),
    "right": ("right", "正确"),
    "brier": ("Brier score", "Brier 分数"),
    "constant": ("best constant", "最佳常数"),
    "ratio": ("ratio", "比值"),
    "expected_error": ("calibration error", "校准误差"),
    "said": ("said", "置信度"),
    "mean": ("mean", "平均"),
    "pickups": ("pickups", "收运"),
    "alerts": ("alerts", "告警"),
    "pickups_observable": ("pickups, observable", "收运（可观察）"),
    "alerts_observable": ("alerts, observable", "告警（可观察）"),
    "of": ("{hits} of {n}", "{hits}/{n}"),
    "none": ("-", "-"),
    "more": ("… and {n} more", "…… 另有 {n} 条"),
    "truth": ("truth", "事实"),
    "told": ("told", "判定"),
    "count": ("alerts", "告警数"),
    "always_line": (
        "{point}: {called} of {observable} observable pickups called missed{found}",
        "{point}：可观察的 {observable} 次中判为漏收 {called} 次{found}",
    ),
    "always_not": (" - NOT FOUND", "——未发现"),
    "accusation": (
        "{date} {point} ({kind}): said {said}; truth: {truth}{causes}{hidden}",
        "{date} {point}（{kind}）：判定 {said}；事实：{truth}{causes}{hidden}",
    ),
    "causes_of": (" ({causes})", "（{causes}）"),
    "hidden": (", not observable", "，不可观察"),
    "pickup": ("pickup", "收运"),
    "alert": ("alert", "告警"),
    "truth_collected": ("collected", "已收运"),
    "truth_not_due": ("not due", "当日无需收运"),
    "truth_unknown": ("a point nobody knows", "未登记的点"),
}


def word(key: str, language: Language, **values: object) -> str:
    """Return the text of a key in a language, with values filled in."""
    return _WORDS[key][1 if language == "zh" else 0].format(**values)
