"""What is said of a wrong call or a wrong configuration, in English and Chinese, by key."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str]] = {
    # --- how a command was called -------------------------------------------------------------
    "which_dates": (
        "say which dates: --date D, or --from A --to B",
        "请指明日期：--date 日期，或 --from 起始日期 --to 结束日期",
    ),
    "language_wanted": (
        "--language is en or zh, found {found!r}",
        "--language 只能是 en 或 zh，实际为 {found!r}",
    ),
    "dates_reversed": ("--to {last} lies before --from {first}", "--to {last} 早于 --from {first}"),
    "date_wanted": (
        "{option} wants a date like 2026-03-02, found {found!r}",
        "{option} 需要形如 2026-03-02 的日期，实际为 {found!r}",
    ),
    "date_beyond": (
        "{option} {found}: dates from {first} to {last} can be judged",
        "{option} {found}：只能处理 {first} 至 {last} 的日期",
    ),
    "window_wanted": (
        "--window wants the time a window starts at, like 06:00, found {found!r}",
        "--window 需要时间窗的起点，例如 06:00，实际为 {found!r}",
    ),
    "compare_with_what": (
        "say what to compare with: --truth FILE, or --checks",
        "请指明与什么比较：--truth 文件，或 --checks",
    ),
    "no_checks_configured": (
        "the configuration names no field checks: set checks.path",
        "配置中没有现场核查文件：请设置 checks.path",
    ),
    "tolerance_range": (
        "--tolerance must be above 0 and at most {most:g} metres, found {found:g}",
        "--tolerance 应大于 0 且不超过 {most:g} 米，实际为 {found:g}",
    ),
    "due_and_dates": (
        "--due finds the dates itself; leave out --date, --from and --to",
        "--due 会自行确定日期，请去掉 --date、--from 和 --to",
    ),
    "points_and_all": (
        "name points, or say --all, not both",
        "请指明收集点，或使用 --all，二者不可同时使用",
    ),
    "undo_and_from": (
        "--undo takes the whole acceptance back: leave out --from",
        "--undo 撤回整项接受，不能与 --from 同时使用",
    ),
    "points_or_all": ("name the points, or say --all", "请指明收集点，或使用 --all"),
    "points_wanted": ("name the points", "请指明收集点"),
    "month_or_dates": (
        "say either --month, or --date, or --from and --to",
        "--month、--date、--from 与 --to 只能选一种",
    ),
    "month_wanted": (
        "--month wants a month like 2026-03, found {found!r}",
        "--month 需要形如 2026-03 的月份，实际为 {found!r}",
    ),
    "log_format_wanted": (
        "--log-format is text or json, found {found!r}",
        "--log-format 只能是 text 或 json，实际为 {found!r}",
    ),
    "log_file_refused": (
        "--log-file {file}: cannot be written ({reason})",
        "--log-file {file}：无法写入（{reason}）",
    ),
    "folder_is_file": (
        "{path} is a file; name a new folder",
        "{path} 是一个文件；请另取一个新文件夹名",
    ),
    "folder_not_empty": (
        "{path} is not empty; name a new folder",
        "{path} 不是空文件夹；请另取一个新文件夹名",
    ),
    "set_wanted": (
        "--set wants NAME=VALUE, such as noise_m=12, found {found!r}",
        "--set 需要 名称=取值，例如 noise_m=12，实际为 {found!r}",
    ),
    "date_of_which_vehicle": (
        "--date is of a vehicle: say which with --vehicle",
        "--date 针对车辆：请用 --vehicle 指明是哪一辆",
    ),
    "not_simulated_so": ("{reason}", "无法生成：{reason}"),
    "not_written": ("{path}: cannot be written ({reason})", "{path}：无法写入（{reason}）"),
    "picture_refused": (
        "{path}: the picture cannot be written ({reason})",
        "{path}：无法写入图片（{reason}）",
    ),
    "no_such_option": (
        "there is no option {option}{hint}; `{command} --help` lists them",
        "没有选项 {option}{hint}；可用 `{command} --help` 查看全部选项",
    ),
    "no_such_command": (
        "there is no command {found!r}{hint}; `{command} --help` lists them",
        "没有命令 {found!r}{hint}；可用 `{command} --help` 查看全部命令",
    ),
    "option_missing": (
        "{name} is missing; `{command} --help` tells how to call it",
        "缺少 {name}；用法见 `{command} --help`",
    ),
    "option_value_missing": (
        "{option} wants a value; `{command} --help` tells which",
        "选项 {option} 需要一个取值；用法见 `{command} --help`",
    ),
    "option_without_value": (
        "{option} takes no value; `{command} --help` tells how to call it",
        "选项 {option} 不带取值；用法见 `{command} --help`",
    ),
    "whole_number_wanted": (
        "{name} wants a whole number{bounds}",
        "{name} 需要一个整数{bounds}",
    ),
    "number_wanted": (
        "{name} wants a number{bounds}",
        "{name} 需要一个数字{bounds}",
    ),
    "bounds_least": (" of at least {least}", "（不小于 {least}）"),
    "bounds_both": (" from {least} to {most}", "（{least} 至 {most}）"),
    "too_many_words": (
        "too much was given: {found}; `{command} --help` tells how to call it",
        "参数过多：{found}；用法见 `{command} --help`",
    ),
    "call_refused": (
        "{message} `{command} --help` tells how to call it",
        "调用有误（{message}）；用法见 `{command} --help`",
    ),
    "no_completion": (
        "no completion is known for the shell {shell!r}; "
        "name another: --install-completion bash, zsh, fish or powershell",
        "没有适用于终端 {shell!r} 的自动补全；"
        "请指明其他终端：--install-completion bash、zsh、fish 或 powershell",
    ),
    "completion_installed": (
        "completion is in {file}; it works in terminals opened from now on",
        "自动补全已写入 {file}，重新打开终端后生效",
    ),
    "did_you_mean_option": (", perhaps {near}", "，是否为 {near}"),
    "interrupted": (
        "interrupted; what was stored before is whole, run it again",
        "已中断；此前存入的数据完好，可重新运行",
    ),
    "out_of_memory": (
        "out of memory; run fewer dates at once",
        "内存不足；请减少一次运行的日期数",
    ),
    "not_written_out": (
        "what was to be said could not be written: {reason}",
        "无法输出结果：{reason}",
    ),
    "refused_by_system": (
        "{file}: the system refuses ({reason})",
        "{file}：系统拒绝访问（{reason}）",
    ),
    # --- the configuration --------------------------------------------------------------------
    "in_file": ("{path}: {what}", "{path}：{what}"),
    "no_configuration": (
        "{path}: there is no such configuration file; `routecheck init DIR` writes a new one, "
        "--config FILE names another",
        "{path}：没有这个配置文件；可用 `routecheck init 文件夹` 新建，或用 --config 指明",
    ),
    "configuration_unreadable": (
        "{path}: cannot be read ({reason}): a TOML file wanted",
        "{path}：无法读取（{reason}）：此处需要 TOML 文件",
    ),
    "configuration_no_text": (
        "{path}: not text in UTF-8; save it as UTF-8",
        "{path}：不是 UTF-8 文本；请另存为 UTF-8",
    ),
    "toml_quotes": (
        'line {line}: {text}: Chinese quotation marks; use plain ones: "',
        '第 {line} 行：{text}：使用了中文引号，请改用英文引号 "',
    ),
    "toml_backslash": (
        'line {line}: {text}: a backslash in a path; write forward slashes: "C:/gps/fixes/*.csv"',
        '第 {line} 行：{text}：路径中有反斜杠，请改用正斜杠："C:/gps/fixes/*.csv"',
    ),
    "toml_punctuation": (
        "line {line}: {text}: Chinese punctuation; use plain = and ,",
        "第 {line} 行：{text}：使用了中文标点，请改用英文的 = 和 ,",
    ),
    "toml_wrong": (
        "line {line}: {text}: not TOML ({reason})",
        "第 {line} 行：{text}：不符合 TOML 格式（{reason}）",
    ),
    "key_unknown": (
        'line {line}: key "{name}" is not known; {hint}',
        '第 {line} 行：没有配置项 "{name}"；{hint}',
    ),
    "did_you_mean": ('did you mean "{near}"?', '是否为 "{near}"？'),
    "known_here": ("known here: {known}", "此处可用：{known}"),
    "known_columns": ("known: {known}", "可用：{known}"),
    "either": ("{first} or {second}", "{first} 或 {second}"),
    "belongs_under": ("it belongs under {homes}", "它应位于 {homes} 之下"),
    "key_required": (
        '{name} is required: write {key} = "…" under {section}',
        '缺少必填项 {name}：请在 {section} 下写 {key} = "…"',
    ),
    "key_required_at": (
        'line {line}: {name} is required: write {key} = "…" under {section}',
        '第 {line} 行：缺少必填项 {name}：请在 {section} 下写 {key} = "…"',
    ),
    "value_wrong": (
        "line {line}: {name} must be {wanted}; found {found}",
        "第 {line} 行：{name} 应为{wanted}；实际为 {found}",
    ),
    "wanted_number": ("a number", "数字"),
    "wanted_whole_number": ("a whole number", "整数"),
    "wanted_bool": ("true or false", " true 或 false"),
    "wanted_text": ('a text in quotation marks: "…"', '带英文引号的文本："…"'),
    "wanted_path": ("a path, not empty", "非空路径"),
    "wanted_section": ("a section of its own, [in brackets]", "单独的一节，写在 [方括号] 中"),
    "wanted_mapping": (
        'a section of its own: canonical name = "header in the file"',
        '单独的一节：标准列名 = "文件中的表头"',
    ),
    "wanted_finite": ("a finite number", "有限的数字"),
    "wanted_above": ("a number above {bound:g}", "大于 {bound:g} 的数字"),
    "wanted_at_least": ("a number, at least {bound:g}", "不小于 {bound:g} 的数字"),
    "wanted_at_most": ("a number, at most {bound:g}", "不大于 {bound:g} 的数字"),
    "wanted_list": ('a list: ["…", "…"]', '列表：["…", "…"]'),
    "wanted_one_of": ("{choices}", "以下之一：{choices}"),
    "wanted_zone": (
        'a time zone by its IANA name, such as "Asia/Shanghai"',
        'IANA 时区名称，例如 "Asia/Shanghai"',
    ),
    "wanted_zone_near": (
        'a time zone by its IANA name, perhaps "{near}"',
        'IANA 时区名称，或许是 "{near}"',
    ),
    "wanted_datum": ("a datum ({what})", "坐标系（{what}）"),
    "wanted_encoding": (
        '"auto", "utf-8", "gb18030" or another encoding of text, by name',
        ' "auto"、"utf-8"、"gb18030" 或其他文本编码的名称',
    ),
    "wanted_clock": ('a time of day "HH:MM", such as "06:30"', '时刻 "HH:MM"，例如 "06:30"'),
    "wanted_url": (
        'an SQLAlchemy URL: "sqlite:///routecheck.db" or "postgresql+psycopg://user@host/base"',
        ' SQLAlchemy 地址："sqlite:///routecheck.db" 或 "postgresql+psycopg://user@host/base"',
    ),
    "variable_not_set": (
        "the environment variable {name} is not set; the configuration asks for it",
        "配置需要环境变量 {name}，但它没有设置",
    ),
    "site_there": (
        "{path} is there already, and is kept; name a new folder",
        "{path} 已存在，予以保留；请另取一个新文件夹名",
    ),
    "site_refused": (
        "{path}: a site cannot be written there ({reason})",
        "{path}：无法在此新建站点（{reason}）",
    ),
    # --- coordinate systems -------------------------------------------------------------------
    "datum_unknown": (
        'datum "{found}" is not known: {known} or "EPSG:4545" …',
        '不认识坐标系 "{found}"：可用 {known} 或 "EPSG:4545" 等',
    ),
    "crs_unknown": (
        "{crs} is not a coordinate system that PROJ knows: check the number, or use one of {known}",
        "PROJ 不认识坐标系 {crs}：请核对编号，或使用 {known} 之一",
    ),
    "crs_without_degrees": (
        "{crs} has no longitude and latitude: export in EPSG:4326",
        "{crs} 没有经纬度：请按 EPSG:4326 导出",
    ),
    "crs_no_way": (
        "{crs} ({name}): PROJ knows no transformation to WGS-84 better than a guess; have the "
        "positions converted to CGCS2000 and declare that",
        "{crs}（{name}）：PROJ 没有到 WGS-84 的可靠转换；请先将坐标转换为 CGCS2000 再声明",
    ),
    # --- points, dates and what is asked about them -------------------------------------------
    "points_named_so": (
        "several points are called {name!r}: {ids}; give the id of one",
        "有多个收集点名为 {name!r}：{ids}；请给出其中一个的编号",
    ),
    "point_unknown": (
        "point {point!r} is not in {path}",
        "{path} 中没有收集点 {point!r}",
    ),
    "point_unknown_near": (
        "point {point!r} is not in {path}; did you mean {near!r}?",
        "{path} 中没有收集点 {point!r}；是否为 {near!r}？",
    ),
    "no_such_window": (
        "point {point} has no pickup whose window starts at {window} on {day}; it has: {known}",
        "收集点 {point} 在 {day} 没有从 {window} 开始的时间窗；当日时间窗起点：{known}",
    ),
    "none": ("none", "无"),
    "nothing": ("nothing", "无"),
    "no_verdicts": (
        "the store holds no verdicts for {day}; run that date first; nothing was written",
        "存储中没有 {day} 的结论；请先运行该日期；没有写入任何文件",
    ),
    "left_unjudged": (
        "left out, for the store holds no verdicts of them: {count} dates ({days})",
        "存储中没有结论而略过的日期：{count} 天（{days}）",
    ),
    "no_verdicts_between": (
        "the store holds no verdicts for {first} to {last}; run those dates first; nothing was "
        "written",
        "存储中没有 {first} 至 {last} 的结论；请先运行这些日期；没有写入任何文件",
    ),
    "no_verdicts_of_month": (
        "the store holds no verdicts of {month}; run its dates first; nothing was written",
        "存储中没有 {month} 的结论；请先运行该月的日期；没有写入任何文件",
    ),
    "point_unknown_to_store": (
        "the store {store} knows nothing of a point {point!r}",
        "存储 {store} 中没有收集点 {point!r} 的任何记录",
    ),
    "nothing_said": (
        "the store {store} says nothing of point {point!r} on {day}; `routecheck run --date "
        "{day}` judges that date",
        "存储 {store} 中没有收集点 {point!r} 在 {day} 的结论；可用 "
        "`routecheck run --date {day}` 判定该日期",
    ),
    "nothing_proposed": (
        "no correction is proposed for {points}; `routecheck diagnose` lists them",
        "没有针对 {points} 的更正建议；可用 `routecheck diagnose` 查看",
    ),
    "stopped": (
        "stopped by request; the rest is done at the next start",
        "已按要求停止；其余部分将在下次启动时完成",
    ),
}
