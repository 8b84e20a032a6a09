"""The faults themselves; each returns counts, and raises AssertionError where something is lost."""

from __future__ import annotations

import contextlib
import io
import math
import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd

from faults.server import Server
from faults.yard import (
    FIRST,
    TROUBLE,
    Yard,
    count_points,
    differences,
    end,
    export_rows,
    in_child,
    morning,
    one_round,
    run_due,
    snapshot,
    start,
)
from faults.year import Feed
from faults.zones import about_now, write_zone_site
from routecheck.cli import main
from routecheck.config import load_config
from routecheck.jobs.run import reconcile
from routecheck.store import Store

ENOUGH = 1.5
"""A round of the yard seldom needs more room than so many times what it leaves behind."""
TIMED_SHARE = 0.3
"""Of the kills: at a random moment, also in the midst of a commit; the others at counted points."""
WHOLE_SHARE = 10
"""Every so many kills end a command in a process of its own, from its start to its end."""


def undisturbed(yard: Yard) -> dict[str, object]:
    """What a round without faults comes to; the round itself is checked to have done its work."""
    config = yard.trial("undisturbed")
    assert in_child(lambda: one_round(config, yard.now)) == 0
    found = snapshot(config)
    revised = [row for row in found["pickups_2026-03-03.csv"] if row["revised_at"]]  # type: ignore[attr-defined]
    assert revised, "the late fixes must revise something, or the trials prove little"
    return found


def told(log: Path) -> str:
    """The one clear line of a child that ended in trouble."""
    text = log.read_text().strip()
    assert text, "no word of what went wrong"
    assert "Traceback" not in text, text
    assert "\n" not in text, text
    return text


def mended(
    yard: Yard, config: Path, want: dict[str, object], why: str, *, whole: bool = False
) -> None:
    """A normal run follows; then all is as if nothing had happened."""
    log = config.parent / "log"
    if whole:
        # What it tells is no failure.
        assert run_due(config, yard.now, log).wait() in (0, 1), f"{why}: {log.read_text()}"
    else:
        status = in_child(lambda: one_round(config, yard.now), log=log)
        assert status == 0, f"{why}: {log.read_text()}"
    log.unlink()
    wrong = differences(want, snapshot(config))
    assert not wrong, f"{why}: {wrong} differ from an undisturbed run"
    strange = [path.name for path in (config.parent / "out").iterdir() if "tmp" in path.suffix]
    assert not strange, f"{why}: left behind: {strange}"


def kills(yard: Yard, count: int, seed: int = 1, minutes: float = math.inf) -> Counter[str]:
    """SIGKILL at seeded points of a round, each followed by a normal one; in so many minutes."""
    until = time.monotonic() + 60.0 * minutes
    rng = random.Random(seed)
    want = undisturbed(yard)
    scratch = yard.trial("count")
    points = count_points(lambda: one_round(scratch, yard.now), yard.folder / "points")
    takes_s = {whole: _takes_s(yard, want, whole) for whole in (False, True)}
    found: Counter[str] = Counter(points_in_a_run=points)
    while found["killed"] < count and time.monotonic() < until:
        config = yard.trial("kill")
        whole = found["killed"] % WHOLE_SHARE == WHOLE_SHARE // 2
        after_s = rng.uniform(0.0, takes_s[whole])
        if whole:
            status = killed_after(run_due(config, yard.now, config.parent / "log"), after_s)
            why = f"a command killed after {after_s:.3f} s"
        elif rng.random() < TIMED_SHARE:
            pid = start(lambda config=config: one_round(config, yard.now))
            time.sleep(after_s)
            os.kill(pid, signal.SIGKILL)
            status = end(pid)
            why = f"killed after {after_s:.3f} s"
        else:
            at = rng.randrange(points)
            status = end(start(lambda config=config: one_round(config, yard.now), kill_at=at))
            why = f"killed at point {at} of {points}"
        if status != -signal.SIGKILL:
            assert status in ((0, 1) if whole else (0,)), f"{why}: {status}"
            found["ended before the kill"] += 1
        else:
            found["killed"] += 1
            found["commands in processes of their own"] += whole
        mended(yard, config, want, why, whole=whole)
    return found


def _takes_s(yard: Yard, want: dict[str, object], whole: bool) -> float:
    """How long a round takes, in a process of its own or in a child of this one."""
    config = yard.trial("timed")
    began = time.monotonic()
    mended(yard, config, want, "not killed", whole=whole)
    return time.monotonic() - began


