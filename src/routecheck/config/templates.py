"""Import templates: for each kind of table its headers, an example row, and what each cell means.

As CSV with the canonical headers, and as an Excel workbook in the language of the site: a sheet to
fill in, whose columns check what is entered, and a sheet that explains them. Both can be read back
as they are: the Chinese headers are aliases that every reader knows.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from routecheck.domain.codes import Language
from routecheck.sources.aliases import HEADERS

EXAMPLES: Mapping[str, str] = {
    "points": "P001,Bridge Street 4,Longtan,Wujiang,108.767200,28.841100,,2026-01-01,",
    "schedule": "P001,V01,1234567,06:00,09:00,2026-01-01,,,R1",
    "fixes": "V01,2026-03-01T06:12:30,108.767230,28.841080,0,90,2026-03-01T06:12:33",
    "alerts": "A0001,P001,2026-03-01,2026-03-01T10:00:00,06:00",
    "vehicles": "T13800001,V01,2026-01-01,",
    "calendar": "2026-02-17,Longtan,,false",
    "checks": "P001,2026-03-01,06:00,true,Li Na",
}
"""A row for each template, in the order of its headers."""

SHEETS: Mapping[str, tuple[str, str]] = {
    "points": ("points", "收集点"),
    "schedule": ("schedule", "收运计划"),
    "fixes": ("fixes", "定位数据"),
    "alerts": ("alerts", "告警"),
    "vehicles": ("vehicles", "车辆终端"),
    "calendar": ("calendar", "日历"),
    "checks": ("checks", "现场核查"),
}
"""What the sheet of each kind is called."""

_WORDS: Mapping[str, tuple[str, str]] = {
    "explained": ("explained", "填写说明"),
    "column": ("column", "列"),
    "name": ("name in CSV files", "CSV 中的列名"),
    "required": ("required", "必填"),
    "meaning": ("meaning", "含义"),
    "example": ("example", "示例"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "about": (
        "Fill in the other sheet, a row each; delete its example row. Ids are text: their leading "
        "zeros count. Further columns and sheets are ignored. Name this file under [{kind}] path "
        "in routecheck.toml. Rows that cannot be used are listed with their cells in "
        "rejected_{kind}.csv.",
        "请在另一张表中逐行填写，并删除示例行。编号按文本处理，保留前导零。多余的列和工作表会被忽略。"
        "请在 routecheck.toml 的 [{kind}] path 中写明本文件名。"
        "不能使用的行及其单元格会列在 rejected_{kind}.csv 中。",
    ),
    "number_wanted": ("a number from {low} to {high}", "{low} 至 {high} 之间的数字"),
    "date_wanted": ("a date such as 2026-03-01", "日期，如 2026-03-01"),
    "choice_wanted": ("true or false", "true 或 false"),
}

_CHINESE: Mapping[str, tuple[str, str]] = {
    "point_id": ("收集点编号", "收集点编号，文本"),
    "name": ("名称", "名称"),
    "township": ("乡镇", "乡镇或街道；日历中留空表示全部"),
    "village": ("村", "村或社区"),
    "lon": ("经度", "经度（或东坐标）"),
    "lat": ("纬度", "纬度（或北坐标）"),
    "tolerance_m": ("容差", "容差，米；留空用默认值"),
    "valid_from": ("启用日期", "首日（含）"),
    "valid_to": ("停用日期", "末日（含）"),
    "vehicle_id": ("车牌号", "车辆；收运计划中留空表示任意车辆"),
    "weekdays": ("星期", "1 至 7 的数字，1 为周一；1234567 为每天"),
    "window_start": ("开始时间", "时间窗开始，HH:MM"),
    "window_end": ("结束时间", "时间窗结束，HH:MM；不晚于开始则为次日"),
    "every_days": ("间隔天数", "每隔多少天，自启用日期起算"),
    "route_id": ("线路", "线路"),
    "time": ("定位时间", "定位时间，须含时刻"),
    "speed_kmh": ("速度", "速度，公里/小时"),
    "heading_deg": ("方向", "航向，度"),
    "received_at": ("接收时间", "平台接收时间"),
    "alert_id": ("告警编号", "告警编号"),
    "service_date": ("服务日期", "应收运的日期"),
    "raised_at": ("告警时间", "告警产生的时间"),
    "device_id": ("终端编号", "车载终端编号，与定位数据一致"),
    "date": ("日期", "日期"),
    "due": ("是否应收", "当天是否应收运：true 或 false"),
    "collected": ("是否已收", "是否已收运：true 或 false"),
    "by": ("核查人", "核查人"),
}
"""Header and meaning in Chinese, by canonical name; each header is an alias the readers know."""

_NUMBERS = {
    "lon": (-180.0, 180.0),
    "lat": (-90.0, 90.0),
    "tolerance_m": (1.0, 1000.0),
    "every_days": (1.0, 366.0),
    "speed_kmh": (0.0, 300.0),
    "heading_deg": (0.0, 360.0),
}
_DATES = frozenset({"valid_from", "valid_to", "service_date", "date"})
_CHOICES = frozenset({"due", "collected"})
_LAST_ROW = 5000
"""How far down the cells of a template check what is entered."""


def headers_line(kind: str) -> str:
    """Return the line of canonical headers of a CSV template."""
    return ",".join(header.name for header in HEADERS[kind] if header.template) + "\n"


def csv_template(kind: str) -> str:
    """Return a CSV template with its example row."""
    return f"{headers_line(kind)}{EXAMPLES[kind]}\n"


def workbook_template(kind: str, language: Language) -> bytes:
    """Return a workbook with a sheet to fill in, and one that explains it."""
    import xlsxwriter

    column = 1 if language == "zh" else 0

    def word(key: str, **values: object) -> str:
        return _WORDS[key][column].format(**values)

    headers = [header for header in HEADERS[kind] if header.template]
    names = [_CHINESE[h.name][0] if language == "zh" else h.name for h in headers]
    meanings = [_CHINESE[h.name][1] if language == "zh" else h.meaning for h in headers]
    examples = EXAMPLES[kind].split(",")
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_numbers": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#DDE8F0", "border": 1})
        needed = book.add_format({"bold": True, "bg_color": "#F6DDB8", "border": 1})
        text = book.add_format({"num_format": "@"})
        plain = book.add_format({})
        fold = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(SHEETS[kind][column])
        sheet.freeze_panes(1, 0)
        for at, header in enumerate(headers):
            number = header.name in _NUMBERS
            sheet.set_column(at, at, 16, plain if number else text)
            sheet.write_string(0, at, names[at], needed if header.required else bold)
            if number and examples[at]:
                sheet.write_number(1, at, float(examples[at]))
            else:
                sheet.write_string(1, at, examples[at], text)
            rule = _rule(header.name, word)
            if rule:
                title = names[at][:32]
                told = {"input_title": title, "input_message": meanings[at][:255],
                        "error_title": title}  # fmt: skip
                sheet.data_validation(1, at, _LAST_ROW, at, rule | told)
        sheet = book.add_worksheet(word("explained"))
        sheet.set_column(0, 1, 18)
        sheet.set_column(2, 2, 10)
        sheet.set_column(3, 4, 44)
        sheet.merge_range(0, 0, 0, 4, word("about", kind=kind), fold)
        sheet.set_row(0, 80)
        for at, key in enumerate(("column", "name", "required", "meaning", "example")):
            sheet.write_string(2, at, word(key), bold)
        for n, header in enumerate(headers):
            must = word("yes" if header.required else "no")
            cells = (names[n], header.name, must, meanings[n], examples[n])
            for at, cell in enumerate(cells):
                sheet.write_string(3 + n, at, cell)
    return data.getvalue()


def _rule(name: str, word: Callable[..., str]) -> dict[str, object]:
    """What a column accepts; nothing where any text will do."""
    if name in _NUMBERS:
        low, high = _NUMBERS[name]
        wanted = word("number_wanted", low=f"{low:g}", high=f"{high:g}")
        return {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high,
                "error_message": wanted}  # fmt: skip
    if name in _DATES:
        # Text and true dates are both read; what is neither is told at once.
        return {"validate": "length", "criteria": "between", "minimum": 5, "maximum": 19,
                "error_message": word("date_wanted")}  # fmt: skip
    if name in _CHOICES:
        return {"validate": "list", "source": ["true", "false"],
                "error_message": word("choice_wanted")}  # fmt: skip
    return {}
