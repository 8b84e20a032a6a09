"""The configuration: defaults, and one clear line with key and line number for every mistake."""

import json
import re
import tomllib
from zoneinfo import ZoneInfo

import pytest

from routecheck.config import FixesSource, PointsSource, load_config, reference, write_site
from routecheck.domain.errors import UsageError

PATHS = '[points]\npath = "p.csv"\n[schedule]\npath = "s.csv"\n[fixes]\npath = "f/*.csv"\n'


@pytest.fixture
def write(tmp_path):
    def to_file(text, encoding="utf-8"):
        path = tmp_path / "site.toml"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return path

    return to_file


def _message(path):
    with pytest.raises(UsageError) as caught:
        load_config(path)
    text = str(caught.value)
    assert "\n" not in text
    assert str(path) in text
    return text


def test_every_key_but_three_paths_has_the_default_of_the_contract(write, tmp_path):
    config = load_config(write(PATHS))
    assert config.site.time_zone == "Asia/Shanghai"
    assert config.time_zone == ZoneInfo("Asia/Shanghai")
    assert config.site.language == "en"
    assert config.points.datum == config.fixes.datum == "wgs84"
    assert not config.alerts.given
    assert config.monitor.tolerance_m == config.matching.tolerance_m == 30
    assert config.matching.min_dwell_s == 10
    assert config.matching.any_vehicle is True
    assert config.store_url == f"sqlite:///{(tmp_path / 'routecheck.db').as_posix()}"
    assert config.export_directory == tmp_path / "out"
    assert config.service.daily_at == "06:30"
    assert config.service.revisit_days == 3
    assert config.directory == tmp_path


def test_settings_carry_what_the_file_says(write):
    config = load_config(
        write(
            PATHS + '[site]\ntime_zone = "Europe/Berlin"\nlanguage = "zh"\n'
            "[monitor]\ntolerance_m = 40\n"
            "[matching]\ntolerance_m = 25.5\nmin_dwell_s = 0\nany_vehicle = false\n"
        )
    )
    settings = config.settings
    assert settings.time_zone == ZoneInfo("Europe/Berlin")
    assert config.site.language == "zh"
    assert settings.match.tolerance_m == 25.5
    assert settings.judge.min_dwell_s == 0
    assert settings.judge.any_vehicle is False
    assert settings.judge.monitor_tolerance_m == 40


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(write, encoding):
    config = load_config(write('# 站点\n[site]\nname = "龙潭县"\n' + PATHS, encoding))
    assert config.site.name == "龙潭县"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("sqlite:///a/b.db", "sqlite:///{dir}/a/b.db"),
        ("sqlite:////abs/b.db", "sqlite:////abs/b.db"),
        ("sqlite:///b.db?timeout=5", "sqlite:///{dir}/b.db?timeout=5"),
        ("sqlite+pysqlite:///b.db", "sqlite+pysqlite:///{dir}/b.db"),
        ("sqlite://", "sqlite://"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql+psycopg://u@h/base", "postgresql+psycopg://u@h/base"),
    ],
)
def test_path_of_an_sqlite_store_is_relative_to_the_file(write, tmp_path, url, wanted):
    config = load_config(write(PATHS + f'[store]\nurl = "{url}"\n'))
    assert config.store_url == wanted.format(dir=tmp_path.as_posix())


@pytest.mark.parametrize(
    ("extra", "line", "parts"),
    [
        ("[matching]\ntolerence_m = 3", 8, ["matching.tolerence_m", 'did you mean "tolerance_m"']),
        ("[mtching]\ntolerance_m = 3", 7, ['"mtching"', 'did you mean "matching"']),
        ("[alerts]\ndatum = 'wgs84'", 8, ["alerts.datum", "[points], [fixes]"]),
        ("[points.columns]\nlom = '经度'", 8, ["points.columns.lom", 'did you mean "lon"']),
        ("[matching]\ntolerance_m = 20000", 8, ["matching.tolerance_m", "at most 10000"]),
        ("[monitor]\ntolerance_m = 1e9", 8, ["monitor.tolerance_m", "at most 10000"]),
        ("[matching]\ntolerance_m = 0", 8, ["matching.tolerance_m", "above 0", "found 0"]),
        ("[matching]\ntolerance_m = nan", 8, ["matching.tolerance_m", "finite"]),
        ("[matching]\nmin_dwell_s = -1", 8, ["matching.min_dwell_s", "at least 0", "found -1"]),
        ('[monitor]\ntolerance_m = "30"', 8, ["monitor.tolerance_m", "a number", 'found "30"']),
        ("[service]\ncheck_minutes = 2000", 8, ["service.check_minutes", "at most 1440"]),
        ("[matching]\ntolerance_m = 1" + "0" * 400, 8, ["matching.tolerance_m", "a number"]),
        ('[messages]\nurls = "x"', 8, ["messages.urls", "a list", "found …"]),
        ('[messages]\nsend = ["summary", 3]', 8, ["messages.send.1", '"revisions", "failures"']),
        ("[fixes.columns]\ntime = 3", 8, ["fixes.columns.time", "quotation marks"]),
        ("[matching]\nany_vehicle = { X = 'pass' }", 8, ["true or false", "found {…}"]),
        ("[matching]\nany_vehicle = 1", 8, ["matching.any_vehicle", "true or false"]),
        ('[site]\ntime_zone = "Asia/Shangai"', 8, ["time zone", '"Asia/Shanghai"', "Shangai"]),
        ('[site]\nlanguage = "fr"', 8, ["site.language", '"en", "zh"', '"fr"']),
        ('[service]\ndaily_at = "24:00"', 8, ["service.daily_at", "HH:MM", '"24:00"']),
        ("[service]\n\nrevisit_days = 1.5", 9, ["service.revisit_days", "whole number"]),
        ("[service]\nrevisit_days = -1", 8, ["service.revisit_days", "at least 0"]),
        ('[store]\nurl = "routecheck.db"', 8, ["store.url", "SQLAlchemy URL"]),
        ('[export]\ndirectory = ""', 8, ["export.directory", "not empty"]),
        ('[alerts]\npath = "a"\nencoding = "gbbk"', 9, ["alerts.encoding", "gb18030"]),
        ('[alerts]\npath = "a"\nencoding = "utf-16"', 9, ["alerts.encoding"]),
        ('[export]\ndirectory = "C:\\gps"', 8, ["backslash", "forward slashes"]),
        ("[export]\ndirectory = “out”", 8, ["Chinese quotation marks"]),
        ("[export]\ndirectory ＝ 'out'", 8, ["Chinese punctuation"]),
        ("[export]\ndirectory", 8, ["not TOML"]),
    ],
)  # fmt: skip
def test_mistakes_name_key_and_line(write, extra, line, parts):
    message = _message(write(PATHS + extra + "\n"))
    assert f"line {line}:" in message
    for part in parts:
        assert part in message