def killed_after(process: subprocess.Popen[bytes], seconds: float) -> int:
    """The status of a process that gets SIGKILL after a while, if it still runs."""
    time.sleep(seconds)
    process.kill()
    return process.wait()


def kills_twice(yard: Yard, count: int, seed: int = 2) -> Counter[str]:
    """Killed, killed again while mending, and again, before a normal run."""
    rng = random.Random(seed)
    want = undisturbed(yard)
    found: Counter[str] = Counter()
    for _ in range(count):
        config = yard.trial("twice")
        for _ in range(rng.randint(2, 4)):
            at = rng.randrange(450)
            status = end(start(lambda config=config: one_round(config, yard.now), kill_at=at))
            found["killed" if status == -signal.SIGKILL else "done"] += 1
        mended(yard, config, want, "killed several times")
    return found


def stops(yard: Yard, count: int, seed: int = 3) -> Counter[str]:
    """SIGTERM at random moments of a serving service: it ends between two dates."""
    rng = random.Random(seed)
    want = undisturbed(yard)
    found: Counter[str] = Counter()
    slowest = 0.0
    for _ in range(count):
        config = yard.trial("stop")

        def serve(config: Path = config) -> None:
            from routecheck.daemon.service import Service

            Service(config, clock=lambda: yard.now, tick_s=0.2).serve()

        pid = start(serve)
        time.sleep(rng.uniform(0.3, 1.5))
        began = time.monotonic()
        os.kill(pid, signal.SIGTERM)
        status = end(pid)
        slowest = max(slowest, time.monotonic() - began)
        # Before the handler is in place, SIGTERM ends any process: nothing was begun then.
        assert status in (0, -signal.SIGTERM), status
        with Store.open(load_config(config).store_url) as store:
            states = [run["state"] for run in store.runs()]
            assert "running" not in states, states
            found[states[0] if len(states) > 1 else "before the run"] += 1
        mended(yard, config, want, "stopped")
    found["slowest stop, ms"] = round(1000 * slowest)
    return found


def clocks(yard: Yard, count: int, seed: int = 7) -> Counter[str]:
    """The clock set back again and again: nothing is lost, and nothing is done twice.

    Before the round that has work to do by days to more than a year: by less, there would be work
    for the day before, as on that day. After it by minutes, too.
    """
    rng = random.Random(seed)
    want = undisturbed(yard)
    found: Counter[str] = Counter()
    for _ in range(count):
        config = yard.trial("clock")
        for _ in range(rng.randint(1, 3)):
            now = yard.now - pd.Timedelta(minutes=round(10 ** rng.uniform(3.7, 5.8)))
            assert in_child(lambda c=config, now=now: one_round(c, now)) == 0
            found["rounds by a clock set back"] += 1
        mended(yard, config, want, "the clock was set back")
        runs = _runs(config)
        for _ in range(rng.randint(1, 3)):
            now = yard.now - pd.Timedelta(minutes=round(10 ** rng.uniform(0.0, 5.8)))
            assert in_child(lambda c=config, now=now: one_round(c, now)) == 0
            found["rounds by a clock set back"] += 1
        assert _runs(config) == runs, "a date was done again by a clock set back"
        mended(yard, config, want, "the clock was set back after the round")
        assert _runs(config) == runs, "a date was done twice"
        found["trials"] += 1
    return found


def zones(folder: Path, count: int | None = None, seed: int = 10) -> Counter[str]:
    """Sites that work through changes of their clocks: all of six years, or so many of them."""
    found: Counter[str] = Counter()
    every = about_now()
    picked = every if count is None else random.Random(seed).sample(every, count)
    for change in picked:
        site = folder / f"zone-{found['changes']}"
        zone = change.zones[found["changes"] % len(change.zones)]
        config = write_zone_site(site, zone, change.dates)
        log = folder / "log"
        now = pd.Timestamp(change.dates[-1], tz="UTC") + pd.Timedelta(days=2)
        status = in_child(
            lambda config=config, dates=change.dates, now=now: reconcile(
                load_config(config), dates, now=now
            ),
            log=log,
        )
        assert status == 0, f"{zone} {change.at}: {log.read_text()}"
        for day in change.dates:
            rows = export_rows(site / "out" / f"pickups_{day}.csv")
            verdicts = [row["verdict"] for row in rows]
            assert verdicts == ["collected"] * 2, f"{zone} {day}: {verdicts}"
            found["dates"] += 1
        found["changes"] += 1
        shutil.rmtree(site)
    return found


def _runs(config: Path) -> list[str]:
    with Store.open(load_config(config).store_url) as store:
        return sorted(store.run_states())


