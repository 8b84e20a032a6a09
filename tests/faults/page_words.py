"""The words of `docs/reliability.md` and `docs/reliability.zh.md`."""

from collections.abc import Mapping

HEAD: Mapping[str, str] = {
    "en": """# What was tried to break it

[中文](reliability.zh.md)

Made by `python -m tests.faults --page`, from the root of the repository; `--only KINDS` makes the
rows of some kinds anew, and leaves the others. A short form of each kind is part of the tests. It
needs root for small disks, PostgreSQL's programs for a server of its own, and atheris for fuzzing.

"150 of 1,000" was tried less often than the long form has it. Kinds of killing, starving and
damaging end at the first failure; the others count all of them. What failed once became a test.

| kind | what is tried | tried | failed | figures | on |
| --- | --- | ---: | ---: | --- | --- |
""",
    "zh": """# 为弄坏它而做的试验

[English](reliability.md)

由 `python -m tests.faults --page` 在仓库根目录生成；`--only KINDS` 只重做其中几类，
其余各行不变。每一类都有简短的形式包含在测试中。小磁盘需要 root 权限，数据库服务器需要
PostgreSQL 的程序，模糊测试需要 atheris。

“1,000 次中的 150 次”表示少于完整形式的次数。
强制结束、资源耗尽和损坏各类在第一次失败时停止；
其余各类统计全部失败。
失败过的都成为了测试。其他数字见英文页。

| 种类 | 试验内容 | 次数 | 失败 | 日期 |
| --- | --- | ---: | ---: | --- |
""",
}
OF: Mapping[str, str] = {"en": "{} of {}", "zh": "{1} 次中的 {0} 次"}
UNTOLD: Mapping[str, str] = {"en": "\nNot run yet: {}.\n", "zh": "\n尚未运行：{}。\n"}
TAIL: Mapping[str, str] = {
    "en": """
What was not tried:

- Windows and macOS: what is killed, bounded in memory and mounted here needs Linux.
- Power cuts, and disks that lie about what they have written: a killed process leaves what it wrote
  to the system.
- Fuzzing GDAL (GeoPackage, Shapefile, GeoJSON): it reads in a process of its own, and is tried with
  spoilt files and bombs alone.
- Parquet whose pages are larger than its own figures say: pyarrow unpacks a page whole, up to 2 GB.
- Memory of the stages after reading: a large county's date takes several gigabytes (docs/speed.md),
  and `MemoryMax` in `deploy/routecheck.service` is what bounds it.
- Passwords of fewer than four characters, and such as are words of every message (`postgres`): they
  are left out of addresses, and not recognized elsewhere. Those of fewer than eight are recognized
  where they stand alone. An id or a name in the data that is also a password is exported as it is.
- The key of a map server in `export.tiles`: the page has to hold it.
- Servers of messages that answer with hostile text.

Tried, and told for the whole table alone:

- A row of a database that is too long: PostgreSQL cuts its values, and the row is rejected; SQLite
  refuses it, and MariaDB by its own `max_allowed_packet`, neither says which it is.
""",
    "zh": """
没有试验的：

- Windows 和 macOS：这里的强制结束、内存限制和挂载都需要 Linux。
- 断电，以及谎报已写入的磁盘：进程被强制结束时，已写的内容留在系统中。
- 对 GDAL（GeoPackage、Shapefile、GeoJSON）的模糊测试：它在单独的进程中读取，
  只用损坏的文件和炸弹试过。
- 页的实际大小超过自身标注的 Parquet：pyarrow 会把一页整个解开，最多 2 GB。
- 读取之后各阶段的内存：大县一天需要数 GB（docs/speed.md），
  由 `deploy/routecheck.service` 中的 `MemoryMax` 限制。
- 少于四个字符的密码，以及每条消息中都有的词（`postgres`）：在地址中隐去，在别处不识别。
  少于八个字符的只在单独出现时识别。数据中恰好与密码相同的编号或名称按原样导出。
- `export.tiles` 中地图服务器的密钥：页面必须含有它。
- 以恶意文字应答的消息服务器。

试过、但只能针对整个表提示的：

- 数据库中过长的行：PostgreSQL 会截断其值，该行被拒绝；SQLite 会拒绝这样的行，MariaDB 由其
  `max_allowed_packet` 限制，都不指明是哪一行。
""",
}
WHAT_ZH: Mapping[str, str] = {
    "kills": "在一轮中的某一点被 SIGKILL，之后正常运行一轮：与未受干扰时相同",
    "kills-twice": "在正常运行之前再次被强制结束，也在修复途中",
    "stops": "在任意时刻向服务发送 SIGTERM：在两个日期之间结束",
    "disk-full": "写入若干 KB 后磁盘已满，之后又有空间",
    "read-only": "存储或导出文件夹不可写",
    "conflicts": "两轮同时运行：没有任何事做两遍",
    "corrupted": "存储的若干页被覆盖：会报告，备份可恢复全部内容",
    "flipped-bits": "存储中有一位翻转：`store check` 能发现，或没有任何变化",
    "server-stops": "PostgreSQL 在一轮中途被立即停止，再启动",
    "frozen-server": "PostgreSQL 在一轮中途冻结",
    "clocks": "机器时钟被调回几分钟到一年",
    "zones": "六年内任一时区的每次时钟变动，各在一个有此变动的时区中",
    "downtime": "停机若干天，按顺序补上，途中也被强制结束",
    "soak": "服务连续运行若干天",
    "fetches": "从数据库抓取时被强制结束，之后正常抓取一次：每一行只保存一次",
    "fleet-kills": "结束多站点处理的某个工作进程或整个命令，之后正常处理一轮：与未受干扰时一致",
    "dask-kills": "同上，由 Dask 集群处理：结束某个工作进程、其看护进程或客户端",
    "malformed": "任一表、任一格式的文件被损坏：退出状态符合约定，提示清楚，没有 traceback",
    "fuzzed": "若干分钟：由模糊测试工具按所到达的代码行修改的文件",
    "bombs": "解开或读取后超出机器容量的小文件：内存和处理器时间有限，被指名，其余照常判定",
    "endless-lists": "文件列表永不结束的对象存储：在同样的限度内放弃，并被指名",
    "hostile": "每种非文字字符，放入每个表的每个字段，经每种格式，到每种输出",
    "secrets": "在配置中可能含有密钥的各处放入密钥：任何输出都没有它",
}
