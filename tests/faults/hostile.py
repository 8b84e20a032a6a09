"""Hostile text in every field of every input, through every format, into every output.

Every id, name and word of a village's files holds characters that no text holds: escape sequences,
bells, backspaces, overrides of the writing direction, line ends, what hides before a formula.
Then every command is called, and every byte that comes out is read.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import shapely

from faults.outcome import Outcome
from fetching.web import Asked, Reply, Web
from routecheck.cli import main
from village import AT_M, Village, day

LEAD = "LEAD"
ORDINARY = "ordinary letters of a name "
"""What follows each hostile sign: a line of an output that begins with it was split there."""
SIGNS: Mapping[str, str] = {
    "escape": "\x1b[31m",
    "title": "\x1b]0;x\x07",
    "backspace": "\b",
    "bell": "\x07",
    "delete": "\x7f",
    "C1": "\x9b2J",
    "line feed": "\n",
    "carriage return": "\r",
    "tab": "\t",
    "next line": "\x85",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "override": "\u202e",
    "isolate": "\u2067",
    "mark": "\u200f",
    "byte order": "\ufeff",
    "no width": "\u200b",
    "soft hyphen": "\u00ad",
    "joiner of words": "\u2060",
    "tag": "\U000e0041",
    "markup": "</script><img src=x onerror=alert(1)>",
    "fluent": "{ $x } { 1 }",
    "percent": "%s %(name)s {0}",
    "mathematics": "$\\frac{$",
}
ALL_SIGNS = ORDINARY.join(SIGNS.values())
BEFORE_FORMULA = ("", "\ufeff", "\u200b", "\u2060", "\u200d", "\x1b", "\t", " ")
SHOWN_AS = "\ufffd" + "".join(map(chr, range(0x2400, 0x2427)))
SHAPEFILE_BYTES = 254
"""Of a text in a Shapefile (ESRI, 1998: dBASE)."""
ALLOWED = frozenset("\u200c\u200d")
FILES = ("csv", "gb18030", "xlsx", "geojson", "gpkg", "shp", "parquet")
"""How the points come; the other tables come as workbooks with `xlsx`, fixes so with `parquet`."""
ELSEWHERE = ("database", "web")
"""How all tables are fetched."""
FORMATS = (*FILES, *ELSEWHERE)


class Hostile:
    """The village with hostile words; `of` makes a word of a plain one.

    Args:
        folder: of the site.
        form: one of `FORMATS`.
        sign: one of `SIGNS`, or what stands before a formula.
    """

    def __init__(self, folder: Path, form: str, sign: str, *, formula: bool = False) -> None:
        self.folder, self.form = folder, form
        self.sign, self.formula = sign, formula
        site = Village(folder)
        path = site.deliver(day(0), skip=("P3",))
        tables = {
            "points": pd.read_csv(folder / "points.csv", dtype=str),
            "schedule": pd.read_csv(folder / "schedule.csv", dtype=str),
            "fixes": pd.read_csv(path, dtype=str),
            "alerts": pd.DataFrame(
                [[f"A{n}", f"P{n}", str(day(0)), f"{day(0)} 12:00:00"] for n in (1, 2, 3)],
                columns=["alert_id", "point_id", "service_date", "raised_at"],
            ),
            "vehicles": pd.DataFrame({"device_id": ["T1"], "vehicle_id": ["V1"]}),
            "calendar": pd.DataFrame(
                {"date": [str(day(3))], "township": ["North"], "point_id": ["P8"], "due": ["false"]}
            ),
            "checks": pd.DataFrame(
                [["P1", str(day(0)), "06:00", "true", "Li"]],
                columns=["point_id", "service_date", "window_start", "collected", "by"],
            ),
        }
        tables["points"]["village"] = "Village"
        tables["fixes"]["vehicle_id"] = "T1"
        tables["schedule"]["route_id"] = "R1"
        # Rows that are rejected show what they hold.
        for name, table in tables.items():
            words = [c for c in table if c.endswith("_id") or c in _WORDS]
            for column in words:
                table[column] = table[column].map(self.of)
            bad = dict(table.iloc[-1])
            for column in set(table) - set(words):
                bad[column] = self.of("bad")
            tables[name] = pd.concat([table, pd.DataFrame([bad])], ignore_index=True)
        path.unlink()
        (folder / "alerts" / "none.csv").unlink()
        for name in ("points.csv", "schedule.csv"):
            (folder / name).unlink()
        self.web: Web | None = None
        if form in ELSEWHERE:
            sections = self._elsewhere(tables)
        else:
            paths = {name: self._write(name, table) for name, table in tables.items()}
            sections = "".join(f"[{name}]\npath = {_toml(path)}\n" for name, path in paths.items())
        site.config.write_text(
            f"[site]\nname = {_toml(self.of('Site'))}\n{sections}"
            '[store]\nurl = "sqlite:///rc.db"\n[export]\nreport = true\n'
        )
        self.config = site.config

    def of(self, word: str) -> str:
        """A word, made hostile; a formula begins with what hides it."""
        if self.formula:
            return f"{self.sign}=HYPERLINK({word})"
        # Of a table with a twentieth of control characters it is said that it is no text.
        hostile = f"{word}{self.sign}{LEAD}{word} {ORDINARY.strip()}"
        if self.form == "shp":  # what it cannot hold it cuts, and then no other table joins
            return hostile.encode()[:SHAPEFILE_BYTES].decode(errors="ignore")
        return hostile

    def _write(self, name: str, table: pd.DataFrame) -> str:
        stem = f"{name}/{name}" if name in ("fixes", "alerts") else name
        (self.folder / stem).parent.mkdir(exist_ok=True)
        if name == "points" and self.form in ("geojson", "gpkg", "shp"):
            return self._geometries(table, f"{stem}.{self.form}")
        if name == "fixes" and self.form == "parquet":
            table.to_parquet(self.folder / f"{stem}.parquet")
            return f"{stem}.parquet"
        if self.form == "xlsx" and name != "fixes":
            return self._workbook(table, f"{stem}.xlsx")
        encoding = "gb18030" if self.form == "gb18030" else "utf-8"
        text = table.to_csv(index=False, quoting=csv.QUOTE_ALL)
        (self.folder / f"{stem}.csv").write_bytes(text.encode(encoding, "replace"))
        return f"{stem}.csv"

    def _elsewhere(self, tables: Mapping[str, pd.DataFrame]) -> str:
        """Put the tables where they are fetched from; returns the sections that say so."""
        if self.form == "web":
            self.web = Web(self._answer(tables))
            self.web.__enter__()
            spans = {"fixes": "?from={from}&to={to}"}
            return "".join(
                f'[{name}]\nurl = "{self.web.url}/{name}{spans.get(name, "")}"\n'
                'success = "code=0"\nrows = "rows"\n'
                for name in tables
            )
        url = f"sqlite:///{self.folder / 'office.db'}"
        with contextlib.closing(sqlite3.connect(self.folder / "office.db")) as connection:
            for name, table in tables.items():
                table.to_sql(name, connection, index=False)
        return "".join(f'[{name}]\nurl = "{url}"\ntable = "{name}"\n' for name in tables)

    def _answer(self, tables: Mapping[str, pd.DataFrame]) -> Callable[[Asked], Reply]:
        """A server that has the tables; the calendar's second call it refuses in hostile words."""
        given: list[str] = []

        def answer(asked: Asked) -> Reply:
            name = asked.path.strip("/")
            given.append(name)
            if name == "calendar" and given.count(name) > 1:
                return Reply({"code": self.of("1"), "message": self.of("no")})
            rows = tables[name].to_dict("records")
            kept = [{n: v for n, v in row.items() if v == v} for row in rows]
            return Reply({"code": 0, "rows": kept})

        return answer

    def close(self) -> None:
        """Let go of a server."""
        if self.web is not None:
            self.web.__exit__()

    def _workbook(self, table: pd.DataFrame, path: str) -> str:
        import xlsxwriter

        with xlsxwriter.Workbook(self.folder / path, {"strings_to_formulas": False}) as book:
            sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\'\x00-\x1f]", "", self.of("S"))[:15])
            for r, row in enumerate([list(table), *table.fillna("").to_numpy().tolist()]):
                for c, cell in enumerate(row):
                    # What XML cannot hold is written as its kind of workbook writes it.
                    sheet.write_string(r, c, str(cell))
        return path

    def _geometries(self, table: pd.DataFrame, path: str) -> str:
        import pyogrio

        good = table.iloc[: len(AT_M)]
        shapes = shapely.points(good["lon"].astype(float), good["lat"].astype(float))
        names = [c for c in good if c not in ("lon", "lat")]
        driver = {"geojson": "GeoJSON", "gpkg": "GPKG", "shp": "ESRI Shapefile"}[self.form]
        pyogrio.raw.write(
            self.folder / path, geometry=shapely.to_wkb(shapes), geometry_type="Point",
            field_data=[good[name].to_numpy(object) for name in names],
            fields=np.array(names), crs="EPSG:4326", driver=driver,
        )  # fmt: skip
        return path

    # --- what comes out -------------------------------------------------------------------------

    def outputs(self) -> Iterator[tuple[str, str]]:
        """Call every command, and yield the name and the text of all that comes out."""
        date = ("--date", str(day(0)))
        for command in (("doctor",), ("run", *date)):
            yield from self._called(command)
        point = self._id_as_shown()
        for command in (
            ("recheck", *date, "--", point),
            ("recheck", *date, "--json", "--", point),
            ("recheck", *date, "--map", str(self.folder / "out" / "map.html"), "--", point),
            ("recheck", *date, "--png", str(self.folder / "out" / "map.png"), "--", point),
            ("recheck", *date, "--", self.of("unknown")),
            ("diagnose", "--export"),
            ("accept", "--", point),
            ("reject", "--", self.of("P1")),
            ("history", "--", point),
            ("history", "--json", "--", point),
            ("history", *date, "--", point),
            ("status",),
            ("status", "--json"),
            ("report", *date),
            ("report", "--month", str(day(0))[:7]),
            ("evaluate", "--checks"),
            ("store", "check"),
            ("export", *date),
        ):
            yield from self._called(command)
        yield "log", _log(self.config, "text")
        yield "log as JSON", _log(self.config, "json")
        for path in sorted((self.folder / "out").rglob("*")):
            if path.suffix == ".xlsx":
                yield path.name, _workbook_text(path)
            elif path.suffix in (".csv", ".html", ".json", ".geojson", ".svg", ".txt"):
                yield path.name, path.read_bytes().decode("utf-8-sig")

    def _called(self, command: Sequence[str]) -> Iterator[tuple[str, str]]:
        words = command[:2] if command[0] == "store" else command[:1]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main([*words, "--config", str(self.config), *command[len(words) :]])
        yield f"{' '.join(command[:2])} stdout", out.getvalue()
        yield f"{' '.join(command[:2])} stderr", err.getvalue()

    def _id_as_shown(self) -> str:
        """The id of P2, as an export shows it."""
        path = self.folder / "out" / f"pickups_{day(0)}.csv"
        if not path.exists():
            return self.of("P2")
        rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig")))
        return next(row["point_id"] for row in rows if "P2" in row["point_id"])


