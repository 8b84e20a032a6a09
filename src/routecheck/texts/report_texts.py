"""What reports, maps and workbooks say to people, in English and Chinese, by key.

The codes (verdicts, causes) carry their own labels; evidence and action sentences are in
`messages`. What stands here is the rest: headings, column titles, legends, hints.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from routecheck.domain.codes import Language

_WEEKDAYS = (
    ("Monday", "星期一"),
    ("Tuesday", "星期二"),
    ("Wednesday", "星期三"),
    ("Thursday", "星期四"),
    ("Friday", "星期五"),
    ("Saturday", "星期六"),
    ("Sunday", "星期日"),
)

_TEXTS: Mapping[str, tuple[str, str]] = {
    # --- headings of the daily report -------------------------------------------------------
    "title": ("Waste pickups on {day}", "{day} 垃圾收运核查日报"),
    "title_township": ("{township}: waste pickups on {day}", "{township} {day} 垃圾收运核查日报"),
    "no_township": ("(no township)", "（未填乡镇）"),
    "no_route": ("no route", "未分线路"),
    "no_name": ("(no name)", "（未命名）"),
    "provisional": (
        "Provisional: data of this date are still missing, and verdicts may change.",
        "暂定结果：当日数据尚不完整，结论可能变化。",
    ),
    "judged_at": ("Judged {at}", "判定时间 {at}"),
    "contents": ("Contents", "目录"),
    "skip": ("Skip to what to do today", "跳到今日待办"),
    "back": ("All townships", "返回全县"),
    "checks": ("Field checks", "现场核查"),
    "checks_note": (
        "A check changes no verdict. Look at the evidence of these points again: either the tracks "
        "were misread, or another pickup was looked at.",
        "核查结果不会自动改变结论。请重新查看这些点的证据：可能是轨迹判断有误，"
        "也可能核查的是另一次收运。",
    ),
    "incidents": ("What explains many at once", "同一原因造成的多项结论"),
    "incidents_intro": (
        "Each of these is one thing to put right. Open it to see the pickups or alerts that it "
        "explains; they stand in the lists too.",
        "以下每一项只需处理一次。点开可查看由它造成的收运任务或告警，它们也列在各表中。",
    ),
    "todo": ("What to do today", "今日待办：确实漏收"),
    "map": ("Map", "地图"),
    "silenced": ("False alerts, and why", "误报告警及原因"),
    "untold": ("What cannot be told, and whose device is silent", "无法核实的任务与失联终端"),
    "to_accept": ("Corrections to accept", "待确认的点位更正"),
    "trend": ("Trend", "变化趋势"),
    "townships": ("By township", "分乡镇情况"),
    "words": ("What the words mean", "名词解释"),
    # --- tiles ------------------------------------------------------------------------------
    "due": ("Due", "应收"),
    "collected": ("Collected", "已收运"),
    "missed": ("Really missed", "确实漏收"),
    "unverifiable": ("Cannot be told", "无法核实"),
    "alerts": ("Alerts raised", "告警总数"),
    "false": ("False alerts", "误报"),
    "genuine": ("Genuine alerts", "属实告警"),
    "alerts_untold": ("Alerts that cannot be told", "无法核实的告警"),
    # --- to do ------------------------------------------------------------------------------
    "todo_none": ("Nothing was missed on this date.", "当日没有漏收。"),
    "todo_intro": (
        "{pickups} pickups at {points} points were really missed. They are listed in an order to "
        "drive them, route by route; the numbers are those on the map. Distances are taken as the "
        "crow flies: who knows the roads knows better.",
        "共有 {points} 个收集点的 {pickups} 次收运确实漏收。以下按线路给出建议的补收顺序，"
        "编号与地图一致。顺序按直线距离排定，请结合实际道路调整。",
    ),
    "todo_unalerted": (
        "{count} of them were named by no alert.",
        "其中 {count} 次监控系统没有告警。",
    ),
    "route": ("Route {route}", "线路 {route}"),
    "vehicle_of": ("vehicle {vehicle}", "车辆 {vehicle}"),
    "order": ("No.", "序号"),
    "point": ("Point", "收集点"),
    "point_id": ("Point ID", "收集点编号"),
    "name": ("Name", "名称"),
    "township": ("Township", "乡镇"),
    "village": ("Village", "村"),
    "window": ("Window", "时间窗"),
    "why": ("Why", "原因"),
    "evidence": ("What the tracks show", "轨迹证据"),
    "action": ("What to do", "处置建议"),
    "done": ("Done", "完成"),
    "no_alert": ("no alert", "无告警"),
    "on_map": ("Show on the map", "在地图上查看"),
    # --- silenced ---------------------------------------------------------------------------
    "silenced_none": ("No false alert on this date.", "当日没有误报。"),
    "silenced_intro": (
        "{count} of {total} alerts were false. Open a cause to see each alert.",
        "{total} 条告警中有 {count} 条为误报。点开原因可查看每条告警。",
    ),
    "count_alerts": ("{count} alerts", "{count} 条"),
    "count_pickups": ("{count} pickups", "{count} 次"),
    "count_points": ("{count} points", "{count} 个点"),
    "alert": ("Alert", "告警"),
    "cause": ("Cause", "原因"),
    # --- cannot be told ---------------------------------------------------------------------
    "untold_none": (
        "Everything could be told on this date.",
        "当日全部任务均可核实。",
    ),
    "untold_intro": (
        "{count} pickups cannot be told from the data. Nobody is accused of them.",
        "{count} 次收运仅凭数据无法核实，不追究任何人。",
    ),
    "silent_title": ("Devices to look at", "需要检查的终端"),
    "silent_none": (
        "Every scheduled vehicle was heard, without silence that matters.",
        "所有计划车辆的数据均正常，没有影响核实的失联。",
    ),
    "vehicle": ("Vehicle", "车辆"),
    "first_heard": ("First heard", "首次定位"),
    "last_heard": ("Last heard", "末次定位"),
    "never": ("nothing all day", "全天无数据"),
    "untold_by_it": ("Pickups that cannot be told for it", "因其无法核实的任务"),
    "of_due": ("of its pickups", "占其任务"),
    "clock_off": ("Clock", "时钟"),
    # --- corrections ------------------------------------------------------------------------
    "corrections_none": ("No correction waits for a decision.", "没有待确认的更正。"),
    "corrections_intro": (
        "The record of {count} points is wrong, by the tracks of several days. Accept what you "
        "find right, by its ID, and its false alerts end. The points file itself is never changed.",
        "根据多日轨迹，{count} 个收集点的登记有误。核对后按编号接受更正，相应误报即可消除。"
        "点位文件本身不会被改动。",
    ),
    "accept_one": ("Accept one or several:", "接受一个或多个："),
    "accept_sure": (
        "Accept all that are sure enough:",
        "接受所有把握足够的：",
    ),
    "offset": ("Off by", "偏移"),
    "days_seen": ("Days seen", "证据天数"),
    "confidence": ("Confidence", "置信度"),
    "tolerance_to": ("tolerance to {metres}", "容差改为 {metres}"),
    "moved": ("{metres} to the {direction}", "向{direction}移 {metres}"),
    "alerts_here": ("Alerts on this date", "当日告警"),
    "correction": ("Correction", "更正内容"),
    "decided": (
        "Already decided: {accepted} accepted, {rejected} rejected.",
        "已处理：接受 {accepted} 个，拒绝 {rejected} 个。",
    ),
    # --- trend ------------------------------------------------------------------------------
    "trend_intro": (
        "Alerts of each date that is stored, and what they were worth.",
        "已存储的各日告警及其核查结论。",
    ),
    "trend_none": (
        "Only this date is stored so far: a trend needs more.",
        "目前只存储了当日结果，积累更多日期后显示趋势。",
    ),
    "date": ("Date", "日期"),
    "chronic_title": ("Points that alert again and again", "反复告警的收集点"),
    "chronic_none": (
        "No point alerts on half of the days on which it is due.",
        "没有在一半以上应收运日告警的收集点。",
    ),
    "chronic_more": ("and {count} more points", "另有 {count} 个收集点"),
    "chronic_days": ("Days with an alert", "告警天数"),
    "chronic_marks": ("Day by day", "逐日情况"),
    "chronic_legend": (
        "F false, G genuine, U cannot be told, · no alert; the last is this date.",
        "误 = 误报，实 = 属实，疑 = 无法核实，· = 无告警；最后一格为当日。",
    ),
    "mark_F": ("F", "误"),
    "mark_G": ("G", "实"),
    "mark_U": ("U", "疑"),
    # --- map --------------------------------------------------------------------------------
    "map_label": (
        "Map of collection points and tracks. All that it shows stands in the lists too.",
        "收集点与车辆轨迹地图。图中内容在各列表中均有文字说明。",
    ),
    "map_needs_js": (
        "The map needs JavaScript. Everything else on this page does without.",
        "地图需要启用 JavaScript，页面其余内容不受影响。",
    ),
    "filter": ("Show only", "筛选"),
    "all_townships": ("All townships", "全部乡镇"),
    "all_routes": ("All routes", "全部线路"),
    "all_causes": ("All causes", "全部原因"),
    "everything": ("Show everything", "显示全部"),
    "shown": ("{count} of {total} points shown", "显示 {count} / {total} 个点"),
    "legend": ("Legend", "图例"),
    "lg_missed": ("really missed, with its number in the list", "确实漏收（数字为补收序号）"),
    "lg_untold": ("cannot be told", "无法核实"),
    "lg_false": ("collected, the alert was false", "已收运，告警为误报"),
    "lg_collected": ("collected", "已收运"),
    "lg_notdue": ("not due", "当日无需收运"),
    "lg_tolerance": ("tolerance around the point", "容差范围"),
    "lg_track": ("way of a vehicle: click for the time", "车辆轨迹（点击查看时间）"),
    "lg_recorded": (
        "recorded place, with a line to where it really is",
        "登记位置，虚线连到实际位置",
    ),
    "lg_depot": ("where the vehicles start", "车辆出发处"),
    "fit": ("Whole area", "全图"),
    "zoom_in": ("Zoom in", "放大"),
    "zoom_out": ("Zoom out", "缩小"),
    "close": ("Close", "关闭"),
    "judged": ("Verdict", "结论"),
    "pages_intro": (
        "This area is large: each township has a page of its own.",
        "范围较大，每个乡镇单独一页。",
    ),
    "page": ("Page", "页面"),
    "total": ("Total", "合计"),
    "rate": ("Collected of what can be told", "收运率（可核实部分）"),
    "false_rate": ("False of all alerts", "误报率"),
    "rank": ("Rank", "排名"),
    "footer": (
        "Written by routecheck {version} from GPS tracks. This file needs no internet and sends "
        "nothing anywhere.",
        "由 routecheck {version} 根据车辆定位数据生成。本文件无需联网，也不向外发送任何数据。",
    ),
    "generic_causes": (
        "A cause is one code a row, the same in all files:",
        "每行只有一个原因代码，各文件中一致：",
    ),
    # --- workbook ---------------------------------------------------------------------------
    "sheet_summary": ("Summary", "汇总"),
    "sheet_incidents": ("Incidents", "事件"),
    "kind": ("What happened", "事件"),
    "since": ("From", "自"),
    "until": ("Until", "至"),
    "batch": ("Batch", "批次"),
    "pickups": ("Pickups", "收运次数"),
    "sheet_missed": ("Really missed", "确实漏收"),
    "sheet_alerts": ("Alerts", "告警明细"),
    "sheet_pickups": ("Pickups", "收运明细"),
    "sheet_causes": ("Causes of false alerts", "误报原因"),
    "sheet_corrections": ("Corrections", "点位更正"),
    "sheet_quality": ("Data quality", "数据质量"),
    "sheet_days": ("Day by day", "逐日情况"),
    "sheet_chronic": ("Chronic alerts", "反复告警"),
    "sheet_weeks": ("Chronic by week", "反复告警逐周"),
    "week": ("Week", "周次"),
    "week_days": ("Days judged", "判定天数"),
    "week_points": ("Points alerting chronically", "反复告警点数"),
    "week_came": ("Came", "新增"),
    "week_left": ("Left", "减少"),
    "week_causes": ("Points by cause", "各原因点数"),
    "week_corrected": ("Of these with a correction in force", "其中已接受更正"),
    "week_in_force": ("Corrections in force", "生效的更正"),
    "week_cause": ("{cause} {count}", "{cause} {count} 个"),
    "book_title": ("Waste pickups on {day}", "{day} 垃圾收运核查表"),
    "book_month": ("Waste pickups in {month}", "{month} 垃圾收运核查月报"),
    "book_site": ("{site}", "{site}"),
    "code": ("Code", "代码"),
    "points_count": ("Points", "点数"),
    "meaning": ("Meaning", "含义"),
    "share": ("Share", "占比"),
    "verdict": ("Verdict", "结论"),
    "classification": ("Classification", "告警结论"),
    "scheduled": ("Scheduled vehicle", "计划车辆"),
    "arrived": ("Arrived", "到达"),
    "departed": ("Departed", "离开"),
    "dwell": ("Dwell (s)", "停留（秒）"),
    "distance": ("Distance (m)", "距离（米）"),
    "alerted": ("Alerted", "有告警"),
    "alert_id": ("Alert ID", "告警编号"),
    "raised": ("Raised at", "告警时间"),
    "window_start": ("Window from", "时间窗起"),
    "window_end": ("Window until", "时间窗止"),
    "route_id": ("Route", "线路"),
    "recorded_lon": ("Recorded longitude", "登记经度"),
    "recorded_lat": ("Recorded latitude", "登记纬度"),
    "proposed_lon": ("Proposed longitude (WGS-84)", "建议经度（WGS-84）"),
    "proposed_lat": ("Proposed latitude (WGS-84)", "建议纬度（WGS-84）"),
    "offset_m": ("Off by (m)", "偏移（米）"),
    "proposed_tolerance": ("Proposed tolerance (m)", "建议容差（米）"),
    "state": ("State", "状态"),
    "item": ("Item", "项目"),
    "detail": ("Detail", "说明"),
    "rows": ("Rows", "行数"),
    "q_in": ("Fixes received", "收到的定位"),
    "q_kept": ("Fixes kept", "可用的定位"),
    "q_rejected": ("Rows kept apart", "单独存放的数据行"),
    "q_clock": ("Device clock off", "终端时钟偏差"),
    "q_silent": ("Vehicle without any fix", "全天无定位的车辆"),
    "q_state": ("State of the date", "当日数据状态"),
    "final": ("final", "完整"),
    "state_provisional": ("provisional", "暂定"),
    "q_untold": ("Pickups that cannot be told", "无法核实的任务"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "genuine_short": ("Genuine", "属实"),
    "untold_short": ("Cannot be told (alerts)", "无法核实（告警）"),
    # --- the map of one point ---------------------------------------------------------------
    "pm_title": ("{point} on {day}: what the tracks show", "{point} {day} 轨迹证据"),
    "pm_place": ("Where it happened", "位置图"),
    "pm_chart": ("Distance and speed against time", "距离与速度随时间变化"),
    "pm_how": ("How to read this", "怎样看图"),
    "pm_how_track": (
        "The line is the way of the truck, the dots are the moments at which it told where it "
        "was. Click a dot for its time and speed.",
        "线条是车辆行驶的路线，小圆点是车辆上报位置的时刻，点击可查看时间和速度。",
    ),
    "pm_how_tolerance": (
        "The ring is the tolerance: a truck that stands inside it long enough counts as having "
        "collected.",
        "圆环是容差范围：车辆在环内停留足够时间即算收运。",
    ),
    "pm_how_stand": (
        "Squares are places where the truck stood; the larger, the longer.",
        "方块是车辆停留处，越大表示停留越久。",
    ),
    "pm_how_gap": (
        "A hatched oval belongs to a silence: nothing was heard of the truck, and it could have "
        "been anywhere inside the oval in that time. If the point lies inside, nobody can say "
        "that it was missed.",
        "斜线椭圆表示失联：其间没有收到数据，车辆可能到过椭圆内任何地方。"
        "如果收集点在椭圆内，就不能断定漏收。",
    ),
    "pm_how_chart": (
        "Below, time runs from left to right. The upper curve tells how far the truck was from "
        "the point: where it dips into the green band, the truck was there. The lower curve is "
        "its speed: on the ground line it stands.",
        "下图横轴为时间。上方曲线是车辆与收集点的距离，落入绿色带内即到达；"
        "下方曲线是车速，贴近底线表示停车。",
    ),
    "pm_recorded": ("recorded place", "登记位置"),
    "pm_judged": ("place it was judged at", "判定所用位置"),
    "pm_both": ("the point, as recorded", "收集点（登记位置）"),
    "pm_tolerance": ("tolerance {metres}", "容差 {metres}"),
    "pm_stood": ("stood {duration}, {start} to {end}", "停留 {duration}，{start} 至 {end}"),
    "pm_stand": ("where a truck stood", "车辆停留处"),
    "pm_fix": ("position told by a truck", "车辆上报的位置"),
    "pm_gap": (
        "no data {start} to {end}: it could have been inside the oval",
        "{start} 至 {end} 无数据：车辆可能在椭圆内任何位置",
    ),
    "pm_gap_key": ("silence: where it could have been", "失联期间可能到达的范围"),
    "pm_gap_line": ("silence", "失联"),
    "pm_distance": ("distance from the point (m)", "距收集点（米）"),
    "pm_speed": ("speed (km/h)", "车速（公里/小时）"),
    "pm_window": ("window", "时间窗"),
    "pm_within": ("within the tolerance", "容差范围内"),
    "pm_metres": ("metres from the point", "距收集点（米）"),
    "pm_time": ("local time", "当地时间"),
    "pm_no_location": (
        "The point has no usable location: there is no map to draw.",
        "该收集点没有可用坐标，无法绘制地图。",
    ),
    "pm_no_tracks": (
        "No truck was heard about that time.",
        "该时段没有收到任何车辆的数据。",
    ),
    "pm_no_pickup": ("No pickup was due on that date.", "当日没有收运任务。"),
    "pm_speed_at": ("{speed} km/h", "{speed} 公里/小时"),
    "pm_away": ("{metres} from the point", "距收集点 {metres}"),
    "pm_wrong": ("The record is wrong: {cause}", "登记有误：{cause}"),
    "pm_vehicles": ("Vehicles", "车辆"),
    "pm_scheduled": ("scheduled", "计划车辆"),
}

_DIRECTIONS = (
    ("north", "北"),
    ("north-east", "东北"),
    ("east", "东"),
    ("south-east", "东南"),
    ("south", "南"),
    ("south-west", "西南"),
    ("west", "西"),
    ("north-west", "西北"),
)


def report_text(key: str, language: Language, **values: object) -> str:
    """Return a text in the language asked for, with its figures filled in."""
    return _TEXTS[key][1 if language == "zh" else 0].format(**values)


def keys() -> list[str]:
    """Return the keys of all texts."""
    return list(_TEXTS)


def day_text(day: date, language: Language) -> str:
    """Return a date with its weekday, as people write it."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()][1]}）"
    return f"{_WEEKDAYS[day.weekday()][0]}, {day.isoformat()}"


