"""The file of confidences that a site may name."""

from __future__ import annotations

import pytest

from routecheck.config import load_config
from routecheck.domain.errors import UsageError
from routecheck.verdicts.confidence import adapted, installed, installed_text

SITE = """
[points]
path = "points.csv"
[schedule]
path = "schedule.csv"
[fixes]
path = "fixes/*.csv"
[judge]
confidence = "mine.toml"
"""


@pytest.fixture
def site(tmp_path):
    path = tmp_path / "routecheck.toml"
    path.write_text(SITE, "utf-8")

    def named(text: str):
        (tmp_path / "mine.toml").write_text(text, "utf-8")
        return load_config(path)

    return named


def test_what_the_file_leaves_out_is_as_installed(site):
    shares = adapted(site("[criterion]\npassed_by = 0.71\n").settings.judge.confidence)
    assert shares.of("passed_by") == 0.71
    assert shares.of("not_approached") == installed().of("not_approached")
    assert shares.of_hidden(30.0) == installed().of_hidden(30.0)


def test_the_installed_file_may_be_named_and_changes_nothing(site):
    assert adapted(site(installed_text()).settings.judge.confidence) == installed()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[criterion]\npased_by = 0.5", 'line 2: key "criterion.pased_by" is not known; did you'),
        ("[criteria]\npassed_by = 0.5", 'line 1: key "criteria" is not known; did you mean'),
        ("[criterion]\ngap = 0.9\npassed_by = 1.5", "line 3: criterion.passed_by must be above 0"),
        ("[criterion]\npassed_by = 0", "criterion.passed_by must be above 0 and below 1; found 0"),
        ("[criterion]\npassed_by = true", "criterion.passed_by must be above 0 and below 1"),
        ("[criterion]\npassed_by = nan", "criterion.passed_by must be above 0 and below 1"),
        ("criterion = 3", "line 1: criterion must be a section of its own"),
        ("[stand]\nright = [0.9, 0.95]", "line 2: stand.right must be a list of 7 numbers"),
        ("[stand]\nright = 0.9", "line 2: stand.right must be a list of 7 numbers that grow"),
        ("[hidden]\nright = [0.9, 0.8, 0.95, 0.96]", "hidden.right must be a list of 4 numbers"),
        ("[hidden]\nspare_s = [1, 2, 2, 3]", "hidden.spare_s must be a list of 4 numbers that"),
        ("[hidden]\nright = [0.9, 0.91, 0.92, 1.0]", "hidden.right must be above 0 and below 1"),
        ("[stand]\nfar_m = -1", "line 2: stand.far_m must be a number, at least 0; found -1"),
        ("[bounds]\nleast = 0.9995", "line 2: bounds.least must be such that least is below most"),
        ('[like]\ntwo_places = "rain"', "like.two_places must be one of tolerance, route_not"),
        ("[criterion", "line 1: [criterion: not TOML"),
    ],
)
def test_what_is_wrong_with_it_is_told_in_one_line(site, tmp_path, text, said):
    with pytest.raises(UsageError) as error:
        site(text)
    line = str(error.value)
    assert said in line
    assert line.startswith(str(tmp_path / "mine.toml"))
    assert "\n" not in line


def test_a_file_that_is_not_there_is_named(tmp_path):
    (tmp_path / "routecheck.toml").write_text(SITE, "utf-8")
    with pytest.raises(UsageError, match=r"mine\.toml: there is no such file of confidences"):
        load_config(tmp_path / "routecheck.toml")