def downtime(folder: Path, days: int = 30, kills: int = 6, seed: int = 8) -> Counter[str]:
    """A month of downtime, caught up in order, each date once; then the same with SIGKILLs."""
    rng = random.Random(seed)
    feed = Feed(folder, points=16, trucks=2)
    feed.deliver(FIRST, keep=None)
    assert in_child(lambda: one_round(feed.config, morning(FIRST + timedelta(days=1)))) == 0
    base, now = folder / "base", morning(FIRST + timedelta(days=days + 1))
    for n in range(1, days + 1):
        feed.deliver(FIRST + timedelta(days=n), keep=None)
    base.mkdir()
    shutil.copy(feed.config, base)
    shutil.copy(folder / "routecheck.db", base)
    shutil.copytree(folder / "out", base / "out")

    def copy(name: str) -> Path:
        shutil.copytree(base, folder / name)
        return folder / name / feed.config.name

    config = copy("whole")
    began = time.monotonic()
    assert in_child(lambda: one_round(config, now)) == 0
    takes_s = time.monotonic() - began
    want = snapshot(config)
    with Store.open(load_config(config).store_url) as store:
        ledger = {entry["service_date"]: entry["run_id"] for entry in store.dates()}
    assert sorted(ledger) == [FIRST + timedelta(days=n) for n in range(days + 1)]
    # Ids of runs begin with their time: the dates were done in order.
    order = [ledger[day] for day in sorted(ledger)]
    assert order == sorted(order), order
    assert in_child(lambda: one_round(config, now)) == 0
    assert not differences(want, snapshot(config)), "a date was done twice"
    found = Counter({"days": days, "seconds": round(takes_s)})
    config = copy("killed")
    for _ in range(kills):
        pid = start(lambda: one_round(config, now))
        time.sleep(rng.uniform(0.0, 0.6 * takes_s))
        os.kill(pid, signal.SIGKILL)
        found["killed"] += end(pid) == -signal.SIGKILL
    log = folder / "log"
    assert in_child(lambda: one_round(config, now), log=log) == 0, log.read_text()
    wrong = differences(want, snapshot(config))
    assert not wrong, f"killed while catching up: {wrong} differ"
    return found


@contextlib.contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A file system of its own, of a given size; needs root."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0777", "tmpfs", str(folder)],
        check=True, capture_output=True,
    )  # fmt: skip
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


def can_mount(folder: Path) -> bool:
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    try:
        with small_disk(folder / "probe", 64):
            return True
    except (subprocess.CalledProcessError, OSError):
        return False


def disk_full(yard: Yard, count: int, seed: int = 4) -> Counter[str]:
    """The disk is full after so many kilobytes; later some space is made, and a normal run ends."""
    rng = random.Random(seed)
    want = undisturbed(yard)
    grown_kb = _kilobytes(yard.folder / "trials" / "undisturbed") - _kilobytes(yard.folder / "base")
    found: Counter[str] = Counter()
    size = 16_000
    with small_disk(yard.folder / "disk", size) as disk:
        while found["told"] < count:
            config = yard.trial("full", disk)
            used = shutil.disk_usage(disk).used // 1024
            # From nothing free to more than a round needs.
            free = rng.randrange(round(ENOUGH * grown_kb))
            filler = disk / "filler"
            filler.write_bytes(b"x" * 1024 * max(size - used - free, 0))
            log = yard.folder / "log"
            status = in_child(lambda config=config: one_round(config, yard.now), log=log)
            assert status in (0, TROUBLE), log.read_text()
            if status == TROUBLE:
                text = told(log)
                assert "no space" in text or "cannot be created" in text, text
                found["told"] += 1
            else:
                found["enough space"] += 1
            filler.unlink()
            mended(yard, config, want, f"{free} kB were free")
    return found