def metres_text(value: float, language: Language) -> str:
    """Return metres below a kilometre, else kilometres."""
    if value < 1000:
        return f"{value:.0f} 米" if language == "zh" else f"{value:.0f} m"
    return f"{value / 1000:.1f} 公里" if language == "zh" else f"{value / 1000:.1f} km"


def duration_text(seconds: float, language: Language) -> str:
    """Return seconds below two minutes, else minutes, else hours."""
    value = abs(seconds)
    if value < 120:
        return f"{value:.0f} 秒" if language == "zh" else f"{value:.0f} s"
    if value < 7200:
        return f"{value / 60:.0f} 分钟" if language == "zh" else f"{value / 60:.0f} min"
    hours = f"{value / 3600:.1f}".removesuffix(".0")
    return f"{hours} 小时" if language == "zh" else f"{hours} h"


def clock_text(offset_s: float, language: Language) -> str:
    """Return how far a device's clock is ahead or behind.

    Args:
        offset_s: what is added to its time to get the true one: below zero, it is ahead.
        language: `en` or `zh`.
    """
    off = duration_text(offset_s, language)
    if language == "zh":
        return f"偏快 {off}" if offset_s < 0 else f"偏慢 {off}"
    return f"{off} ahead" if offset_s < 0 else f"{off} behind"


def direction_text(degrees: float, language: Language) -> str:
    """Return one of the eight directions of a bearing (deg, clockwise from north)."""
    return _DIRECTIONS[round(degrees / 45.0) % 8][1 if language == "zh" else 0]
