"""What `--help` says of every command and option, in English and Chinese.

By the path of the command, and of an option or argument with its name in the code after a dot;
`*` stands for every command. A test holds that none is missing and none is left over.
"""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "usage": ("Usage: ", "用法："),
    "options_here": ("[OPTIONS]", "[选项]"),
    "command_here": ("COMMAND …", "命令 …"),
    "arguments": ("Arguments:", "参数："),
    "options": ("Options:", "选项："),
    "commands": ("Commands:", "命令："),
    "default": ("default: {default}", "默认：{default}"),
    "required": ("required", "必填"),
    "at_least": ("at least {least}", "不小于 {least}"),
}

METAVARS: Mapping[str, tuple[str, str]] = {
    "TEXT": ("TEXT", "文本"),
    "N": ("N", "整数"),
    "X": ("X", "数字"),
    "FILE": ("FILE", "文件"),
    "FILE.html": ("FILE.html", "文件.html"),
    "FILE.png": ("FILE.png", "文件.png"),
    "DIR": ("DIR", "文件夹"),
    "DATE": ("DATE", "日期"),
    "MONTH": ("MONTH", "月份"),
    "HH:MM": ("HH:MM", "HH:MM"),
    "METRES": ("METRES", "米数"),
    "NAME": ("NAME", "姓名"),
    "POINT": ("POINT", "收集点"),
    "POINT…": ("POINT…", "收集点…"),
    "VEHICLE": ("VEHICLE", "车辆"),
    "LANGUAGE": ("LANGUAGE", "语言"),
    "PROFILE": ("PROFILE", "类型"),
    "FORM": ("FORM", "格式"),
    "[SHELL]": ("[SHELL]", "[终端]"),
    "NAME=VALUE": ("NAME=VALUE", "名称=取值"),
}