def _toml(text: str) -> str:
    """A string of TOML; what cannot be seen is written as its number."""
    signs = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
    return f'"{"".join(signs)}"'


_WORDS = frozenset({"name", "township", "village", "by"})


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "ROUTECHECK_LANGUAGE": "en", "PYTHONUTF8": "1"}


def _log(config: Path, form: str) -> str:
    """What the service logs of a round, and of one that fails."""
    script = (
        "import sys, logging, pandas as pd; from pathlib import Path\n"
        "from routecheck.daemon.logs import set_up_logs\n"
        "from routecheck.daemon.service import Service\n"
        f"set_up_logs({form!r})\n"
        f"now = pd.Timestamp('{day(1)} 06:40', tz='Asia/Shanghai').tz_convert('UTC')\n"
        f"service = Service(Path({str(config)!r}), clock=lambda: now)\n"
        "service.tick()\n"
        "word = Path(sys.argv[1]).read_text('utf-8')\n"
        "logging.getLogger('routecheck.test').error('%s', word, extra={'more': word})\n"
        "logging.getLogger('another.library').warning('%s', word)\n"
        "try:\n    raise ValueError(word)\n"
        "except ValueError:\n    logging.getLogger('routecheck.test').exception('failed')\n"
    )
    word = config.parent / "word"
    word.write_bytes(f"x\x1b[31m\x07\u202e\n{LEAD}".encode())
    done = subprocess.run(
        [sys.executable, "-c", script, str(word)],
        capture_output=True, check=False, env=_environment(),
    )  # fmt: skip
    return done.stderr.decode("utf-8", "surrogatepass")


