"""ZIP archives of files: each file in them is one, named, and the others go on."""

from __future__ import annotations

import datetime
import os
import struct
import subprocess
import tempfile
import time
import zipfile
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from routecheck.config import AlertsSource, FixesSource
from routecheck.domain.errors import MissingDataError
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.tables import read_alerts

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)
MARCH = datetime.date(2026, 3, 1)
ROW = "2026-03-01 06:00:00,108.7,28.8\n"
CSV = "time,lon,lat\n" + ROW
ALERTS = "alert_id,point_id,service_date,raised_at\n"


def _fixes(folder, path="*.zip", known=None, **source):
    with FixFiles.read(
        FixesSource(path=path, **source), folder, ZONE, now=NOW, known=known
    ) as files:
        table = files.load(MARCH)
        return table.astype({"vehicle_id": "str", "file": "str"}), files


def _zip(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)


def test_files_of_every_kind_in_an_archive_are_files(tmp_path):
    pd.DataFrame([ROW.strip().split(",")], columns=["time", "lon", "lat"]).to_parquet(
        tmp_path / "p.parquet"
    )
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("month/V1.csv", CSV)
        archive.writestr("month/V2.csv", CSV + "x,1,2\n")
        archive.write(tmp_path / "p.parquet", "V3.parquet")
        archive.writestr("month/read me.pdf", "%PDF")
        archive.writestr("__MACOSX/._V1.csv", "x")
    (tmp_path / "V4.csv").write_text(CSV)
    table, files = _fixes(tmp_path, "*.[zc]*", vehicle_from_name="{vehicle}")
    assert sorted(zip(table["vehicle_id"], table["file"], strict=True)) == [
        ("V1", "a.zip/month/V1.csv"),
        ("V2", "a.zip/month/V2.csv"),
        ("V3", "a.zip/V3.parquet"),
        ("V4", "V4.csv"),
    ]
    rejected = files.rejected_on(MARCH)
    assert rejected[["file", "row", "reason"]].to_numpy().tolist() == [
        ["a.zip/month/V2.csv", 3, "bad_time"]
    ]
    assert ["read me.pdf" in note for note in files.notes] == [True]
    assert files.failed == []


def test_names_that_windows_wrote_in_chinese_are_read(tmp_path):
    # Windows writes the bytes of the name in GBK, without the flag of UTF-8.
    name = "渝A12345.csv".encode("gb18030")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        info = zipfile.ZipInfo("x" * len(name))
        archive.writestr(info, CSV)
    data = (tmp_path / "a.zip").read_bytes().replace(b"x" * len(name), name)
    (tmp_path / "a.zip").write_bytes(data)
    table, _ = _fixes(tmp_path, vehicle_from_name="{vehicle}")
    assert table["vehicle_id"].tolist() == ["渝A12345"]


def test_one_file_that_cannot_be_read_is_one_file(tmp_path):
    good = {"V1.csv": CSV, "V9.csv": CSV}
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("V1.csv", CSV)
        archive.writestr("V2.csv", "a,b\n1,2\n")
        archive.writestr("V3.csv", CSV.replace("108.7", "108.9"))
        archive.writestr("V9.csv", CSV)
    # A byte of a member that is not packed: its checksum is wrong.
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(b"108.9", b"108.8", 1))
    (tmp_path / "b.zip").write_bytes(data[:200])
    _zip(tmp_path / "c.zip", readme=b"x")
    table, files = _fixes(tmp_path, vehicle_from_name="{vehicle}")
    assert sorted(table["vehicle_id"]) == sorted(name[:2] for name in good)
    assert sorted(name for name, _ in files.failed) == [
        "a.zip/V2.csv",
        "a.zip/V3.csv",
        "b.zip",
        "c.zip",
    ]


def test_a_password_is_told(tmp_path):
    (tmp_path / "V1.csv").write_text(CSV)
    try:
        subprocess.run(["zip", "-q", "-P", "secret", "a.zip", "V1.csv"], cwd=tmp_path, check=True)
    except FileNotFoundError:
        data = bytearray()
        _zip(tmp_path / "a.zip", **{"V1.csv": CSV})
        data = bytearray((tmp_path / "a.zip").read_bytes())
        for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(sign) + at] |= 1
        (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(MissingDataError, match=r"a\.zip/V1\.csv: it has a password"):
        _fixes(tmp_path, vehicle_from_name="{vehicle}")


def test_an_archive_that_has_not_changed_is_not_unpacked_again(tmp_path, monkeypatch):
    _zip(tmp_path / "a.zip", **{"V1.csv": CSV, "V2.csv": CSV.replace("03-01", "03-09")})
    old = time.time() - 100
    os.utime(tmp_path / "a.zip", (old, old))
    _, files = _fixes(tmp_path, vehicle_from_name="{vehicle}")
    known = {summary.label: summary for summary in files.summaries}
    assert sorted(known) == ["a.zip/V1.csv", "a.zip/V2.csv"]
    opened = []
    real = zipfile.ZipFile.open
    monkeypatch.setattr(
        zipfile.ZipFile, "open", lambda *args: opened.append(args[1].filename) or real(*args)
    )
    table, _ = _fixes(tmp_path, known=known, vehicle_from_name="{vehicle}")
    assert table["vehicle_id"].tolist() == ["V1"]
    assert opened == ["V1.csv"]


def test_dates_of_one_file_are_told_by_another_of_the_archive(tmp_path):
    # Day or month first: only the second file shows it.
    doubtful, certain = "03/01/2026 06:00:00", "03/25/2026 06:00:00"
    head = "time,lon,lat\n{},108.7,28.8\n"
    _zip(tmp_path / "a.zip", **{"V1.csv": head.format(doubtful), "V2.csv": head.format(certain)})
    table, files = _fixes(tmp_path, vehicle_from_name="{vehicle}")
    assert table["vehicle_id"].tolist() == ["V1"]
    assert files.failed == []


def test_nothing_is_left_on_disk(tmp_path, monkeypatch):
    there = tmp_path / "tmp"
    there.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(there))
    _zip(tmp_path / "a.zip", **{"V1.csv": CSV})
    _fixes(tmp_path, vehicle_from_name="{vehicle}")
    assert list(there.iterdir()) == []


def test_alerts_come_in_archives_too(tmp_path):
    _zip(
        tmp_path / "a.zip",
        **{
            "1.csv": ALERTS + "A1,P1,2026-03-01,2026-03-01 12:00\n",
            "2.csv": ALERTS + "A1,P1,2026-03-01,2026-03-01 12:00\nA2,P1,2026-03-01,x\n",
            "3.csv": "a,b\n1,2\n",
        },
    )
    result = read_alerts(AlertsSource(path="*.zip"), tmp_path, ZONE)
    assert result.table["alert_id"].tolist() == ["A1"]
    assert result.rejected[["file", "row", "reason"]].to_numpy().tolist() == [
        ["a.zip/2.csv", 2, "duplicate_key"],
        ["a.zip/2.csv", 3, "bad_time"],
    ]
    assert [name for name, _ in result.failed] == ["a.zip/3.csv"]


def test_a_list_of_files_that_is_none_is_not_read(tmp_path):
    _zip(tmp_path / "a.zip", **{"V1.csv": CSV})
    data = bytearray((tmp_path / "a.zip").read_bytes())
    struct.pack_into("<L", data, data.rindex(b"PK\x05\x06") + 12, 1 << 30)
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(MissingDataError, match="more than 20000 files"):
        _fixes(tmp_path, vehicle_from_name="{vehicle}")
