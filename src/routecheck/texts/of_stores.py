"""What is said of the store, in English and Chinese, by key."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str]] = {
    "store_missing": (
        "there is no store at {store}; `routecheck run` makes one",
        "{store} 处没有存储；执行 `routecheck run` 时会建立",
    ),
    "store_folder_refused": (
        "the folder of the store {store} cannot be made: {reason}; name another in store.url",
        "无法建立存储 {store} 所在的文件夹：{reason}；请在 store.url 中另行指明",
    ),
    "store_url_wrong": (
        "store.url: wanted a database URL such as sqlite:///routecheck.db or "
        "postgresql://user@host/name, found {found!r}",
        "store.url：需要数据库地址，如 sqlite:///routecheck.db 或 postgresql://user@host/name，"
        "实际为 {found!r}",
    ),
    "store_no_such_database": (
        "store.url: no database {found!r} is known; use sqlite or postgresql",
        "store.url：不支持数据库 {found!r}；请使用 sqlite 或 postgresql",
    ),
    "store_driver_missing": (
        "the store {store} needs the Python package {package!r}, which is not installed",
        "存储 {store} 需要 Python 包 {package!r}，但没有安装",
    ),
    "store_driver_missing_postgresql": (
        "the store {store} needs the Python package {package!r}, which is not installed (pip "
        "install 'routecheck[postgresql]')",
        "存储 {store} 需要 Python 包 {package!r}，但没有安装"
        "（pip install 'routecheck[postgresql]'）",
    ),
    "store_no_database": (
        "{store} is not a store: the file is no SQLite database, or is damaged; restore a backup "
        "or move it away",
        "{store} 不是存储文件：不是 SQLite 数据库或已损坏；请恢复备份，或将它移走",
    ),
    "store_malformed": (
        "the store {store} is damaged; restore a backup",
        "存储 {store} 已损坏；请恢复备份",
    ),
    "store_full": (
        "no space is left for the store {store}; what was being written was undone: free some "
        "space and run again",
        "磁盘空间不足，无法写入存储 {store}；未完成的写入已撤销：请腾出空间后重新运行",
    ),
    "store_read_only": (
        "the store {store} cannot be written: the file or its folder is read-only",
        "无法写入存储 {store}：文件或其所在文件夹为只读",
    ),
    "store_not_opened": (
        "the store {store} cannot be opened: its folder does not exist, or access is not permitted",
        "无法打开存储 {store}：文件夹不存在，或没有访问权限",
    ),
    "store_locked": (
        "the store {store} is being written by another program; try again when it has finished",
        "另一程序正在写入存储 {store}；请待其完成后重试",
    ),
    "store_server_silent": (
        "the database server of the store {store} does not answer, or refuses: {reason}",
        "存储 {store} 的数据库服务器没有响应或拒绝连接：{reason}",
    ),
    "store_server_lost": (
        "the database server of the store {store} does not answer, or was started again in "
        "mid-run; what was stored before is whole: run again",
        "存储 {store} 的数据库服务器没有响应，或在运行途中重启；此前存入的数据完好：请重新运行",
    ),
    "store_failed": ("the store {store} failed: {reason}", "存储 {store} 出错：{reason}"),
    "store_busy": (
        "another routecheck is at work on the store {store}: {holder}; wait until it has "
        "finished, or stop it",
        "另一个 routecheck 正在使用存储 {store}：{holder}；请等待其完成，或将其停止",
    ),
    "holder": (
        "process {pid} on {host} since {since}",
        "{host} 上的进程 {pid}，始于 {since}",
    ),
    "holder_nameless": (
        "a process that left no name",
        "一个没有留下名称的进程",
    ),
    "store_version_lost": (
        "the store {store} has lost its version; restore a backup",
        "存储 {store} 丢失了版本信息；请恢复备份",
    ),
    "store_newer": (
        "the store {store} was made by a newer routecheck (schema {version}; this one knows up to "
        "{head}): install that version, or name another store.url",
        "存储 {store} 由更新版本的 routecheck 建立（结构版本 {version}，本程序最高支持 {head}）："
        "请安装该版本，或另设 store.url",
    ),
    "store_foreign": (
        "{store} is not a routecheck store, and has tables by the names it needs: {tables}; name "
        "another database in store.url",
        "{store} 不是 routecheck 的存储，且已有同名的表：{tables}；请在 store.url 中另设数据库",
    ),
    # --- looking after it ---------------------------------------------------------------------
    "backup_there": (
        "{path} is there already, and is kept; name another file",
        "{path} 已存在，予以保留；请另取文件名",
    ),
    "backup_folder_refused": (
        "{path}: its folder cannot be made ({reason})",
        "{path}：无法建立所在文件夹（{reason}）",
    ),
    "backup_unsound": (
        "the backup of {store} is not sound: {fault}",
        "{store} 的备份不完好：{fault}",
    ),
    "backup_missing": (
        "{path}: there is no such file; name a backup",
        "{path}：没有这个文件；请指明备份文件",
    ),
    "backup_no_good": (
        "{path} is no sound backup: {fault}; the store is as it was",
        "{path} 不是完好的备份：{fault}；存储未变",
    ),
    "backup_is_store": (
        "{path} is the store itself; name a backup",
        "{path} 就是存储本身；请指明备份文件",
    ),
    "fault_unreadable": ("SQLite cannot read it ({reason})", "SQLite 无法读取（{reason}）"),
    "fault_reference": (
        "{table}: a row names a {other} that is not there",
        "{table}：有一行引用了不存在的 {other}",
    ),
    "fault_no_store": ("it holds no routecheck store", "其中没有 routecheck 存储"),
    "fault_schema": (
        "its schema {version} is not known here (up to {head})",
        "其结构版本 {version} 在此无法识别（最高 {head}）",
    ),
    "fault_damaged": (
        "the store {store} is damaged: restore a backup (`routecheck store restore FILE`)",
        "存储 {store} 已损坏：请恢复备份（`routecheck store restore 文件`）",
    ),
    "fault_two_current": (
        "{table}: {key} has two current versions",
        "{table}：{key} 有两个现行版本",
    ),
    "fault_date_unknown": (
        "{table}: the ledger does not know {day}",
        "{table}：台账中没有 {day}",
    ),
    "restore_kept": ("the former store is kept as {path}", "原存储已保留为 {path}"),
    "restored_file": (
        "restored {store} from {path}: {dates} service dates",
        "已从 {path} 恢复 {store}：{dates} 个服务日期",
    ),
    "restored_server": (
        "restored the store from {path}: {dates} service dates",
        "已从 {path} 恢复存储：{dates} 个服务日期",
    ),
    "checked_store": ("store {store}, schema {head}", "存储 {store}，结构版本 {head}"),
    "checked_rows": ("{table}: {count} rows", "{table}：{count} 行"),
    "checked_runs_left": (
        "{count} runs are under way, or were killed",
        "{count} 次运行正在进行，或已被强行终止",
    ),
    "checked_sound": ("sound", "完好"),
    "pruned_rows": ("{table}: {count} rows removed", "{table}：已删除 {count} 行"),
}
