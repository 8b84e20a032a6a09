"""A file that cannot be read, for whatever reason, is one file: named, and the others are read."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from xml.etree.ElementTree import ParseError

import pandas as pd
import pytest

from routecheck.cli import main
from site_tools import rows
from village import Village, day

KINDS = ("csv", "csv.gz", "parquet", "xlsx")


@pytest.fixture
def village(tmp_path) -> Village:
    site = Village(tmp_path / "site", more="[service]\nrevisit_days = 0\n")
    site.deliver(day(0))
    site.alert("A1", "P1", day(0))
    text = site.config.read_text()
    site.config.write_text(
        text.replace("fixes/*.csv", "fixes/*").replace("alerts/*.csv", "alerts/*")
    )
    return site


def written(table: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".xlsx":
        table.to_excel(path, index=False)
    elif path.suffix == ".parquet":
        table.to_parquet(path)
    else:
        table.to_csv(path, index=False)
    return path


def sheet_changed(book: bytes, change) -> bytes:
    """A workbook whose first sheet is another, in a sound archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            new.writestr(item, change(data) if item.filename.endswith("sheet1.xml") else data)
    return out.getvalue()


def flipped(book: bytes) -> bytes:
    """A workbook with three bytes of its packed sheet flipped."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheet = next(i for i in archive.infolist() if i.filename.endswith("sheet1.xml"))
    spoilt = bytearray(book)
    at = sheet.header_offset + 30 + len(sheet.filename)
    for n in (5, 60, 100):
        spoilt[at + n] ^= 0xFF
    return bytes(spoilt)


def run(site: Village, capsys) -> str:
    """Run the date, which ends with a part that failed; return what is said of it."""
    assert main(("run", "--date", str(day(0)), "--config", str(site.config))) == 1
    shown = capsys.readouterr().err
    assert "Traceback" not in shown
    collected = [row["verdict"] for row in rows(site.folder / "out" / f"pickups_{day(0)}.csv")]
    assert collected == ["collected"] * 8
    return shown


@pytest.mark.parametrize("spoil", [flipped, lambda book: sheet_changed(book, lambda x: x[:-200])])
@pytest.mark.parametrize("folder", ["fixes", "alerts"])
def test_a_damaged_workbook_among_good_files(village, capsys, folder, spoil):
    good = pd.read_csv(next((village.folder / folder).glob("[VA]*.csv")), dtype=str)
    path = written(good, village.folder / folder / "bad.xlsx")
    path.write_bytes(spoil(path.read_bytes()))
    assert f"{folder}/bad.xlsx" in run(village, capsys)


RAISED = (
    zlib.error("invalid block"), ParseError("no element"), KeyError("x"), RecursionError(),
    MemoryError(), OSError(5, "Input/output error"), AssertionError(), IndexError("y"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "error"),
    [(KINDS[n % len(KINDS)], error) for n, error in enumerate(RAISED)],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_whatever_reading_raises_is_about_the_file(village, capsys, monkeypatch, kind, error):
    """The library that reads the file, or what is made of its cells, raises in its midst."""
    from routecheck.sources import fix_file, table_rows

    good = pd.read_csv(next((village.folder / "fixes").glob("V*.csv")), dtype=str)
    written(good.assign(vehicle_id="V9"), village.folder / "fixes" / f"bad.{kind}")
    for module in (fix_file, table_rows):
        monkeypatch.setattr(module, "open_table", failing(module.open_table, error))
    shown = run(village, capsys)
    assert f"fixes/bad.{kind}" in shown
    assert type(error).__name__ in shown


def failing(opened, error: Exception):
    """Opens tables as usual; of a file named `bad` reading ends after its first block."""

    class Failing:
        def __init__(self, file) -> None:
            self.file = file

        def __getattr__(self, name):
            return getattr(self.file, name)

        def blocks(self):
            yield next(iter(self.file.blocks()))
            raise error

    def open_table(path, *args):
        file = opened(path, *args)
        return Failing(file) if path.name.startswith("bad") else file

    return open_table


def test_a_table_that_all_hangs_on_ends_the_run_in_one_line(village, capsys, monkeypatch):
    from routecheck.sources import table_rows

    written(pd.read_csv(village.folder / "schedule.csv", dtype=str), village.folder / "bad.xlsx")
    village.config.write_text(village.config.read_text().replace("schedule.csv", "bad.xlsx"))
    monkeypatch.setattr(table_rows, "open_table", failing(table_rows.open_table, KeyError("x")))
    assert main(("run", "--date", str(day(0)), "--config", str(village.config))) == 3
    shown = capsys.readouterr().err
    assert "bad.xlsx: cannot be read (KeyError" in shown
    assert "Traceback" not in shown


def test_a_full_disk_is_no_fault_of_a_file(tmp_path):
    from routecheck.sources.one_file import as_one_file

    with pytest.raises(OSError, match="No space"), as_one_file("x.csv"):
        raise OSError(28, "No space left on device")
