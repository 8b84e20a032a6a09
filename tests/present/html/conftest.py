"""Two small counties with their reports, English and Chinese."""

import shutil
from pathlib import Path

import pytest

from site_tools import DAYS, call, run

DAY = DAYS[1]


@pytest.fixture(scope="session")
def reported(county, tmp_path_factory) -> dict[str, Path]:
    """The folder of each language's site, its dates run and their reports written."""
    sites = {}
    for language in ("en", "zh"):
        folder = tmp_path_factory.mktemp("reported") / language
        shutil.copytree(county, folder)
        config = folder / "routecheck.toml"
        text = config.read_text(encoding="utf-8").replace(
            'language = "en"', f'language = "{language}"'
        )
        config.write_text(text, encoding="utf-8")
        assert run(folder) == 0
        assert call("report", "--date", DAY, "--config", str(config)) == 0
        sites[language] = folder
    return sites