def _workbook_text(path: Path) -> str:
    """Every text of a workbook, a line each; formulas are told."""
    lines = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                tree = ElementTree.fromstring(archive.read(name))
                for node in tree.iter():
                    tag = node.tag.rpartition("}")[2]
                    if tag == "f":
                        lines.append(f"FORMULA {node.text}")
                    if tag in ("t", "v", "oddHeader", "oddFooter") and node.text:
                        lines.append(re.sub("_x([0-9A-Fa-f]{4})_", _escaped, node.text))
    return "\n".join(lines)


def _escaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def amiss(name: str, text: str) -> list[str]:
    """What an output holds that is no text, or begins where a word of ours was split."""
    found = []
    if name == "run --date stderr" and "routecheck:" in text:
        found.append(f"{name}: did not run: {text[:200]!r}")
    for n, line in enumerate(text.split("\n"), 1):
        bare = line.rstrip("\r") if name.endswith(".csv") else line
        strange = {
            f"U+{ord(c):04X}"
            for c in bare
            if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")
            and c not in ALLOWED
            and not (c == "\t" and _own_file(name))
        }
        if strange:
            found.append(f"{name}:{n}: {', '.join(sorted(strange))}")
        if line.lstrip().startswith(LEAD) and not name.endswith((".html", ".xlsx")):
            found.append(f"{name}:{n}: a line was split")
        if line.startswith("FORMULA"):
            found.append(f"{name}:{n}: a formula: {line[:60]}")
    if "Warning:" in text and not name.startswith("log"):
        found.append(f"{name}: a warning of a library: {text[:200]!r}")
    if name.startswith(("recheck", "history")) and "not in points" in text and "unk" not in text:
        found.append(f"{name}: the point was not found: {text[:200]!r}")
    if "Traceback" in text and not name.startswith("log"):
        found.append(f"{name}: a traceback")
    if name.endswith(".html") and "<img src=x" in text:
        found.append(f"{name}: markup")
    if name.endswith(".csv"):
        with contextlib.closing(io.StringIO(text)) as lines:
            for row in csv.reader(lines):
                found += [f"{name}: {cell[:40]!r}" for cell in row if _is_formula(cell)]
    return found


