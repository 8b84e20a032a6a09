"""What a file may hold: one that holds more is named with the key, and nothing of it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from routecheck.config import FixesSource, LimitsSection
from routecheck.sources import line_reader
from routecheck.sources.fixes_from_files import FixFiles
from scene import ZONE, local


def write(folder: Path, vehicle: str, rows: int, vehicles: int = 1) -> None:
    """Rows of three dates in turn."""
    (folder / f"{vehicle}.csv").write_text(
        "vehicle_id,time,lon,lat\n"
        + "".join(
            f"{vehicle}{n % vehicles},2026-03-0{2 + n % 3}T06:{n // 60:02}:{n % 60:02},108.7,28.8\n"
            for n in range(rows)
        )
    )


@pytest.mark.parametrize("in_memory_rows", [5, 40, 10**6])
@pytest.mark.parametrize("key", ["rows", "vehicles"])
def test_of_a_file_that_holds_too_much_nothing_is_used(
    tmp_path, monkeypatch, key: str, in_memory_rows: int
) -> None:
    """Also of what was put on disk before that was known."""
    monkeypatch.setattr(line_reader, "BLOCK_BYTES", 300)
    write(tmp_path, "A", 30)
    write(tmp_path, "B", 100, vehicles=100)
    write(tmp_path, "C", 30)
    source = FixesSource(path="*.csv")
    source._limits = LimitsSection(**{key: 60})
    with FixFiles.read(
        source, tmp_path, ZONE, now=local("09:00"), in_memory_rows=in_memory_rows
    ) as read:
        [(file, message)] = read.failed
        assert file == "B.csv"
        assert f"limits.{key}" in message
        assert list(read.rows_by_day.values()) == [20, 20, 20]
        for day in read.days:
            table = read.load(day)
            assert set(table["vehicle_id"]) == {"A0", "C0"}
            assert (table["day"].value_counts() == 20).all()
