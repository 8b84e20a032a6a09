"""What is published: built, held against the source, and installed into an empty environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import routecheck

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONDA = {"matplotlib": "matplotlib-base", "tzdata": "python-tzdata"}
"""Packages of PyPI that conda-forge has under another name."""


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Path, Path]:
    """The sdist, and the wheel that is built from what is in it."""
    sdist = pytest.importorskip("hatchling.builders.sdist")
    wheel = pytest.importorskip("hatchling.builders.wheel")
    folder = tmp_path_factory.mktemp("dist")
    (packed,) = sdist.SdistBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with tarfile.open(packed) as archive:
        archive.extractall(folder / "source", filter="data")
    [source] = (folder / "source").iterdir()
    build = wheel.WheelBuilder(str(source)).build(directory=str(folder), versions=["standard"])
    return Path(packed), Path(next(iter(build)))


def test_the_wheel_from_the_sdist_has_the_whole_package_and_no_more(built):
    package = ROOT / "src" / "routecheck"
    wanted = {
        path.relative_to(package.parent).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(built[1]) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == wanted
    assert {"routecheck/py.typed", "routecheck/__init__.pyi"} <= names


def test_the_sdist_has_what_is_needed_to_judge_it_and_nothing_of_this_machine(built):
    with tarfile.open(built[0]) as archive:
        names = [member.name.partition("/")[2] for member in archive.getmembers()]
        told = [
            (member.name, archive.extractfile(member).read())
            for member in archive.getmembers()
            if member.name.endswith((".py", ".md", ".toml", ".cff", ".yaml", ".service"))
        ]
    assert {"LICENSE", "CITATION.cff", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"} <= {*names}
    assert not [name for name in names if name.startswith(("sample_data", ".hypothesis", ".venv"))]
    assert not [name for name in names if name.endswith((".db", ".pyc", ".env", ".pem", ".key"))]
    here = os.path.expanduser("~") + "/"  # noqa: PTH111 - as it would stand in a text
    for name, content in told:
        for trace in (here, f"{ROOT}/"):
            assert trace.encode() not in content or len(trace) < 4, f"{name}: {trace}"


def test_the_wheel_works_in_an_empty_environment(built, tmp_path):
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q"]
    quiet = ["--disable-pip-version-check", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*pip, *quiet, str(built[1])], check=True)
    # What it depends on is that of this environment: to fetch it again takes minutes.
    [packages] = (environment / "lib").glob("python*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    clean = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONUTF8": "1"}

    def told(*command: str | Path) -> str:
        done = subprocess.run(
            command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=True
        )
        return done.stdout

    found = told(python, "-c", "import routecheck; print(routecheck.__file__)").strip()
    assert Path(found).is_relative_to(environment)
    command = environment / "bin" / "routecheck"
    assert told(command, "--version").split() == ["routecheck", routecheck.__version__]
    told(command, "simulate", "site", "--days", "1", "--points", "15", "--trucks", "2")
    told(command, "run", "--date", "2026-03-02", "--config", "site/routecheck.toml")
    use = (
        "import routecheck\n"
        "with routecheck.open_site('site/routecheck.toml') as site:\n"
        "    print(len(site.results().pickups), routecheck.judge.__module__)"
    )
    count, module = told(python, "-c", use).split()
    assert int(count) > 10
    assert module == "routecheck.api.judging"


def test_versions_agree():
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    recipe = (ROOT / "deploy" / "conda-forge" / "recipe.yaml").read_text("utf-8")
    assert f"\nversion: {routecheck.__version__}\n" in citation
    assert f'\n  version: "{routecheck.__version__}"\n' in recipe
    assert f"\nlicense: {PROJECT['license']}\n" in citation
    least = PROJECT["requires-python"].removeprefix(">=")
    assert f'\n  python_min: "{least}"\n' in recipe


def test_the_recipe_asks_for_what_the_project_does():
    recipe = (ROOT / "deploy" / "conda-forge" / "recipe.yaml").read_text("utf-8")
    asked = re.findall(r"^    - (\S+) ([<>=].*)$", recipe.partition("\n  run:\n")[2], re.MULTILINE)
    wanted = []
    for requirement in PROJECT["dependencies"]:
        name, bounds = re.fullmatch(r"([\w.-]+)(.*)", requirement).groups()
        wanted.append(
            (CONDA.get(name, name).replace("prometheus-client", "prometheus_client"), bounds)
        )
    assert sorted(one for one in asked if one[0] != "python") == sorted(wanted)


def test_the_container_does_not_run_as_root():
    users = re.findall(r"^USER (\S+)$", (ROOT / "deploy" / "Dockerfile").read_text("utf-8"), re.M)
    assert users
    assert users[-1] not in ("root", "0")