def _kilobytes(folder: Path) -> int:
    """What the files below a folder take on a disk, in its blocks of 4 kB."""
    return sum(-(-path.stat().st_size // 4096) * 4 for path in folder.rglob("*") if path.is_file())


def read_only(yard: Yard) -> Counter[str]:
    """Folders that cannot be written: of the exports, and of the store."""
    want = undisturbed(yard)
    found: Counter[str] = Counter()
    with small_disk(yard.folder / "disk", 16_000) as disk:
        config = yard.trial("ro", disk)
        log = yard.folder / "log"
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert in_child(lambda: one_round(config, yard.now), log=log) == TROUBLE
        assert "read-only" in told(log) or "not permitted" in told(log), told(log)
        assert quiet("status", "--check", "--config", str(config)) == 1
        assert quiet("run", "--date", str(FIRST), "--config", str(config)) == 3
        found["store"] += 1
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        mended(yard, config, want, "the store was read-only")
    with small_disk(yard.folder / "disk", 16_000) as disk:
        config = yard.trial("ro-exports")
        shutil.rmtree(config.parent / "out")
        (config.parent / "out").symlink_to(disk)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        log = yard.folder / "log"
        assert in_child(lambda: one_round(config, yard.now), log=log) == TROUBLE
        assert "read-only" in told(log), told(log)
        assert quiet("status", "--check", "--config", str(config)) == 1
        found["exports"] += 1
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        # The verdicts are stored, and the files come with the next run, unasked.
        wanted = {k: v for k, v in want.items() if "2026-03-02" not in k}
        assert in_child(lambda: one_round(config, yard.now)) == 0
        got = {k: v for k, v in snapshot(config).items() if "2026-03-02" not in k}
        assert not differences(wanted, got), differences(wanted, got)
    return found


def conflicts(yard: Yard, count: int) -> Counter[str]:
    """Two rounds at once: one does the work, the other is told who holds it, or waits and does
    nothing twice."""
    want = undisturbed(yard)
    found: Counter[str] = Counter()
    for n in range(count):
        config = yard.trial("conflict")
        log = yard.folder / "log"
        first = start(lambda config=config: one_round(config, yard.now))
        wait_s = 0.0 if n % 2 else 60.0
        second = start(lambda c=config, w=wait_s: one_round(c, yard.now, w), log=log)
        statuses = end(first), end(second)
        if TROUBLE in statuses:
            # Whichever came second has been refused, or has waited.
            assert statuses[0] in (0, TROUBLE)
            if statuses[1] == TROUBLE:
                assert f"process {first} on " in told(log), told(log)
            found["told who holds it"] += 1
        else:
            assert statuses == (0, 0), log.read_text()
            found["waited"] += 1
        with Store.open(load_config(config).store_url) as store:
            runs = [run for run in store.runs() if run["state"] == "done"]
            assert len(runs) == 2, "the base's run and one more: nothing ran twice"
        wrong = differences(want, snapshot(config))
        assert not wrong, wrong
    return found


def corrupted(yard: Yard, count: int, seed: int = 5) -> Counter[str]:
    """Bytes of the store overwritten: a clear message, and a backup brings everything back."""
    from routecheck.store.care import back_up, check, restore

    rng = random.Random(seed)
    want = undisturbed(yard)
    found: Counter[str] = Counter()
    for _ in range(count):
        config = yard.trial("corrupted")
        url = load_config(config).store_url
        store = config.parent / "routecheck.db"
        backup = back_up(url, config.parent / "backup.bak")
        content = bytearray(store.read_bytes())
        if rng.random() < 0.3:
            content = content[: rng.randrange(len(content))]
        for _ in range(rng.randint(1, 40)):
            if len(content) > 4096:
                at = rng.randrange(0, len(content) - 4096)
                content[at : at + 4096] = rng.randbytes(4096)
        store.write_bytes(content)
        log = yard.folder / "log"
        status = in_child(lambda config=config: one_round(config, yard.now), log=log)
        assert status in (0, TROUBLE), log.read_text()
        if status == TROUBLE:
            assert "restore" in told(log) or "damaged" in told(log), told(log)
            found["told by the run"] += 1
        # What a run may not meet, a check does.
        status = in_child(lambda url=url: sound(check(url).faults), log=log)
        assert status == TROUBLE, log.read_text()
        assert "Traceback" not in log.read_text(), log.read_text()
        found["told by the check"] += 1
        restore(url, backup)
        backup.unlink()
        assert not check(url).faults
        mended(yard, config, want, "restored")
    return found


def flipped_bits(yard: Yard, count: int, seed: int = 11) -> Counter[str]:
    """One bit of a store flipped: `store check` finds it, or it changes no export."""
    rng = random.Random(seed)
    config = yard.trial("flipped")
    store, out = config.parent / "routecheck.db", config.parent / "out"
    call = ("--config", str(config))
    export = ("export", "--from", "2026-03-02", "--to", "2026-03-03", *call)

    def exports() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in out.glob("*.csv")}

    assert quiet(*export) == 0
    assert quiet("store", "check", *call) == 0
    good, want = store.read_bytes(), exports()
    found: Counter[str] = Counter()
    for _ in range(count):
        spoilt = bytearray(good)
        at = rng.randrange(8 * len(good))
        spoilt[at // 8] ^= 1 << at % 8
        store.write_bytes(spoilt)
        told_by_check = quiet("store", "check", *call) != 0
        store.write_bytes(spoilt)
        refused = quiet(*export) != 0
        changed = exports() != want
        assert told_by_check or not (refused or changed), f"bit {at}: not found by the check"
        assert not changed or refused, f"bit {at}: an export that changed without a word"
        found["found by the check" if told_by_check else "of no effect"] += 1
        found["exports refused"] += refused
        for name, content in want.items():
            (out / name).write_bytes(content)
    return found


def quiet(*arguments: str) -> int:
    """The status of a command in this process; what it writes is thrown away."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return main(arguments)


def sound(faults: list[str]) -> None:
    from routecheck.domain.errors import StoreError

    if faults:
        raise StoreError("; ".join(faults).replace("\n", " "))


def server_stops(yard: Yard, server: Server, count: int, seed: int = 6) -> Counter[str]:
    """PostgreSQL stopped at once in mid-run, and started again."""
    from routecheck.store.care import restore

    rng = random.Random(seed)
    found: Counter[str] = Counter()
    base = yard.trial("server-base")
    from routecheck.store.care import back_up

    backup = back_up(load_config(base).store_url, yard.folder / "base.bak")

    def trial() -> tuple[Path, str]:
        url = server.database()
        config = yard.trial("server")
        config.write_text(config.read_text().replace("sqlite:///routecheck.db", url))
        assert in_child(lambda: restore(url, backup)) == 0
        return config, url

    config, url = trial()
    began = time.monotonic()
    assert in_child(lambda: one_round(config, yard.now)) == 0
    takes_s = time.monotonic() - began
    want = told_by_server(config, url)
    while found["told"] < count:
        config, url = trial()
        log = yard.folder / "log"
        pid = start(lambda config=config: one_round(config, yard.now), log=log)
        time.sleep(takes_s * rng.random())
        server.stop()
        status = end(pid)
        server.start()
        assert status in (0, TROUBLE), log.read_text()
        if status == TROUBLE:
            assert "server" in told(log) or "store" in told(log), told(log)
        found["told" if status else "done before"] += 1
        log.unlink()
        assert in_child(lambda config=config: one_round(config, yard.now), log=log) == 0, (
            log.read_text()
        )
        wrong = differences(want, told_by_server(config, url))
        assert not wrong, wrong
    backup.unlink()
    return found


def frozen_server(yard: Yard, server: Server) -> Counter[str]:
    """PostgreSQL frozen in the middle of a run: told in one line after a while, and mended."""
    from routecheck.store import server as limits
    from routecheck.store.care import back_up, restore

    base = yard.trial("server-base")
    backup = back_up(load_config(base).store_url, yard.folder / "base.bak")
    url = server.database()
    config = yard.trial("server")
    config.write_text(config.read_text().replace("sqlite:///routecheck.db", url))
    assert in_child(lambda: restore(url, backup)) == 0
    backup.unlink()
    found: Counter[str] = Counter()
    log = yard.folder / "log"

    def impatient() -> None:
        limits.STATEMENT_S, limits.SILENT_S, limits.CONNECT_S = 1.0, 1.0, 2

        def freeze_then(usual=Store.write_date):
            def writing(*args: object, **more: object) -> object:
                server.freeze()
                return usual(*args, **more)  # type: ignore[arg-type]

            return writing

        Store.write_date = freeze_then()  # type: ignore[method-assign]
        one_round(config, yard.now)

    began = time.monotonic()
    try:
        status = in_child(impatient, log=log)
    finally:
        server.thaw()
    found["seconds"] = round(time.monotonic() - began)
    assert status == TROUBLE, log.read_text()
    assert "server" in told(log), told(log)
    assert found["seconds"] < 30, found
    log.unlink()
    assert in_child(lambda: one_round(config, yard.now), log=log) == 0, log.read_text()
    found["told"] += 1
    return found


def told_by_server(config: Path, url: str) -> dict[str, object]:
    scratch = config.parent / "told"

    def tell() -> None:
        import pickle

        scratch.write_bytes(pickle.dumps(snapshot(config, url)))

    import pickle

    assert in_child(tell) == 0
    return dict(pickle.loads(scratch.read_bytes()))


def at(text: str) -> pd.Timestamp:
    """A local moment of the yard."""
    return pd.Timestamp(text, tz="Asia/Shanghai").tz_convert("UTC")