def _own_file(name: str) -> bool:
    """Whether tabs are our own: those of the libraries and templates of a page."""
    return name.endswith(".html")


def _is_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula, whatever hides its first sign."""
    seen = "".join(c for c in cell if c.isprintable() and not c.isspace()).lstrip(SHOWN_AS)
    if seen[:1] not in ("=", "+", "-", "@"):
        return False
    return re.fullmatch(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?", cell) is None


def read_all(site: Hostile) -> tuple[int, list[str]]:
    """How many outputs were read, and what was amiss in them."""
    read, found = 0, []
    try:
        for name, text in site.outputs():
            read += 1
            found += amiss(name, text)
    finally:
        site.close()
    return read, found


WORDS = (
    *((name, sign, False) for name, sign in SIGNS.items()),
    ("all signs", ALL_SIGNS, False),
    *((f"a formula after {sign!r}", sign, True) for sign in BEFORE_FORMULA),
)
"""What is tried: its name, the sign, and whether it stands before a formula."""


def try_all(folder: Path, times: int) -> Outcome:
    """Every word through one format after the other, so many times; a site each."""
    failures, read = [], 0
    for n in range(times):
        name, sign, formula = WORDS[n % len(WORDS)]
        form = FORMATS[(n + n // len(WORDS)) % len(FORMATS)]
        site = Hostile(folder / "site", form, sign, formula=formula)
        count, found = read_all(site)
        shutil.rmtree(site.folder)
        read += count
        if found:
            failures.append(f"{form}, {name}: {'; '.join(found[:5])} ({len(found)})")
    return Outcome(times, tuple(failures), {"outputs read": read})
