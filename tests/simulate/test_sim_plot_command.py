"""The plot command: pictures are written, and what cannot be drawn is one clear line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import matplotlib.image
import pandas as pd
import pytest

from routecheck.cli import main
from routecheck.simulate import write_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("drawn") / "county"
    write_site(directory, seed=3, days=1, start=date(2026, 3, 2), points=60, trucks=5)
    return directory


def call(*arguments: object) -> int:
    return main(["plot", *(str(argument) for argument in arguments)])


def colours(path: Path) -> int:
    return len({tuple(pixel) for row in matplotlib.image.imread(path)[::3, ::3] for pixel in row})


def busiest(site: Path) -> str:
    truth = pd.read_csv(site / "truth.csv", dtype=str, keep_default_na=False)
    return str(truth.loc[truth["vehicle_id"] != "", "vehicle_id"].mode()[0])


def test_points_are_drawn_into_the_site(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(site) == 0
    assert capsys.readouterr().out.strip() == str(site / "points.png")
    assert colours(site / "points.png") > 20


def test_a_day_is_drawn_where_it_is_wanted(site: Path, tmp_path: Path) -> None:
    vehicle, out = busiest(site), tmp_path / "day.png"
    assert call(site, "--vehicle", vehicle, "--date", "2026-03-02", "--output", out) == 0
    # The scale of times alone has more colours than a picture without fixes.
    assert colours(out) > 100
    assert call(site, "--vehicle", vehicle) == 0  # the first date, beside the data
    assert (site / f"{vehicle}_2026-03-02.png").read_bytes() == out.read_bytes()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--vehicle", "V9999"), "no vehicle 'V9999'"),
        (("--vehicle", "BUSIEST", "--date", "2026-03-09"), "from 2026-03-02 to 2026-03-02"),
        (("--vehicle", "BUSIEST", "--date", "9 March"), "--date must be a date like"),
        (("--date", "2026-03-02"), "--vehicle"),
        (("--output", "NOWHERE"), "cannot be written"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(
    site: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    said: str,
) -> None:
    known = {"BUSIEST": busiest(site), "NOWHERE": str(tmp_path / "none" / "x.png")}
    assert call(site, *(known.get(word, word) for word in more)) == 2
    line = capsys.readouterr().err
    assert said in line
    assert line.count("\n") == 1


def test_a_folder_that_is_no_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path) == 2
    assert "no simulated site" in capsys.readouterr().err
