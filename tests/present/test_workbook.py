"""The workbooks, read back with another library."""

import io
import shutil

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

from site_tools import DAYS, call, rows, run

DAY = DAYS[1]
NASTY = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def site(county, tmp_path_factory):
    """The county with ids and names that spreadsheets like to break."""
    folder = tmp_path_factory.mktemp("books") / "site"
    shutil.copytree(county, folder)
    points = (folder / "points.csv").read_text(encoding="utf-8").splitlines()
    first = points[1].split(",")
    renamed = first[0]
    first[1] = NASTY
    points[1] = ",".join(first)
    for path in [folder / "points.csv", folder / "schedule.csv", *folder.glob("alerts/*.csv")]:
        lines = points if path.name == "points.csv" else path.read_text("utf-8").splitlines()
        # A point that is called 007: a number to a spreadsheet, a name to its county.
        text = "\n".join(lines).replace(renamed + ",", "007,") + "\n"
        path.write_text(text, encoding="utf-8")
    assert run(folder) == 0
    config = str(folder / "routecheck.toml")
    assert call("report", "--date", DAY, "--config", config) == 0
    assert call("report", "--month", DAY[:7], "--config", config) == 0
    return folder


def book(site, name):
    return openpyxl.load_workbook(site / "out" / name)


def table(sheet):
    head, *body = ([cell.value for cell in row] for row in sheet.iter_rows())
    return [dict(zip(head, row, strict=True)) for row in body]


def test_the_sheets_are_those_an_office_keeps(site):
    assert book(site, f"report_{DAY}.xlsx").sheetnames == [
        "Summary",
        "Incidents",
        "Really missed",
        "Alerts",
        "Pickups",
        "Causes of false alerts",
        "Corrections",
        "Data quality",
    ]


def test_every_sheet_has_a_frozen_header_filters_and_prints_on_a4_landscape(site):
    for name in (f"report_{DAY}.xlsx", f"report_{DAY[:7]}.xlsx"):
        for sheet in book(site, name):
            assert sheet.freeze_panes in ("A2", "B2"), sheet.title
            assert sheet.page_setup.orientation == "landscape"
            assert int(sheet.page_setup.paperSize) == 9
            # One page wide (what is not said is 1), as many high as it takes.
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.page_setup.fitToWidth in (None, 1)
            assert int(sheet.page_setup.fitToHeight) == 0
            assert sheet.print_title_rows in ("1:1", "$1:$1")
            if sheet.max_row > 1:
                assert sheet.auto_filter.ref, sheet.title


