"""What the program says to people at the command line, in English and Chinese, by key."""

from __future__ import annotations

from collections.abc import Mapping

from routecheck.domain.codes import Language

_TEXTS: Mapping[str, tuple[str, str]] = {
    "date": ("Service date {day}", "服务日期 {day}"),
    "dates": ("Service dates {first} to {last}", "服务日期 {first} 至 {last}"),
    "provisional": (
        "  provisional: data are still missing",
        "  （暂定：数据尚不完整）",
    ),
    "pickups": (
        "  Pickups expected: {total}   collected {collected}   really missed {missed}   "
        "cannot be told {unverifiable}",
        "  应收 {total} 次   已收运 {collected}   确实漏收 {missed}   无法核实 {unverifiable}",
    ),
    "alerts": ("  Alerts of the monitor: {total}", "  监控系统告警：{total} 条"),
    "no_alerts": ("  The monitor raised no alerts.", "  监控系统没有告警。"),
    "class_false": ("    {count} false", "    误报 {count} 条"),
    "class_genuine": (
        "    {count} genuine: the pickup was really missed",
        "    属实 {count} 条：确实漏收",
    ),
    "class_unverifiable": (
        "    {count} cannot be told from the data",
        "    无法核实 {count} 条",
    ),
    "cause": ("      {count:>5}  {label}", "      {count:>5}  {label}"),
    "unalerted": (
        "  Misses that no alert named: {count}",
        "  没有告警但确实漏收：{count} 次",
    ),
    "checks": (
        "  Field checks: {total}   agree {agree}   contradict {contradict}   "
        "of pickups that cannot be told {open}",
        "  现场核查：{total} 次   一致 {agree}   矛盾 {contradict}   无法核实 {open}",
    ),
    "check_collected": (
        "    {day} {point} {at}: {by} found it collected, the tracks say {verdict}",
        "    {day} {point} {at}：{by} 核查为已收运，轨迹结论为{verdict}",
    ),
    "check_missed": (
        "    {day} {point} {at}: {by} found it not collected, the tracks say {verdict}",
        "    {day} {point} {at}：{by} 核查为未收运，轨迹结论为{verdict}",
    ),
    "check_somebody": ("somebody", "核查人"),
    "incidents": ("  Explained by one cause:", "  同一原因造成的："),
    "incident": ("    {sentence}", "    {sentence}"),
    "incident_over_dates": (
        "    {about}: {pickups} pickups, {alerts} alerts on {dates} dates",
        "    {about}：{dates} 天共 {pickups} 次收运，{alerts} 条告警",
    ),
    "incident_on_date": (
        "    {about}: {pickups} pickups, {alerts} alerts on {day}",
        "    {about}：{day} {pickups} 次收运，{alerts} 条告警",
    ),
    "incidents_more": ("    and {count} more", "    另有 {count} 项"),
    "corrections": (
        "Points whose record is wrong: {count} with a proposed correction (corrections.csv)",
        "登记有误的收集点：{count} 个，已给出更正建议（corrections.csv）",
    ),
    "files": ("Files are in {directory}:", "文件位于 {directory}："),
    "file_missed": (
        "  {name}   the pickups to act on",
        "  {name}   需要处理的漏收",
    ),
    "file_alerts": (
        "  {name}   each alert: false, genuine or not to be told, and why",
        "  {name}   每条告警的结论与原因",
    ),
    "file_pickups": ("  {name}   every expected pickup", "  {name}   全部应收运任务"),
    "file_incidents": (
        "  {name}   what explains many pickups at once",
        "  {name}   同一原因造成的多次收运或告警",
    ),
    "file_corrections": (
        "  {name}   points whose record is wrong",
        "  {name}   登记有误的收集点",
    ),
    "more_dates": (
        "  and the same for the other {count} dates",
        "  其余 {count} 个日期各有同样的文件",
    ),
    "rejected": (
        "{count} rows of {source} were kept apart ({reasons}); see {file}",
        "{source} 有 {count} 行数据被单独存放（{reasons}）；见 {file}",
    ),
    "rejected_more": (", other reasons {count}", "，其他原因 {count}"),
    "swapped_points": (
        "longitude and latitude of {count} points, most of the file, are exchanged: exchange the "
        'headers of the two columns, or write [points.columns] lon = "lat" and lat = "lon"',
        "{count} 个收集点（文件中的大多数）经纬度颠倒：请对调两列表头，"
        '或在配置中写 [points.columns] lon = "lat"、lat = "lon"',
    ),
    "swapped_fixes": (
        "{count} fixes, more than are usable, lie nowhere on Earth: are the columns of longitude "
        "and latitude exchanged?",
        "{count} 条定位的坐标超出范围，多于可用定位：经度和纬度两列是否颠倒？",
    ),
    "unlocated": (
        "points without a usable location; their pickups cannot be told: {count} ({points})",
        "没有可用坐标、无法判定的收集点：{count} 个（{points}）",
    ),
    "unregistered": (
        "points of the schedule that the points file does not have: {count} ({points})",
        "收运计划中有、点位文件中没有的收集点：{count} 个（{points}）",
    ),
    "failed": ("not read: {file}: {message}", "未能读取：{file}：{message}"),
    "no_fixes": (
        "{day}: no fixes at all; its pickups cannot be told for now: put the tracks of that day in "
        "place and run it again",
        "{day}：没有任何定位数据，当日任务暂无法核实：请放入当日的定位文件后重新运行",
    ),
    "changes": (
        "The points file changed the registry ({file} has every change):",
        "点位文件更新了登记册（明细见 {file}）：",
    ),
    "changes_moved": ("  moved: {count} ({points})", "  位置变动：{count} 个（{points}）"),
    "changes_moved_by": ("{point} by {metres}", "{point} 移动 {metres}"),
    "changes_renamed": (
        "  probably renamed, a new id at the old place: {count} ({points})",
        "  疑似改编号（原位置出现新编号）：{count} 个（{points}）",
    ),
    "changes_renamed_to": ("{was} is now {now}", "{was} 改为 {now}"),
    "changes_split": ("  probably split: {count} ({points})", "  疑似拆分：{count} 个（{points}）"),
    "changes_split_to": ("{was} into {now}", "{was} 拆分为 {now}"),
    "changes_merged": (
        "  probably merged: {count} ({points})",
        "  疑似合并：{count} 个（{points}）",
    ),
    "changes_merged_to": ("{was} into {now}", "{was} 并入 {now}"),
    "changes_added": ("  new: {count} ({points})", "  新增：{count} 个（{points}）"),
    "changes_retired": (
        "  gone from the file: {count} ({points})",
        "  文件中已删除：{count} 个（{points}）",
    ),
    "changes_returned": ("  back: {count} ({points})", "  恢复：{count} 个（{points}）"),
    "changes_township": (
        "  townships redrawn: {count} points ({points})",
        "  乡镇调整：{count} 个点（{points}）",
    ),
    "changes_township_to": ("{count} from {was} to {now}", "{count} 个由 {was} 划归 {now}"),
    "changes_changed": (
        "  changed otherwise: {count} points ({points})",
        "  其他变动：{count} 个点（{points}）",
    ),
    "changes_none_township": ("no township", "未填乡镇"),
    "points_known": (
        "points: {count}; the points file last changed the registry on {at}:",
        "收集点：{count} 个；点位文件最近一次更新登记册：{at}",
    ),
    "points_same": (
        "points: {count}; the points file has never changed the registry",
        "收集点：{count} 个；点位文件从未变动",
    ),
    "revised": (
        "Revised since it was last told: {pickups} pickups, {alerts} alerts "
        "(columns revised_at and earlier_verdict)",
        "与此前结论不同：收运任务 {pickups} 次，告警 {alerts} 条"
        "（见 revised_at、earlier_verdict 列）",
    ),
    "retracted": (
        "  {count} alerts that were called genuine are withdrawn",
        "  其中 {count} 条原判属实的告警已撤回",
    ),
    "revised_pickup": (
        "  {day} {name}: {earlier} before, now {now}{cause}",
        "  {day} {name}：原判{earlier}，现判{now}{cause}",
    ),
    "revised_alert": (
        "  {day} alert {name}: {earlier} before, now {now}{cause}",
        "  {day} 告警 {name}：原判{earlier}，现判{now}{cause}",
    ),
    "revised_more": ("  and {count} more", "  另有 {count} 项"),
    "nothing_due": (
        "Nothing is due: every date up to {last} is done.",
        "没有待运行的日期：截至 {last} 均已完成。",
    ),
    "nothing_expected": (
        "Nothing is due: no date before today has data.",
        "没有待运行的日期：今天之前没有数据。",
    ),
    "no_data_since": (
        "No data came since {last}: {days} days are without any fixes.",
        "自 {last} 之后没有收到数据：已有 {days} 天没有任何定位。",
    ),
    "shrunk": (
        "{day} has lost data since it was judged; its verdicts are left as they are.",
        "{day} 的数据比判定时减少，结论保持不变。",
    ),
    "message_title": ("{site}: {what}", "{site}：{what}"),
    "message_summary": ("summary for {dates}", "{dates} 汇总"),
    "message_revisions": ("earlier verdicts were revised", "此前结论已修订"),
    "message_silent": ("no data come", "没有收到数据"),
    "message_failure": ("the daily run failed", "每日运行失败"),
    "message_recovered": ("the daily run works again", "每日运行已恢复"),
    "unchanged": (
        "Nothing changed since the last run.",
        "与上次运行相比没有变化。",
    ),
    "chronic": (
        "points that alert chronically (on at least half of their due days of a week, and twice):",
        "反复告警的收集点（一周内至少一半的应收运日有告警，且不少于两次）：",
    ),
    "chronic_week": (
        "  {week}  {points} points{change}: false {false}, genuine {genuine}, cannot be told "
        "{unverifiable}; corrections in force {held}, of these points {corrected}",
        "  {week}  {points} 个{change}：误报 {false}，属实 {genuine}，无法核实 {unverifiable}；"
        "生效的更正 {held} 项，涉及其中 {corrected} 个",
    ),
    "chronic_change": (" (+{came} -{left})", "（+{came} -{left}）"),
    "chronic_part": ("  ({days} of 7 days judged)", "（已判定 {days}/7 天）"),
    "chronic_causes": ("      {causes}", "      {causes}"),
    "status_store": ("store: {store}", "存储：{store}"),
    "status_service": ("service: {state}  {at}  pid {pid}", "服务：{state}  {at}  进程 {pid}"),
    "status_alive": ("alive", "运行中"),
    "status_silent": ("silent", "无响应"),
    "status_stopped": ("stopped", "已停止"),
    "status_next": ("next daily run: {at}", "下次每日运行：{at}"),
    "status_by_hand": (
        "dates are run by hand: `routecheck serve`, or `run --due` every morning, would keep up",
        "目前为手动运行：使用 `routecheck serve`，或每天早上执行 `run --due`，即可每日自动运行",
    ),
    "status_runs": ("last runs:", "最近运行："),
    "status_run_running": ("running", "运行中"),
    "status_run_done": ("done", "完成"),
    "status_run_partial": ("partial", "部分完成"),
    "status_run_stopped": ("stopped", "已停止"),
    "status_run_failed": ("failed", "失败"),
    "status_run_killed": ("killed", "被强行终止"),
    "status_dates": ("service dates:", "服务日期："),
    "status_date_provisional": ("provisional", "暂定"),
    "status_date_final": ("final", "已定"),
    "status_fixes": ("fixes kept {kept} of {total}", "可用定位 {kept}，共 {total}"),
    "status_incomplete": ("data are missing", "数据不全"),
    "status_due": ("due: {count}: {dates}", "待运行：{count} 个：{dates}"),
    "status_nothing_due": ("nothing is due", "没有待运行的日期"),
    "status_vehicle": (
        "vehicle {vehicle} last heard {at}",
        "车辆 {vehicle} 最后定位 {at}",
    ),
    "status_vehicle_late": (
        "vehicle {vehicle} last heard {at}; its fixes come {hours:.1f} h late",
        "车辆 {vehicle} 最后定位 {at}；数据迟到 {hours:.1f} 小时",
    ),
    "status_rejected": ("rows kept apart, {name}: {count}", "单独存放的行，{name}：{count}"),
    "status_corrections": ("corrections {state}: {count}", "{state}的更正：{count}"),
    "status_free": ("free: {free:.1f} GB", "可用空间：{free:.1f} GB"),
    "status_size": ("size of the store: {size:.1f} MB", "存储大小：{size:.1f} MB"),
    "status_problem": ("problem: {what}", "问题：{what}"),
    "source_fixes": ("fixes", "定位数据"),
    "source_points": ("points", "收集点"),
    "source_schedule": ("schedule", "收运计划"),
    "source_alerts": ("alerts", "告警"),
    "source_vehicles": ("vehicles", "车辆"),
    "source_calendar": ("calendar", "日历"),
    "source_checks": ("checks", "现场核查"),
    "kind_pickup": ("pickup", "收运任务"),
    "kind_alert": ("alert", "告警"),
    "version": ("version {version}", "第 {version} 版"),
    "said_from": ("said {since}", "{since} 起"),
    "said_until": ("said {since} to {until}", "{since} 至 {until}"),
    "record_renamed_to": (
        "probably {point} since {at} (same place, new id)",
        "自 {at} 起编号疑改为 {point}（位置相同）",
    ),
    "record_renamed_from": (
        "probably {point} before {at} (same place, former id)",
        "{at} 之前编号疑为 {point}（位置相同）",
    ),
    "record_split_to": (
        "probably split on {at}, into {point} among others",
        "疑于 {at} 拆分，其一为 {point}",
    ),
    "record_split_from": (
        "probably split off {point} on {at}",
        "疑于 {at} 由 {point} 拆分而来",
    ),
    "record_merged_to": (
        "probably merged into {point} on {at}",
        "疑于 {at} 并入 {point}",
    ),
    "record_merged_from": (
        "probably took the place of {point} on {at}",
        "疑于 {at} 合并了 {point}",
    ),
    "record_records": ("In the registry:", "登记情况："),
    "record_span": (
        "{since} to {until}  {name}, {township}  {place}  (entered {at}, {by})",
        "{since} 至 {until}  {name}，{township}  {place}（{at} 登记，{by}）",
    ),
    "record_always": ("always", "始终"),
    "record_now": ("now", "现在"),
    "record_nowhere": ("no location", "无坐标"),
    "record_changes": ("What the points file changed:", "点位文件的变动："),
    "change_moved": ("moved", "位置变动"),
    "change_moved_by": ("moved by {metres}", "位置移动 {metres}"),
    "change_changed": ("{field} changed", "{field} 变动"),
    "change_retired": ("gone from the file", "文件中已删除"),
    "change_returned": ("back in the file", "重新出现在文件中"),
    "record_corrections": ("Corrections:", "更正："),
    "record_correction": (
        "{at}  {state}  {cause}  {confidence}",
        "{at}  {state}  {cause}  {confidence}",
    ),
    "record_decided": (" by {by}", "，决定人 {by}"),
    "record_holds": (", holds from {since}", "，自 {since} 起生效"),
    "record_held": (
        ", held from {since} to {until}: then the points file changed the point",
        "，{since} 至 {until} 有效：此后点位文件更新了该点",
    ),
    "record_past": (" (no longer)", "（已不再有效）"),
    "record_alerts": (
        "Alerts on {days} days, {first} to {last}: false {false}, genuine {genuine}, cannot be "
        "told {unverifiable}",
        "{first} 至 {last} 共 {days} 天有告警：误报 {false}，属实 {genuine}，"
        "无法核实 {unverifiable}",
    ),
    "diagnosed_dates": (
        "{first} to {last}: {count} points whose record is wrong",
        "{first} 至 {last}：{count} 个收集点登记有误",
    ),
    "diagnosed_point": (
        "{point}  {cause}  -> {where}  {confidence}  {state}",
        "{point}  {cause}  -> {where}  {confidence}  {state}",
    ),
    "diagnosed_accepted": (
        "accepted by {by} on {at}, holds from {since}",
        "{by} 于 {at} 接受，自 {since} 起生效",
    ),
    "diagnosed_rejected": ("rejected by {by} on {at}", "{by} 于 {at} 拒绝"),
    "diagnosed_tried": (
        " It would have silenced {silenced} alerts and hidden {hidden} misses.",
        "可消除告警 {silenced} 条，会掩盖漏收 {hidden} 次。",
    ),
    "diagnosed_by_cause": ("By cause:", "按原因："),
    "diagnosed_gone": (
        "correcting them would have silenced {count} alerts",
        "更正后可消除告警 {count} 条",
    ),
    "diagnosed_plain_rule": (
        "The monitor's plain rule raises {before} alerts under the points as recorded, {after} as "
        "corrected",
        "按监控系统自己的规则：原登记会产生告警 {before} 条，更正后 {after} 条",
    ),
    "decided_point": (
        "{point}  {state}  {cause}  holds from {since}",
        "{point}  {state}  {cause}  自 {since} 起生效",
    ),
    "decided_point_plain": ("{point}  {state}  {cause}", "{point}  {state}  {cause}"),
    "decided_accepted": (
        "{count} corrections accepted by {by}: {causes}. The points file is left as it is.",
        "{by} 已接受 {count} 条更正：{causes}。点位文件保持不变。",
    ),
    "decided_rejected": (
        "{count} corrections rejected by {by}: {causes}. They will not be proposed again.",
        "{by} 已拒绝 {count} 条更正：{causes}。今后不再提出。",
    ),
    "decided_undone": (
        "{count} decisions taken back by {by}: {causes}. They are proposed again.",
        "{by} 已撤回 {count} 项决定：{causes}。恢复为待确认的建议。",
    ),
    "decided_again": (
        "Now run again, so that the dates already judged say so too: {command}",
        "请重新运行，使已判定的日期也随之更新：{command}",
    ),
    "decided_hand_over": (
        "The corrected points, to hand to whoever runs the monitor: {command}",
        "导出更正后的点位，交给监控系统维护方：{command}",
    ),
    "decided_undo": ("To take it back: {command}", "如需撤回：{command}"),
    "decided_none": (
        "nothing to change: no proposed correction is left that was asked for",
        "没有变化：没有符合要求的待确认更正",
    ),
    "simulated": (
        "{points} points, {trucks} trucks, {days} days, {fixes} fixes, {pickups} pickups, "
        "{misses} really missed, about {alerts} alerts a day",
        "收集点 {points} 个，车辆 {trucks} 辆，{days} 天，定位 {fixes} 条，收运任务 {pickups} 次，"
        "其中确实漏收 {misses} 次，每天约 {alerts} 条告警",
    ),
    "run_it": ("Run it:  {command}", "运行方法：  {command}"),
    "clock_behind": (
        "clock of {vehicle}: {offset} behind, {first} to {last}; corrected for judging",
        "{vehicle} 终端时钟偏慢 {offset}（{first} 至 {last}），判定时已校正",
    ),
    "clock_ahead": (
        "clock of {vehicle}: {offset} ahead, {first} to {last}; corrected for judging",
        "{vehicle} 终端时钟偏快 {offset}（{first} 至 {last}），判定时已校正",
    ),
}


def text(key: str, language: Language, **values: object) -> str:
    """Return a text in the language asked for, with its figures filled in."""
    return _TEXTS[key][1 if language == "zh" else 0].format(**values)