def test_line_is_that_of_the_right_table_and_not_of_a_comment(write):
    text = "# tolerance_m = -3\n" + PATHS + "[monitor]\ntolerance_m = 3\n[matching]\n"
    assert "line 11:" in _message(write(text + "tolerance_m = -3  # metres\n"))
    assert "line 2:" in _message(write("# x\nmonitor.tolerance_m = -3\n" + PATHS))


def test_datums_are_checked_and_spelt_in_one_way(write):
    text = PATHS.replace('"p.csv"', '"p.csv"\ndatum = "GCJ-02"')
    assert load_config(write(text)).points.datum == "gcj02"
    assert "points.datum" in _message(write(text.replace("GCJ-02", "gcj03")))
    assert "no reliable transformation" in _message(write(text.replace("GCJ-02", "EPSG:2360")))


def test_required_paths(write):
    for section in ("points", "schedule", "fixes"):
        rest = "".join(
            f'[{other}]\npath = "x"\n'
            for other in ("points", "schedule", "fixes")
            if other != section
        )
        assert f"{section}.path is required" in _message(write(rest))
        assert f"{section}.path is required" in _message(write(rest + f"[{section}]\n"))


def test_time_of_day_without_quotation_marks(write):
    assert (
        load_config(write(PATHS + "[service]\ndaily_at = 05:15:00\n")).service.daily_at == "05:15"
    )


def test_no_file_points_to_init(tmp_path):
    assert "routecheck init" in _message(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        load_config(tmp_path)


def test_constraints_hold_in_code_too():
    assert FixesSource(path="x").datum == "wgs84"
    with pytest.raises(ValueError, match="path"):
        PointsSource(path="")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_new_site_loads_with_the_defaults(tmp_path, write, language):
    files = write_site(tmp_path / "site", language)
    made = load_config(tmp_path / "site" / "routecheck.toml")
    plain = load_config(write(PATHS))
    assert made.site.language == language
    for section in ("monitor", "matching", "store", "service"):
        assert getattr(made, section) == getattr(plain, section)
    # A new site wants the report that people look at; a script may do without.
    assert made.export.report
    assert made.export.model_copy(update={"report": False}) == plain.export
    for path in files:
        if path.suffix == ".csv":
            assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert (tmp_path / "site" / "fixes").is_dir()
    assert (tmp_path / "site" / "alerts").is_dir()
    # Every default that stands as a comment is valid TOML too.
    text = (tmp_path / "site" / "routecheck.toml").read_text(encoding="utf-8")
    uncommented = re.sub(r"(?m)^# (?=(?!vehicle)\w+ = )", "", text)
    assert uncommented.count("\nencoding = ") == 7
    assert tomllib.loads(uncommented)["points"]["datum"] == "wgs84"


def test_new_site_overwrites_nothing(tmp_path):
    (tmp_path / "points.csv").write_text("mine")
    with pytest.raises(UsageError, match=r"points\.csv exists already"):
        write_site(tmp_path, "en")
    assert [path.name for path in tmp_path.iterdir()] == ["points.csv"]
    assert (tmp_path / "points.csv").read_text() == "mine"


def test_reference_tells_every_key_in_both_languages():
    english, chinese = reference("en"), reference("zh")
    rows = [line.split("|")[1].strip() for line in english.splitlines()[2:]]
    assert rows == [line.split("|")[1].strip() for line in chinese.splitlines()[2:]]
    assert "`matching.min_dwell_s`" in rows
    assert all(line.split("|")[-2].strip() for line in (english + chinese).splitlines())
    assert json.dumps("sqlite:///routecheck.db") in english
