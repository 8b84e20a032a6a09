"""Secrets in every place of a configuration that can hold one; then all that comes out is read.

A secret stands in the environment, literally in an address, or where an address is malformed. Every
command is called, the service does a round, a fault of the program is printed with its traceback;
what is printed, logged, exported and stored must not hold the secret, nor a part of it.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from faults.outcome import Outcome
from routecheck.cli import main
from village import Village, day

FIRST, LAST = "hunter8Qw", "zTail9Xy"
PLAIN = f"{FIRST}-{LAST}"
HARD = f'{FIRST}@/:?#%"\\{LAST}'
"""A password with every sign that means something in an address."""
HOST = "127.0.0.1:1"
"""Nobody listens there."""


@dataclass(frozen=True)
class Plant:
    """A configuration with a secret.

    Attributes:
        name: where it stands.
        lines: what is added to the configuration.
        environment: variables that are set.
    """

    name: str
    lines: str
    environment: Mapping[str, str]


def _of_store(name: str, url: str, secret: str = "") -> Plant:
    environment = {"PW": secret} if secret else {}
    return Plant(f"store.url, {name}", f"[store]\nurl = '{url}'\n", environment)


def _of_messages(name: str, urls: str, secret: str = "") -> Plant:
    environment = {"PW": secret} if secret else {}
    return Plant(f"messages.urls, {name}", f"[messages]\nurls = {urls}\n", environment)


def _of_source(name: str, keys: str, secret: str = "") -> Plant:
    """Fixes that lie elsewhere."""
    return Plant(f"fixes, {name}", f"fixes.{keys}\n", {"PW": secret} if secret else {})


WEB = f"http://{HOST}/fixes?from={{from}}&to={{to}}"
QUOTED = quote(HARD, safe="").replace("'", "%27")
PLANTS = (
    _of_store("literal", f"postgresql://u:{PLAIN}@{HOST}/db"),
    _of_store("literal, quoted", f"postgresql://u:{QUOTED}@{HOST}/db"),
    _of_store("from the environment", f"postgresql://u:${{PW}}@{HOST}/db", PLAIN),
    _of_store("quoted, from the environment", f"postgresql://u:${{PW}}@{HOST}/db", QUOTED),
    _of_store("unescaped, from the environment", f"postgresql://u:${{PW}}@{HOST}/db", HARD),
    _of_store("in the query", f"postgresql://u@{HOST}/db?password={PLAIN}"),
    _of_store("in the query, from the environment", f"postgresql://u@{HOST}/db?password=${{PW}}",
              PLAIN),
    _of_store("sslpassword", f"postgresql://u@{HOST}/db?sslpassword={PLAIN}"),
    _of_store("an unknown option", f"postgresql://u@{HOST}/db?opshuns=${{PW}}", PLAIN),
    _of_store("the whole address", "${PW}", f"postgresql://u:{PLAIN}@{HOST}/db"),
    _of_store("the whole of what follows", "postgresql://${PW}", f"u:{PLAIN}@{HOST}/db"),
    _of_store("an @ in it", f"postgresql://u:{FIRST}@{LAST}@{HOST}/db"),
    _of_store("an @ and a slash in it", f"postgresql://u:{FIRST}@{LAST}/x@{HOST}/db"),
    _of_store("a slash in it", f"postgresql://u:{FIRST}/{LAST}@{HOST}/db"),
    _of_store("a question mark in it", f"postgresql://u:{FIRST}?{LAST}@{HOST}/db"),
    _of_store("a colon in it", f"postgresql://u:{FIRST}:{LAST}@{HOST}/db"),
    _of_store("no @", f"postgresql://u:{PLAIN}"),
    _of_store("a port that is none", f"postgresql://u:{PLAIN}@127.0.0.1:{LAST}/db"),
    _of_store("no slashes", f"postgresql:u:{PLAIN}@{HOST}/db"),
    _of_store("no scheme", f"u:{PLAIN}@{HOST}/db"),
    _of_store("nothing else", PLAIN),
    _of_store("an unknown database", f"oracle+nothing://u:{PLAIN}@{HOST}/db"),
    _of_store("a database without its driver", f"mysql://u:{PLAIN}@{HOST}/db"),
    Plant("store.url, a number", f"[store]\nurl = [\"{PLAIN}\"]\n", {}),
    Plant("store.url, misspelt", f"[store]\nulr = \"postgresql://u:{PLAIN}@{HOST}/db\"\n", {}),
    Plant("store, misspelt", f"[stroe]\nurl = \"postgresql://u:{PLAIN}@{HOST}/db\"\n", {}),
    Plant("no TOML, store.url", f"[store]\nurl = postgresql://u:{PLAIN}@{HOST}/db\n", {}),
    Plant("no TOML, store.url alone", f"[store]\nurl = {PLAIN}\n", {}),
    Plant("no TOML, an open quote", f"[store]\nurl = \"postgresql://u:{PLAIN}@{HOST}/db\n", {}),
    Plant("no TOML, curved quotes", f"[store]\nurl = “postgresql://u:{PLAIN}@{HOST}/db”\n", {}),
    Plant("no TOML, a backslash", f"[store]\nurl = \"postgresql://u:{PLAIN}\\@{HOST}/db\"\n", {}),
    Plant("no TOML, messages", f"[messages]\nurls = [mailto://u:{PLAIN}@example.org]\n", {}),
    Plant("no TOML, a list", f"[messages]\nurls = [\n\"json://u:{PLAIN}@{HOST}\n]\n", {}),
    _of_messages("literal", f'["json://u:{PLAIN}@{HOST}/x"]'),
    _of_messages("from the environment", f'["json://u:${{PW}}@{HOST}/x"]', PLAIN),
    _of_messages("a key as a host", '["wecombot://${PW}"]', PLAIN),
    _of_messages("a literal key", f'["wecombot://{PLAIN}"]'),
    _of_messages("a token", f'["json://{HOST}/x?token={PLAIN}"]'),
    _of_messages("an @ in it", f'["json://u:{FIRST}@{LAST}@{HOST}/x"]'),
    _of_messages("no scheme", f'["{PLAIN}"]'),
    _of_messages("an unknown scheme", f'["nobody://u:{PLAIN}@{HOST}"]'),
    _of_messages("no list", f'"json://u:{PLAIN}@{HOST}"'),
    _of_messages("a number among them", f'["json://u:{PLAIN}@{HOST}", 3]'),
    Plant("points.path", f"points.path = \"postgresql://u:{PLAIN}@{HOST}/points\"\n", {}),
    Plant("fixes.path", f"fixes.path = \"https://u:{PLAIN}@{HOST}/fixes?token={LAST}\"\n", {}),
    Plant("export.directory", f"[export]\ndirectory = \"https://u:{PLAIN}@{HOST}/out\"\n", {}),
    _of_source("a database", f"url = 'postgresql://u:{PLAIN}@{HOST}/db'\ntable = 'fixes'"),
    _of_source("a database, from the environment",
               f"url = 'mysql://u:${{PW}}@{HOST}/db'\ntable = 'fixes'", QUOTED),
    _of_source("a web address", f"url = 'http://u:{PLAIN}@{HOST}/x?from={{from}}&to={{to}}'"),
    _of_source("a web address, quoted",
               f"url = 'http://u:{QUOTED}@{HOST}/x?from={{from}}&to={{to}}'"),
    _of_source("a web address, its query", f"url = '{WEB}&token={PLAIN}'"),
    _of_source("a web address, from the environment", f"url = '{WEB}&k=${{PW}}'", PLAIN),
    _of_source("a web address, its port", f"url = 'http://u:{FIRST}/{LAST}@{HOST}/x'"),
    _of_source("a header", f"url = '{WEB}'\nheaders = {{ X-Whose = '{PLAIN}' }}"),
    _of_source("a header, from the environment",
               f"url = '{WEB}'\nheaders = {{ Authorization = 'Bearer ${{PW}}' }}", PLAIN),
    _of_source("a header, with what none can hold",
               f"url = '{WEB}'\nheaders = {{ X-Whose = \"{FIRST}\\n{LAST}\" }}"),
    _of_source("a header, no text", f"url = '{WEB}'\nheaders = {{ X-Whose = ['{PLAIN}'] }}"),
    _of_source("headers, no table", f"url = '{WEB}'\nheaders = 'X-Whose: {PLAIN}'"),
    _of_source("headers, misspelt", f"url = '{WEB}'\nheader = {{ X-Whose = '{PLAIN}' }}"),
    _of_source("no TOML, a header", f"url = '{WEB}'\n[fixes.headers]\nX-Whose = {PLAIN}"),
    _of_source("Traccar", f"url = 'http://u:{QUOTED}@{HOST}'\npreset = 'traccar'\n"
               "headers = { Cookie = 'JSESSIONID=${PW}' }", PLAIN),
    _of_source("a data set", f"url = 's3://u:{QUOTED}@b/x?endpoint_override=http://{HOST}'"),
    _of_source("a data set, an unknown option", f"url = 's3://b/x?secret_key={PLAIN}'"),
    _of_source("a list of devices",
               f"url = '{WEB}&d={{device}}'\ndevices_url = 'http://u:{PLAIN}@{HOST}/trucks'"),
    Plant("time zone", f"site.time_zone = \"postgresql://u:{PLAIN}@{HOST}/db\"\n", {}),
)  # fmt: skip

_FAULT = """
import sys
from pathlib import Path
import routecheck.__main__ as program
from routecheck.config import load_config