HELP: Mapping[str, tuple[str, str]] = {
    "": (
        "Which waste pickups were really missed, from GPS alone.",
        "仅凭 GPS 数据判断哪些收运确实漏收。",
    ),
    ".version": ("Show the version.", "显示版本。"),
    ".install_completion": (
        "Let this shell complete commands and options with Tab.",
        "为当前终端安装 Tab 自动补全。",
    ),
    ".show_completion": (
        "Show the script that does so, to install it by hand.",
        "显示自动补全脚本，便于手工安装。",
    ),
    "*.help": ("Show this page.", "显示本说明。"),
    "*.config": ("The configuration of the site.", "站点的配置文件。"),
    "*.as_json": ("Print JSON, for scripts.", "输出 JSON，供脚本使用。"),
    "*.day": ("The service date, such as 2026-03-02.", "服务日期，如 2026-03-02。"),
    "*.first": ("First service date of a range.", "起始服务日期。"),
    "*.last": ("Last service date of a range.", "结束服务日期。"),
    "*.point": ("The point, as the exports name it.", "收集点编号，与导出文件中一致。"),
    "*.points": ("The points, as the exports name them.", "收集点编号，与导出文件中一致。"),
    "*.directory": ("The folder to make.", "要新建的文件夹。"),
    "*.language": ("en or zh.", "en（英文）或 zh（中文）。"),
    # --- judging ------------------------------------------------------------------------------
    "run": (
        "Judge service dates, store what was found, and write the exports.",
        "判定服务日期，存储结果并写出导出文件。",
    ),
    "run.due": (
        "Every date that is due, as the service would.",
        "运行所有待运行的日期，与后台服务相同。",
    ),
    "run.allow_shrink": (
        "Take a points file that lacks many of the known points.",
        "允许点位文件缺少许多已知收集点。",
    ),
    "recheck": (
        "Judge the pickups of one point again and show the evidence. Changes nothing.",
        "重新判定一个收集点并给出证据；不改动任何内容。",
    ),
    "recheck.window": (
        "Only the pickup whose window starts at HH:MM.",
        "只看从该时刻开始的时间窗。",
    ),
    "recheck.tolerance": (
        "What if the tolerance were so many metres.",
        "假设容差为这么多米时的结论。",
    ),
    "recheck.map_file": (
        "Write a map of the evidence, to open in a browser.",
        "写出证据地图，可用浏览器打开。",
    ),
    "recheck.png_file": ("The same as a picture.", "写出证据图片。"),
    "export": ("Write the CSV files again from the store.", "根据存储重新写出 CSV 文件。"),
    "status": (
        "Show what ran, when, on what data, and what is due.",
        "显示运行情况、所用数据以及待运行的日期。",
    ),
    "status.check": (
        "For monitoring: exit status 1 where something is wrong.",
        "供监控使用：有问题时退出码为 1。",
    ),
    "report": (
        "Write report and workbook of service dates, or the workbook of a month, from the store.",
        "根据存储写出日报和工作簿，或某月的工作簿。",
    ),
    "report.month": (
        "A month like 2026-03: its workbook, with the trend.",
        "月份，如 2026-03：写出该月工作簿，含趋势。",
    ),
    # --- records of points --------------------------------------------------------------------
    "diagnose": (
        "List the points whose record is wrong, why, and the proposed correction.",
        "列出登记有误的收集点、原因与更正建议。",
    ),
    "diagnose.export": (
        "Write the corrected points, to hand to whoever runs the monitor: GeoJSON in WGS-84, and "
        "the points file with the corrected positions beside its own, in its datum.",
        "写出更正后的收集点，交给监控系统维护方：GeoJSON（WGS-84），以及在原点位文件各列之后"
        "附上更正坐标（采用原坐标系）的 CSV。",
    ),
    "accept": (
        "Enter proposed corrections in the registry. The points file is never written to.",
        "接受更正建议并写入登记册；点位文件不会被改动。",
    ),
    "accept.everything": ("All proposed corrections.", "接受全部更正建议。"),
    "accept.min_confidence": (
        "With --all: only those at least so sure, 0 to 1.",
        "与 --all 合用：只接受置信度不低于该值（0 至 1）的建议。",
    ),
    "accept.first": (
        "They hold from this date on; else from the first date of the evidence.",
        "自该日期起生效；不写则自证据的最早日期起。",
    ),
    "accept.undo": (
        "Take an acceptance back: the correction is proposed again, and holds on no date.",
        "撤回接受：恢复为待确认的建议，在任何日期都不再生效。",
    ),
    "accept.by": (
        "Who decides; else the user of this machine.",
        "决定人；不写则为本机用户。",
    ),
    "reject.undo": (
        "Take a rejection back: the correction is proposed again.",
        "撤回拒绝：恢复为待确认的建议。",
    ),
    "reject.by": (
        "Who decides; else the user of this machine.",
        "决定人；不写则为本机用户。",
    ),
    "reject": (
        "Keep corrections from being proposed again.",
        "拒绝更正建议，今后不再提出。",
    ),
    # --- sites --------------------------------------------------------------------------------
    "init": (
        "Write a new site: a commented configuration and import templates (CSV and XLSX).",
        "新建站点：带注释的配置文件和导入模板（CSV 与 XLSX）。",
    ),
    "init.language": (
        "en or zh; else that of the environment.",
        "en（英文）或 zh（中文）；不写则按环境。",
    ),
    "simulate": (
        "Write a whole simulated site with known truth, ready to run.",
        "生成一个真值已知的模拟站点，可直接运行。",
    ),
    "simulate.seed": ("Another seed, another county.", "随机种子：不同种子生成不同的县。"),
    "simulate.days": ("How many service dates.", "服务日期的天数。"),
    "simulate.profile": (
        "county, ideal, hard, dense or prefecture.",
        "county、ideal、hard、dense 或 prefecture。",
    ),
    "simulate.start": ("First service date.", "起始服务日期。"),
    "simulate.points": ("How many points.", "收集点数量。"),
    "simulate.trucks": ("How many trucks.", "车辆数量。"),
    "simulate.amounts": (
        "Another amount, such as noise_m=12.",
        "设定其他参数，如 noise_m=12。",
    ),
    "plot": (
        "Draw a simulated site: recorded against true points, or a day of a vehicle.",
        "绘制模拟站点：登记点位与真实点位，或某车一天的轨迹。",
    ),
    "plot.directory": ("A simulated site.", "模拟站点所在文件夹。"),
    "plot.vehicle": ("Draw a day of this vehicle.", "绘制该车一天的轨迹。"),
    "plot.day": ("Which day of it; else the first.", "哪一天；不写则为第一天。"),
    "plot.output": ("Where to; else in DIR.", "输出文件；不写则放在该文件夹中。"),
    # --- service ------------------------------------------------------------------------------
    "serve": (
        "Run every day at the configured hour, catching up what was missed.",
        "按配置的时刻每日运行，并补齐错过的日期。",
    ),
    "serve.log_format": ("text, or json: an object a line.", "text，或 json（每行一个对象）。"),
    "serve.log_file": (
        "Write logs here instead of to standard error.",
        "将日志写入此文件，而不是标准错误输出。",
    ),
    "history": (
        "Show the record of a point through time: its places and names, under which other ids it "
        "was known, corrections and who decided on them. With --date, everything that was said of "
        "it on a date: every version, and when.",
        "显示某收集点的登记历史：位置与名称、曾用编号、更正及决定人；"
        "加 --date 则显示该日的全部结论版本及其时间。",
    ),
    "store": (
        "Look after the store: back up, restore, check, prune.",
        "维护存储：备份、恢复、检查、清理。",
    ),
    "store backup": (
        "Copy the store, whole and consistent, into one SQLite file; also while it is in use.",
        "将存储完整一致地备份为一个 SQLite 文件；使用中也可执行。",
    ),
    "store backup.file": (
        "Where to; beside the store, where not given.",
        "备份文件；不写则放在存储旁边。",
    ),
    "store restore": (
        "Put a backup in the place of the store; the former store is kept beside it.",
        "用备份替换存储；原存储保留在旁边。",
    ),
    "store restore.file": ("A backup.", "备份文件。"),
    "store check": (
        "Read the whole store and tell whether it is sound; exit status 1 where it is not.",
        "读取整个存储并检查是否完好；不完好时退出码为 1。",
    ),
    "store prune": (
        "Remove what is old, and give the space back. The ledger of dates is kept.",
        "删除过旧的内容并释放空间；日期台账予以保留。",
    ),
    "store prune.keep_days": (
        "How many days before today are kept whole.",
        "完整保留今天之前多少天。",
    ),
    "store prune.verdicts": (
        "Remove the verdicts of earlier dates too, not only former versions, evidence and "
        "rejected rows.",
        "连更早日期的结论一并删除，而不只是旧版本、证据和不可用的行。",
    ),
    # --- evaluation ---------------------------------------------------------------------------
    "evaluate": (
        "Compare the stored verdicts, and the monitor's alerts, with known truth.",
        "将存储的结论和监控系统的告警与真值比较。",
    ),
    "evaluate.truth": ("truth.csv, as `simulate` writes it.", "`simulate` 生成的 truth.csv。"),
    "evaluate.checks": (
        "Against the field checks of the configuration.",
        "与配置中的现场核查记录比较。",
    ),
    "evaluate.plot": ("Draw a picture (PNG).", "绘制图片（PNG）。"),
}
