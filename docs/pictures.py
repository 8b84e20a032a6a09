"""The pictures of the pages: screenshots of what a clerk sees, and a picture of each cause.

    python -m docs.pictures              all of them
    python -m docs.pictures screens      the screenshots, in both languages; needs Chromium
    python -m docs.pictures causes       the causes, and the examples that the page names

They are written to `docs/pictures`, with few colours so that they stay small. `docs/causes.md` and
`docs/causes.zh.md` name the example that each picture shows; that line is written here too.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docs.cause_pictures import Example, draw, examples
from routecheck.domain.codes import Cause, Language

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
WEEK = ("2026-03-02", "2026-03-08")
DAY = "2026-03-05"
POINT = "P0309"
"""The point that the tutorial asks about."""
MISSED = "P0229"
"""A point that was missed on that day, for the pictures of the desk."""
ELSEWHERE = ("--points", "150", "--trucks", "12", "--seed", "1", "--days", "3",
             "--set", "poor_day_rate=0.4")  # fmt: skip
"""What the sample county does not have is shown in one whose devices are worse."""
COLOURS = 192
WIDTH = 1000
"""Of the screenshots, pixels."""


def _environment() -> dict[str, str]:
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path.rstrip(os.pathsep), "PYTHONUTF8": "1"}


def _routecheck(folder: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "routecheck", *arguments],
        cwd=folder, env=_environment(), check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def sample(folder: Path, language: Language) -> Path:
    """Run a copy of the sample county in a folder; return the folder."""
    for name in ("sample_data", "config"):
        away = shutil.ignore_patterns("out", "*.db*")
        shutil.copytree(ROOT / name, folder / name, ignore=away)
    config = folder / "config" / "routecheck.toml"
    text = config.read_text(encoding="utf-8").replace('"en"', f'"{language}"', 1)
    if language == "zh":
        text = text.replace("Sample county", "示例县")
    config.write_text(text, encoding="utf-8")
    _routecheck(folder, "run", "--from", WEEK[0], "--to", WEEK[1])
    return folder


def screens(folders: dict[Language, Path]) -> None:
    """Photograph the report, the map of a point and the desk, in both languages."""
    from playwright.sync_api import sync_playwright

    named = (os.environ.get("ROUTECHECK_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    binary = next((found for name in named if name and (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        # Without a sandbox: it opens only files made here.
        browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        for language, folder in folders.items():
            _routecheck(folder, "report", "--date", DAY)
            _routecheck(folder, "recheck", POINT, "--date", DAY, "--map", f"out/{POINT}.html")
            context = browser.new_context(
                offline=True, viewport={"width": WIDTH, "height": 800}, locale=language
            )
            page = context.new_page()
            page.goto((folder / "out" / f"report_{DAY}.html").as_uri())
            page.wait_for_selector("#map[data-ready]")
            # When it was judged is no part of the picture: it would be another one every day.
            page.evaluate("document.querySelector('.stamp').style.visibility = 'hidden'")
            for name, take in REPORT.items():
                _keep(f"{name}.{language}", take(page))
            page.goto((folder / "out" / f"{POINT}.html").as_uri())
            page.wait_for_selector("#map[data-ready]")
            page.wait_for_timeout(400)
            _keep(f"point-map.{language}", _part(page, "body", 1560))
            _desk(context, folder, language)
            context.close()
        browser.close()


def _desk(context: Any, folder: Path, language: Language) -> None:
    """Photograph a day, a point and a correction at the desk."""
    context.set_offline(False)  # it asks this machine
    command = [sys.executable, "-m", "routecheck", "desk", "--no-browser", "--port", "0"]
    with subprocess.Popen(
        command, cwd=folder, env=_environment(), stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            assert process.stdout is not None
            opened = next(line.strip() for line in process.stdout if line.startswith("http"))
            address = opened.partition("/open/")[0]
            page = context.new_page()
            page.goto(opened)
            page.goto(f"{address}/day/{DAY}")
            page.evaluate("document.querySelector('.stamp').style.visibility = 'hidden'")
            _keep(f"desk-day.{language}", _part(page, "body", 760))
            page.goto(f"{address}/point/{MISSED}?date={DAY}")
            page.wait_for_selector("#map[data-ready]", timeout=60_000)
            page.wait_for_timeout(400)
            _keep(f"desk-point.{language}", _part(page, "body", 1540))
            page.goto(f"{address}/corrections")
            page.wait_for_timeout(1000)
            _keep(f"desk-correction.{language}", _part(page, "body", 840))
            page.close()
        finally:
            process.terminate()


def _top(page: Any) -> bytes:
    return bytes(page.screenshot())


def _todo(page: Any) -> bytes:
    return _part(page, "#todo", 560)


def _part(page: Any, selector: str, most_px: int) -> bytes:
    """A part of the page, from its beginning, not higher than asked."""
    part = page.locator(selector)
    # A bar that stays at the top of the window would lie over what is photographed.
    page.evaluate(
        "for (const bar of document.querySelectorAll('nav')) bar.style.position = 'static'"
    )
    part.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = part.bounding_box()
    top = box["y"] + page.evaluate("window.scrollY")
    clip = {"x": 0, "y": top, "width": WIDTH, "height": min(box["height"], most_px)}
    return bytes(page.screenshot(clip=clip, full_page=True))


REPORT: dict[str, Callable[[Any], bytes]] = {
    "report-top": _top,
    "report-todo": _todo,
}


def causes(folder: Path) -> None:
    """Draw an example of each cause, and name it in the pages."""
    page = (ROOT / "docs" / "causes.md").read_text(encoding="utf-8")
    shown = r"cause-(\w+)\.png\)\n\nExample: .*`routecheck recheck (\S+) --date (\S+)`"
    kept = frozenset(re.findall(shown, page))
    here = examples(folder / "out", folder / "sample_data", kept)
    found = {one.cause: (one, "") for one in here}
    config = folder / "config" / "routecheck.toml"
    pictures = {cause: draw(one, config) for cause, (one, _) in found.items()}
    if missing := [cause for cause in Cause if cause not in found]:
        other = folder / "elsewhere"
        _routecheck(folder, "simulate", str(other), *ELSEWHERE)
        site = str(other / "routecheck.toml")
        _routecheck(folder, "run", "--config", site, "--from", WEEK[0], "--to", "2026-03-04")
        for one in examples(other / "out", other, kept):
            if one.cause in missing:
                found[one.cause] = (one, " ".join(ELSEWHERE))
                pictures[one.cause] = draw(one, other / "routecheck.toml")
    # A schedule that was not read makes no picture: neither county has the cause.
    for cause, picture in pictures.items():
        _keep(f"cause-{cause}", picture)
    for name in ("causes.md", "causes.zh.md"):
        path = ROOT / "docs" / name
        text = path.read_text(encoding="utf-8")
        for cause, (one, made) in found.items():
            text = named(text, cause, _line(one, made, chinese=name.endswith(".zh.md")))
        path.write_text(text, encoding="utf-8")


def _line(example: Example, made: str, *, chinese: bool) -> str:
    """The line of a page that names an example."""
    asked = f"`routecheck recheck {example.point_id} --date {example.day}`"
    if not made:
        return f"示例：{asked}" if chinese else f"Example: {asked}"
    county = f"`routecheck simulate DIR {made}`"
    return (
        f"示例：{county} 生成的县，{asked}" if chinese else f"Example: in {county}, {asked}"
    )  # fmt: skip


def named(text: str, cause: Cause, line: str) -> str:
    """Return a page with the line under the picture of a cause replaced."""
    picture = rf"(!\[[^\]]*\]\(pictures/cause-{cause}\.png\)\n\n)[^\n]*"
    new, count = re.subn(picture, lambda found: found[1] + line, text)
    if count != 1:
        raise ValueError(f"the page shows {count} pictures of {cause}; one was wanted")
    return new


def _keep(name: str, png: bytes) -> None:
    """Write a picture with few colours, without what says when it was made."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    few.save(path, optimize=True)
    print(path.relative_to(ROOT), f"{path.stat().st_size / 1000:.0f} kB")


def main(wanted: list[str]) -> int:
    """Make the pictures asked for."""
    with tempfile.TemporaryDirectory(prefix="routecheck-pictures-") as scratch:
        english = sample(Path(scratch) / "en", "en")
        if not wanted or "causes" in wanted:
            causes(english)
        if not wanted or "screens" in wanted:
            screens({"en": english, "zh": sample(Path(scratch) / "zh", "zh")})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