def test_wrapped_text_has_the_room_that_it_takes(site):
    """LibreOffice takes the heights of the file, and prints what does not fit over the next row."""
    for name in (f"report_{DAY}.xlsx", f"report_{DAY[:7]}.xlsx"):
        seen = 0
        for sheet in book(site, name):
            heads = [cell.value for cell in sheet[1]]
            for title in ("What the tracks show", "What to do"):
                if title not in heads:
                    continue
                c = heads.index(title) + 1
                letters = sheet.column_dimensions[get_column_letter(c)].width
                for r in range(2, sheet.max_row + 1):
                    words = str(sheet.cell(r, c).value or "")
                    # A letter of these fonts is no wider than a digit, on which widths are based.
                    lines = -(-len(words) // int(letters))
                    height = sheet.row_dimensions[r].height or 15.0
                    assert height >= 12.5 * lines, words
                    seen += lines > 1
        assert seen > 1


def test_ids_and_names_stay_what_they_are(site):
    for name in (f"report_{DAY}.xlsx", f"report_{DAY[:7]}.xlsx"):
        for sheet in book(site, name):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (sheet.title, cell.coordinate)
                    assert cell.hyperlink is None
    pickups = table(book(site, f"report_{DAY}.xlsx")["Pickups"])
    mine = [row for row in pickups if row["Point ID"] == "007"]
    assert mine
    assert mine[0]["Name"] == NASTY


def test_figures_are_those_of_the_exports(site):
    workbook = book(site, f"report_{DAY}.xlsx")
    pickups = rows(site / "out" / f"pickups_{DAY}.csv")
    alerts = rows(site / "out" / f"alerts_{DAY}.csv")
    summary = table(workbook["Summary"])
    total = summary[-1]
    assert total["Township"] == "Total"
    assert total["Due"] == len(pickups)
    assert total["Really missed"] == sum(row["verdict"] == "missed" for row in pickups)
    assert total["False alerts"] == sum(row["classification"] == "false" for row in alerts)
    for key in ("Due", "Collected", "Really missed", "Alerts raised"):
        assert sum(row[key] for row in summary[:-1]) == total[key]
    by_town: dict[str, int] = {}
    for row in pickups:
        by_town[row["township"]] = by_town.get(row["township"], 0) + 1
    assert {row["Township"]: row["Due"] for row in summary[:-1] if row["Due"]} == by_town
    assert len(table(workbook["Pickups"])) == len(pickups)
    assert len(table(workbook["Alerts"])) == len(alerts)
    causes = table(workbook["Causes of false alerts"])
    assert sum(row["Alerts raised"] for row in causes) == total["False alerts"]
    assert sum(row["Share"] for row in causes) == pytest.approx(1.0)


def test_the_filter_leaves_the_totals_where_they_are(site):
    sheet = book(site, f"report_{DAY}.xlsx")["Summary"]
    last = int(sheet.auto_filter.ref.split(":")[1].strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assert last == sheet.max_row - 1


def test_times_are_local_and_real_times(site):
    row = next(
        row
        for row in rows(site / "out" / f"pickups_{DAY}.csv")
        if row["arrived_at"] and row["point_id"] != "'007"
    )
    found = [
        entry
        for entry in table(book(site, f"report_{DAY}.xlsx")["Pickups"])
        if entry["Point ID"] == row["point_id"]
    ]
    assert row["arrived_at"][:19] in {entry["Arrived"].isoformat()[:19] for entry in found}


def test_data_quality_tells_what_was_kept_apart(site):
    entries = table(book(site, f"report_{DAY}.xlsx")["Data quality"])
    apart = sum(row["Rows"] for row in entries if row["Item"] == "Rejected rows")
    assert apart == len(rows(site / "out" / f"rejected_{DAY}.csv"))


def test_the_month_has_each_date_and_its_trend(site):
    workbook = book(site, f"report_{DAY[:7]}.xlsx")
    days = table(workbook["Day by day"])
    assert [row["Date"].date().isoformat() for row in days] == list(DAYS)
    for row in days:
        day = row["Date"].date().isoformat()
        assert row["Due"] == len(rows(site / "out" / f"pickups_{day}.csv"))
        assert row["Alerts raised"] == len(rows(site / "out" / f"alerts_{day}.csv"))
    assert len(workbook["Day by day"]._charts) == 1
    assert table(workbook["Summary"])[-1]["Due"] == sum(row["Due"] for row in days)


def test_the_same_store_gives_the_same_bytes(site):
    config = str(site / "routecheck.toml")
    names = (f"report_{DAY}.xlsx", f"report_{DAY[:7]}.xlsx", f"report_{DAY}.html")
    before = [(site / "out" / name).read_bytes() for name in names]
    for name in names:
        (site / "out" / name).unlink()
    call("report", "--date", DAY, "--config", config)
    call("report", "--month", DAY[:7], "--config", config)
    assert [(site / "out" / name).read_bytes() for name in names] == before


def test_what_is_not_stored_is_one_clear_line(site, capsys):
    config = str(site / "routecheck.toml")
    for arguments, status in (
        (("--date", "2025-01-01"), 3),
        (("--month", "2025-01"), 3),
        (("--month", "March"), 2),
        (("--month", "2026-03", "--date", DAY), 2),
        ((), 2),
    ):
        assert call("report", *arguments, "--config", config) == status
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_run_writes_the_report_where_the_configuration_asks(county, tmp_path):
    folder = tmp_path / "site"
    shutil.copytree(county, folder)
    config = folder / "routecheck.toml"
    text = config.read_text(encoding="utf-8")
    assert "report = false" in text
    config.write_text(text.replace("report = false", "report = true"), encoding="utf-8")
    assert run(folder) == 0
    for day in DAYS:
        assert (folder / "out" / f"report_{day}.html").exists()
        assert (folder / "out" / f"report_{day}.xlsx").exists()


def test_texts_that_no_cell_can_hold_are_cleaned():
    from datetime import date
    from zoneinfo import ZoneInfo

    from routecheck.present.columns import columns
    from routecheck.present.workbook.book import Book

    made = Book("en", ZoneInfo("UTC"), date(2026, 3, 2))
    names = pd.DataFrame({"name": pd.Series(["a\x00b\x1bc", "x" * 40_000, "\ud800"], dtype=object)})
    made.table("sheet_missed", columns("name"), names)
    sheet = openpyxl.load_workbook(io.BytesIO(made.close())).worksheets[0]
    values = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert values[0] == "a␀b␛c"
    assert len(values[1]) < 32_768
    assert values[2] == "\ufffd"
