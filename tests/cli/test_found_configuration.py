"""Which configuration is meant where none is named."""

from pathlib import Path

import pytest

from routecheck.cli.options import CONFIG_VARIABLE, found_config
from site_tools import call


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site of its own with folders in it, and one in the environment."""
    monkeypatch.delenv(CONFIG_VARIABLE, raising=False)
    (tmp_path / "site" / "out" / "deep").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    for name in ("site", "other"):
        assert call("init", str(tmp_path / name / "new")) == 0
        (tmp_path / name / "new" / "routecheck.toml").rename(tmp_path / name / "routecheck.toml")
    return tmp_path


def at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder)
    return found_config().resolve()


def test_a_site_is_found_from_its_folder_and_from_those_below(folders, monkeypatch):
    mine = folders / "site" / "routecheck.toml"
    for below in ("", "out", "out/deep"):
        assert at(folders / "site" / below, monkeypatch) == mine
    config = folders / "site" / "config"
    config.mkdir()
    (config / "routecheck.toml").write_bytes(mine.read_bytes())
    # As ever: config/routecheck.toml is what is meant here.
    assert at(folders / "site", monkeypatch) == config / "routecheck.toml"
    assert at(config, monkeypatch) == config / "routecheck.toml"
    assert at(folders / "site" / "out", monkeypatch) == config / "routecheck.toml"


def test_the_environment_goes_before_what_lies_about_and_the_call_before_both(
    folders, monkeypatch, capsys
):
    monkeypatch.chdir(folders / "site" / "out")
    monkeypatch.setenv(CONFIG_VARIABLE, str(folders / "other" / "routecheck.toml"))
    assert call("status") == 0
    assert f"{folders}/other/routecheck.db" in capsys.readouterr().out
    assert call("status", "--config", "../routecheck.toml") == 0
    assert f"{folders}/site/routecheck.db" in capsys.readouterr().out


def test_a_failure_names_the_configuration_that_was_found(folders, monkeypatch, capsys):
    monkeypatch.chdir(folders / "site" / "out")
    assert call("run", "--date", "2026-03-02") == 3
    mine = folders / "site" / "routecheck.toml"
    found = capsys.readouterr().err
    assert f"(configuration: {mine})" in found
    # Who named it knows.
    assert call("run", "--date", "2026-03-02", "--config", str(mine)) == 3
    assert "(configuration:" not in capsys.readouterr().err


def test_where_there_is_none_the_usual_one_is_wanted(folders, monkeypatch, capsys):
    monkeypatch.chdir(folders)
    assert call("status") == 2
    assert "config/routecheck.toml: there is no such configuration file" in capsys.readouterr().err
    monkeypatch.setenv(CONFIG_VARIABLE, "gone.toml")
    assert call("status") == 2
    assert "gone.toml: there is no such configuration file" in capsys.readouterr().err