def fails(*_):
    config = load_config(Path(sys.argv[1]))
    def inner(address):
        raise RuntimeError(f"{address} {config!r} {config.store!r} {config.messages!r}")
    try:
        inner(config.store_url)
    except RuntimeError:
        from routecheck.config.environment import filled_in
        [url, *_] = [*config.messages.urls, config.store.url]
        raise ValueError(filled_in(url.get_secret_value()))

program.main = fails
program.command()
"""
_SERVICE = """
import sys, pandas as pd
from pathlib import Path
from routecheck.daemon.logs import set_up_logs
from routecheck.daemon.service import Service
set_up_logs(sys.argv[2], Path(sys.argv[3]) if sys.argv[3:] else None)
now = pd.Timestamp(sys.argv[4] if sys.argv[4:] else "2026-03-03 06:40", tz="Asia/Shanghai")
import logging
from routecheck.domain.errors import RoutecheckError
try:
    service = Service(Path(sys.argv[1]), clock=lambda: now.tz_convert("UTC"))
except RoutecheckError as error:
    logging.getLogger("routecheck").error("%s", error)
    sys.exit()
service.tick()
logging.getLogger("routecheck").error("%s", service.config.store_url)
logging.getLogger("sqlalchemy").warning("%s", service.config.store_url)
"""


def outputs(folder: Path, plant: Plant) -> Iterator[tuple[str, str]]:
    """Plant a secret in a village, and yield the name and text of all that comes out."""
    site = Village(folder)
    site.deliver(day(0))
    site.alert("A1", "P1", day(0))
    text = site.config.read_text()
    for section in ("store", "messages"):
        if f"[{section}]" in plant.lines and section == "store":
            text = text.replace('[store]\nurl = "sqlite:///rc.db"\n', "")
    if plant.lines.startswith(("points.", "fixes.", "site.")):
        section, _, rest = plant.lines.partition(".")
        key = rest.partition(" ")[0]
        set_anew = (key, "path") if key == "url" else (key,)
        lines = [
            line
            for line in text.splitlines()
            if not any(_sets(line, text, section, one) for one in set_anew)
        ]
        at = lines.index(f"[{section}]") + 1
        text = "\n".join([*lines[:at], rest.strip(), *lines[at:]]) + "\n"
        # Nobody answers: that need not be tried for long.
        site.config.write_text(text + ("[fetch]\nseconds = 0.01\n" if key == "url" else ""))
    else:
        site.config.write_text(text + plant.lines)
    config = ("--config", str(site.config))
    date = ("--date", str(day(0)))
    environment = {**os.environ, **plant.environment}
    with _environment(plant.environment):
        for command in (
            ("run", *date), ("run", "--due"), ("doctor",), ("status",), ("status", "--json"),
            ("status", "--check"), ("history", "P1"), ("recheck", "P1", *date), ("export", *date),
            ("report", *date), ("diagnose",), ("accept", "P1"), ("evaluate", "--checks"),
            ("store", "check"), ("store", "backup", str(folder / "b.bak")), ("store", "prune"),
        ):  # fmt: skip
            out, err = io.StringIO(), io.StringIO()
            try:
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                    main([*command, *config])
            except Exception as error:
                # What no user can cause keeps its traceback, which the test of it must not hide.
                err.write(f"Traceback: {type(error).__name__}: {error}")
            yield " ".join(command[:2]), out.getvalue() + err.getvalue()
    for name, script, *more in (
        ("traceback", _FAULT), ("log", _SERVICE, "text"), ("log as JSON", _SERVICE, "json"),
        ("log file", _SERVICE, "text", str(folder / "out" / "service.log")),
    ):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", script, str(site.config), *more],
            capture_output=True, check=False, env=environment, cwd=folder,
        )  # fmt: skip
        yield name, (done.stdout + done.stderr).decode("utf-8", "replace")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != site.config:
            yield path.name, path.read_bytes().decode("utf-8", "replace")


def _sets(line: str, text: str, section: str, key: str) -> bool:
    """Whether a line of the village's configuration sets a key of a section."""
    before = text[: text.index(line)]
    return line.startswith(f"{key} =") and before.rpartition("[")[2].startswith(f"{section}]")


@contextlib.contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(more)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def leaks(name: str, text: str) -> list[str]:
    """Where an output holds a secret, or a part of one."""
    found = []
    for part in (FIRST, LAST):
        at = text.find(part)
        if at >= 0:
            found.append(f"{name}: …{text[max(0, at - 60) : at + 40]!r}")
    return found


def try_all(folder: Path, times: int) -> Outcome:
    """Plant the first so many."""
    failures, read = [], 0
    for plant in PLANTS[:times]:
        for name, text in outputs(folder / "site", plant):
            read += 1
            failures += [f"{plant.name}, {leak}" for leak in leaks(name, text)]
            if "Traceback" in text and name != "traceback":
                failures.append(f"{plant.name}, {name}: a traceback: {text.strip()[-200:]!r}")
        shutil.rmtree(folder / "site")
    return Outcome(min(times, len(PLANTS)), tuple(failures), {"outputs read": read})
