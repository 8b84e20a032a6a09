"""What is said of input files and of exports, in English and Chinese, by key."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str]] = {
    # --- what a run cannot do without ---------------------------------------------------------
    "no_points": (
        "no collection points: {path} has no usable row ({rows}); nothing was written",
        "没有收集点：{path} 中没有可用的行（{rows}）；没有写入任何文件",
    ),
    "no_schedule": (
        "no schedule: {path} has no usable row ({rows}); nothing was written",
        "没有收运计划：{path} 中没有可用的行（{rows}）；没有写入任何文件",
    ),
    "no_fixes": (
        "no fixes at all: {path} holds no usable row; nothing was written",
        "没有任何定位数据：{path} 中没有可用的行；没有写入任何文件",
    ),
    "no_fixes_between": (
        "no fixes between {first} and {last}; {path} has {known_first} to {known_last}",
        "{first} 至 {last} 没有定位数据；{path} 包含 {known_first} 至 {known_last}",
    ),
    "the_beginning": ("the beginning", "最早"),
    "the_end": ("the end", "最晚"),
    "no_fix_files": (
        "{path}: no file of fixes matches; fixes.path in the configuration names them, such as "
        "fixes/*.csv",
        "{path}：没有匹配的定位文件；请检查配置中的 fixes.path，例如 fixes/*.csv",
    ),
    "no_usable_fixes": (
        "{path}: {files} files of fixes, and not one usable row in them ({rows})",
        "{path}：共 {files} 个定位文件，其中没有一行可用（{rows}）",
    ),
    "rows_none": ("there are none", "没有数据行"),
    "rows_rejected": (
        "{rejected} rejected, most: {reason}",
        "{rejected} 行不可用，主要原因：{reason}",
    ),
    "in_both": ("{en}", "{zh}"),
    "and_others_failed": (
        "{first} ({count} files failed)",
        "{first}（共 {count} 个文件读取失败）",
    ),
    "points_lost": (
        "the points file lacks {gone} of the {known} known points (such as {examples}): nothing "
        "was written; if they are really gone, run again with --allow-shrink",
        "点位文件缺少 {known} 个已知收集点中的 {gone} 个（如 {examples}）：没有写入任何内容；"
        "如确已撤销，请加 --allow-shrink 重新运行",
    ),
    # --- files --------------------------------------------------------------------------------
    "no_file_configured": (
        "{file}: there is no such file; {kind}.path in the configuration names it",
        "{file}：没有这个文件；请检查配置中的 {kind}.path",
    ),
    "no_file": ("{file}: there is no such file", "{file}：没有这个文件"),
    "file_is_folder": (
        "{file}: a folder, where a file was wanted",
        "{file}：这是文件夹，此处需要文件",
    ),
    "file_refused": ("{file}: cannot be read ({reason})", "{file}：无法读取（{reason}）"),
    "line_too_long": (
        "{file}: a line longer than {bytes} bytes; a table as delimited text was wanted",
        "{file}：有一行超过 {bytes} 字节；此处需要分隔文本表格（CSV）",
    ),
    "wrong_format": (
        "{file}: this is {what}; delimited text was wanted",
        "{file}：这是{what}；此处需要分隔文本（CSV）",
    ),
    "format_workbook": (
        "an Excel workbook or a zip archive; name it .xlsx if it is a workbook, or save it as CSV "
        "UTF-8",
        " Excel 工作簿或压缩包；若为工作簿请以 .xlsx 命名，或另存为 CSV UTF-8",
    ),
    "format_old_workbook": (
        "an old Excel workbook; save it as .xlsx or CSV UTF-8",
        "旧版 Excel 工作簿；请另存为 .xlsx 或 CSV UTF-8",
    ),
    "format_utf16": (
        "text in UTF-16; save it as CSV UTF-8",
        " UTF-16 文本；请另存为 CSV UTF-8",
    ),
    "sheet_unreadable": (
        "{file}: cannot be read as a workbook ({reason}); save it again as .xlsx, without a "
        "password, or as CSV UTF-8",
        "{file}：无法作为工作簿读取（{reason}）；请去掉密码后另存为 .xlsx，或另存为 CSV UTF-8",
    ),
    "sheet_empty": (
        "{file}: no sheet of the workbook holds anything; a table with a line of headers was "
        "wanted",
        "{file}：工作簿中没有任何内容；此处需要带表头的表格",
    ),
    "format_pdf": ("a PDF", " PDF 文件"),
    "format_parquet": ("Parquet; name it .parquet", " Parquet 文件；请以 .parquet 命名"),
    "format_sqlite": ("an SQLite or GeoPackage file", " SQLite 或 GeoPackage 文件"),
    "binary": (
        "{file}: binary data; delimited text was wanted",
        "{file}：二进制数据；此处需要分隔文本（CSV）",
    ),
    "no_table": (
        "{file}: {why}; a table with a line of headers was wanted",
        "{file}：{why}；此处需要带表头的表格",
    ),
    "empty_file": ("it is empty", "文件为空"),
    "cut_off": (
        "{file}: {why}; the whole file was wanted",
        "{file}：{why}；此处需要完整的文件",
    ),
    "cut_off_used": (
        "{file}: {why}; {rows} rows before that are used",
        "{file}：{why}；已使用此前的 {rows} 行",
    ),
    "gzip_cut": (
        "the gzip data end early or are damaged",
        "gzip 数据不完整或已损坏",
    ),
    "parquet_cut": ("the Parquet data are damaged", "Parquet 数据已损坏"),
    "no_parquet": (
        "{file}: not readable as Parquet ({reason})",
        "{file}：无法作为 Parquet 读取（{reason}）",
    ),
    "dates_only": (
        "{file}: the time column holds dates only, the time of day is lost; date and time were "
        "wanted: export it again with hours, minutes and seconds",
        "{file}：时间列只有日期，丢失了时刻；此处需要日期和时间：请重新导出，保留时、分、秒",
    ),
    # --- headers ------------------------------------------------------------------------------
    "mapped_header_missing": (
        '{file}: [{kind}.columns] {name} = "{header}": the file has no such header; found: {found}',
        '{file}：[{kind}.columns] {name} = "{header}"：文件中没有这个表头；现有：{found}',
    ),
    "mapped_header_several": (
        '{file}: [{kind}.columns] {name} = "{header}": the file has several such headers; found: '
        "{found}",
        '{file}：[{kind}.columns] {name} = "{header}"：文件中有多个这样的表头；现有：{found}',
    ),
    "column_missing": (
        "{file}: required column {missing}{also} not found; headers found: {found}; name it under "
        '[{kind}.columns], such as {name} = "{guess}"',
        "{file}：缺少必需的列 {missing}{also}；现有表头：{found}；请在 [{kind}.columns] 下指明，"
        '例如 {name} = "{guess}"',
    ),
    "or_aliases": (" (or {names} …)", "（或 {names} 等）"),
    "headers_alike": (
        "{file}: the headers {first} and {second} both mean {name}; say which it is under "
        "[{kind}.columns]: {name} = {first}",
        "{file}：表头 {first} 与 {second} 都表示 {name}；请在 [{kind}.columns] 下指明："
        "{name} = {first}",
    ),
    "header_twice": (
        '{file}: the header "{header}" stands twice; each column once was wanted',
        '{file}：表头 "{header}" 出现了两次；每列应只出现一次',
    ),
    # --- geometries ---------------------------------------------------------------------------
    "no_geometries": (
        "{file}: has no geometries; points with places were wanted",
        "{file}：没有几何图形；此处需要带位置的收集点",
    ),
    "layers_several": (
        "{file}: several layers; name one as points.layer: {layers}",
        "{file}：有多个图层；请用 points.layer 指明其一：{layers}",
    ),
    "layer_unknown": (
        '{file}: points.layer = "{wanted}": no such layer; found: {layers}',
        '{file}：points.layer = "{wanted}"：没有这个图层；现有：{layers}',
    ),
    "vector_unreadable": (
        "{file}: cannot be read as a file with geometries ({reason})",
        "{file}：无法作为地理数据文件读取（{reason}）",
    ),
    # --- cleaned fixes, as matching streams them ----------------------------------------------
    "stream_time": (
        "{file}: column time must be a timestamp (UTC), found {found}",
        "{file}：time 列应为时间戳（UTC），实际为 {found}",
    ),
    "stream_back": (
        "{file}: fixes must be sorted by vehicle and time, found vehicle {vehicle} going back in "
        "time; sort them first",
        "{file}：定位须按车辆和时间排序，车辆 {vehicle} 的时间有倒退；请先排序",
    ),
    "stream_again": (
        "{file}: fixes must be sorted by vehicle and time, found vehicle {vehicle} again after "
        "{after}; sort them first",
        "{file}：定位须按车辆和时间排序，车辆 {vehicle} 在 {after} 之后再次出现；请先排序",
    ),
    "stream_position": (
        "{file}: cleaned fixes need a position in every row, found lon or lat that are no "
        "numbers; clean the fixes first",
        "{file}：清洗后的定位每行都应有坐标，但 lon 或 lat 中有非数字；请先清洗",
    ),
    "stream_columns": (
        "{file}: cleaned fixes need the columns {wanted}, found no {missing} among {found}",
        "{file}：清洗后的定位需要列 {wanted}，缺少 {missing}；现有 {found}",
    ),
    "stream_blank": (
        "{file}: cleaned fixes need a value in every row of {name}, found {count} blank ones; "
        "clean the fixes first",
        "{file}：清洗后的定位每行都应有 {name}，有 {count} 行为空；请先清洗",
    ),
    "stream_no_parquet": (
        "{file}: wanted a Parquet file of cleaned fixes, found: {reason}",
        "{file}：此处需要清洗后定位的 Parquet 文件，实际：{reason}",
    ),
    "stream_damaged": (
        "{file}: the file is damaged: {reason}; write it again",
        "{file}：文件已损坏：{reason}；请重新生成",
    ),
    # --- known truth --------------------------------------------------------------------------
    "truth_missing": (
        "{file}: there is no such file; name the truth.csv of the site",
        "{file}：没有这个文件；请指明该站点的 truth.csv",
    ),
    "truth_is_folder": (
        "{file}: a folder, where a file was wanted; name its truth.csv",
        "{file}：这是文件夹；请指明其中的 truth.csv",
    ),
    "truth_no_text": (
        "{file}: no text in UTF-8 or GB18030; a CSV file with {wanted} is needed",
        "{file}：不是 UTF-8 或 GB18030 文本；需要含 {wanted} 的 CSV 文件",
    ),
    "truth_no_csv": (
        "{file}: no CSV file (line {line}: {reason})",
        "{file}：不是 CSV 文件（第 {line} 行：{reason}）",
    ),
    "truth_columns": (
        "{file}: the columns {wanted} are needed; missing: {missing}; found: {found}",
        "{file}：需要列 {wanted}；缺少：{missing}；现有：{found}",
    ),
    "truth_no_row": (
        "{file}: no row can be used ({why}); needed are point_id, service_date as 2026-03-01, "
        "collected as true or false",
        "{file}：没有可用的行（{why}）；需要 point_id、形如 2026-03-01 的 service_date、"
        "取值 true 或 false 的 collected",
    ),
    "truth_no_rows": ("it is empty", "文件中没有数据行"),
    "truth_bad_row": ("the first: line {line}, {why}", "首个错误：第 {line} 行，{why}"),
    "nothing_judged": (
        "nothing to evaluate: no service date has been judged yet; `routecheck run` comes first",
        "没有可评估的内容：尚未判定任何日期；请先执行 `routecheck run`",
    ),
    "other_dates_judged": (
        "nothing to evaluate: {truth} speaks of {true}, judged are {judged}; run those dates "
        "first, or name the truth of this site",
        "没有可评估的内容：{truth} 针对 {true}，已判定的是 {judged}；请先运行这些日期，"
        "或指明本站点的真值文件",
    ),
    "span": ("{first} to {last}", "{first} 至 {last}"),
    "the_checks_file": ("the file of field checks", "现场核查文件"),
    "no_checks": (
        "nothing to evaluate: there are no field checks; put them in the file that [checks] path "
        "names, or name known truth with --truth",
        "没有可评估的内容：没有现场核查记录；请写入 [checks] path 指明的文件，"
        "或用 --truth 指明真值文件",
    ),
    "checks_unusable": (
        "nothing to evaluate: none of {count} field checks can be used; each must name the window "
        "where a point has several a day, and not contradict another",
        "没有可评估的内容：{count} 条现场核查都不可用；同一点一天有多个时间窗时须写明时间窗，"
        "且各条之间不可矛盾",
    ),
    # --- pictures -----------------------------------------------------------------------------
    "no_chinese_font": (
        "the picture has characters that no font on this machine can write ({missing}): install "
        "one (Debian, Ubuntu: apt-get install fonts-wqy-microhei; Fedora: dnf install "
        "google-noto-sans-cjk-fonts; Windows brings Microsoft YaHei), or use --map FILE.html, "
        "which needs none",
        "图片中有本机字体无法显示的汉字（{missing}）：请安装一种中文字体"
        "（Debian、Ubuntu：apt-get install fonts-wqy-microhei；"
        "Fedora：dnf install google-noto-sans-cjk-fonts；Windows 自带微软雅黑），"
        "或改用不需要字体的 --map 文件.html",
    ),
    # --- what is written ----------------------------------------------------------------------
    "export_held": (
        "{path} is held by another program, and so are its copies: close it there and export again",
        "{path} 及其副本正被其他程序占用：请在该程序中关闭后重新导出",
    ),
    "export_no_space": (
        "no space is left to write {path}; the former file is as it was: free some space and "
        "export again",
        "磁盘空间不足，无法写入 {path}；原文件未变：请腾出空间后重新导出",
    ),
    "export_not_permitted": (
        "{path} cannot be written: the folder is read-only or not permitted; name another in "
        "export.directory",
        "无法写入 {path}：文件夹只读或没有权限；请在 export.directory 中指明其他文件夹",
    ),
    "export_refused": (
        "{path} cannot be written: {reason}",
        "无法写入 {path}：{reason}",
    ),
}
