"""Killed in the middle, two at once, one runner: with real processes."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from routecheck.domain.errors import StoreError
from routecheck.domain.tables import REJECTED
from routecheck.store import Changes, InputFile, Store, StoreBusyError
from store.builders import DAY, alert, classified, judgements, missed, pickup, rejected

TESTS = Path(__file__).parents[1]


def child(code: str, url: str) -> subprocess.Popen[str]:
    """A process of its own that runs `code` with `url` and `store` at hand."""
    head = (
        "import os, signal, sys, time\n"
        f"sys.path.insert(0, {str(TESTS)!r})\n"
        "from routecheck.store import Store, verdicts\n"
        "from store.builders import *\n"
        f"store = Store.open({url!r})\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", head + code],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


KILLED = """
run_id = store.begin_run("run")
seen = 0
def killing(function):
    def call(*args, **options):
        global seen
        result = function(*args, **options)
        if seen == {after}:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1
        return result
    return call
verdicts._write = killing(verdicts._write)
Store.put_rejected = killing(Store.put_rejected)
Store.put_evidence = killing(Store.put_evidence)
store.write_date(
    DAY, judgements(*(missed(f"P{{i:04}}") for i in range(2000))), classified(alert("A2")),
    rejected(("f.csv", 3, "jump", "x")), input_hash="new", run_id=run_id, provisional=False,
    evidence_tables={{"stops": judgements(pickup()).drop(columns="criteria")}},
)
print("not killed")
"""


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_killed_while_writing_a_date_the_old_state_is_whole(url: str, after: int) -> None:
    rows = judgements(*(pickup(f"P{i:04}") for i in range(2000)))
    with Store.open(url) as store:
        run_id = store.begin_run("run")
        store.write_date(
            DAY, rows, classified(alert("A1")), rejected(("f.csv", 2, "jump", "old")),
            input_hash="old", run_id=run_id, provisional=False,
        )  # fmt: skip
        store.finish_run(run_id, "done")
        before = (store.read_pickups(DAY), store.read_alerts(DAY), store.dates())
    process = child(KILLED.format(after=after), url)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert out == ""

    with Store.open(url) as store:
        assert store.read_pickups(DAY).equals(before[0])
        assert store.read_alerts(DAY).equals(before[1])
        assert store.dates() == before[2]
        assert store.read_rejected(DAY)["text"].tolist() == ["old"]
        assert store.evidence("stops", DAY, DAY) == {}
        assert store.runs()[0]["state"] == "running"
        with store.lock():
            assert [run["state"] for run in store.runs()] == ["killed", "done"]
            again = store.begin_run("run")
            outcome = store.write_date(
                DAY, judgements(*(missed(f"P{i:04}") for i in range(2000))), classified(),
                REJECTED.empty(), input_hash="new", run_id=again, provisional=False,
            )  # fmt: skip
        assert outcome.pickups.revised == 2000
        assert set(store.read_pickups(DAY)["version"]) == {2}


def test_two_writers_lose_nothing(url: str) -> None:
    """Each version is of one writer, and none is overwritten."""
    Store.open(url).close()
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            with Store.open(url) as store:
                run_id = store.begin_run(name)
                for i in range(25):
                    store.write_date(
                        DAY, judgements(pickup("P1", vehicle_id=f"{name}{i}")), classified(),
                        REJECTED.empty(), input_hash="h", run_id=run_id, provisional=False,
                    )  # fmt: skip
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Store.open(url) as store:
        history = store.history("P1", DAY)
    assert history["version"].tolist() == list(range(1, 51))
    assert history["current"].tolist() == [False] * 49 + [True]
    assert set(history["vehicle_id"]) == {f"{name}{i}" for name in "ab" for i in range(25)}


def test_a_reader_sees_whole_dates_while_one_writes(url: str) -> None:
    Store.open(url).close()
    done = threading.Event()
    seen: set[tuple[str, ...]] = set()

    def read() -> None:
        with Store.open(url) as reader:
            while not done.is_set():
                found = reader.read_pickups(DAY)
                seen.add((*sorted(set(found["verdict"])), str(len(found))))

    thread = threading.Thread(target=read)
    with Store.open(url) as store:
        run_id = store.begin_run("run")
        thread.start()
        for i in range(12):
            make = pickup if i % 2 else missed
            store.write_date(
                DAY, judgements(*(make(f"P{n:03}") for n in range(150))), classified(),
                REJECTED.empty(), input_hash="h", run_id=run_id, provisional=False,
            )  # fmt: skip
        done.set()
        thread.join()
    assert seen <= {("0",), ("collected", "150"), ("missed", "150")}
    assert len(seen) > 1


HOLDING = """
with store.lock():
    store.begin_run("run")
    print(os.getpid(), flush=True)
    sys.stdin.readline()
"""


def test_one_runner(url: str) -> None:
    with Store.open(url) as store:
        process = child(HOLDING, url)
        try:
            assert process.stdout is not None
            pid = process.stdout.readline().strip()
            with pytest.raises(StoreBusyError) as error, store.lock():
                pass
            text = str(error.value)
            assert f"process {pid} on " in text
            assert "since 20" in text
            assert "\n" not in text
            assert isinstance(error.value, StoreError)
            assert [run["state"] for run in store.runs()] == ["running"]

            began = time.monotonic()
            with pytest.raises(StoreBusyError), store.lock(wait_s=0.7):
                pass
            assert time.monotonic() - began > 0.5
        finally:
            process.kill()
            process.communicate()
        # Killed: the lock is free, and what it left is cleared.
        with store.lock(wait_s=5.0):
            assert [run["state"] for run in store.runs()] == ["killed"]
        with store.lock():
            pass


def test_the_lock_is_handed_on(url: str) -> None:
    with Store.open(url) as store:
        process = child(HOLDING, url)
        assert process.stdout is not None
        process.stdout.readline()
        threading.Timer(0.5, lambda: process.communicate("go\n")).start()
        with store.lock(wait_s=20):
            assert process.wait(20) == 0


def test_the_lock_holds_within_one_process_too(url: str) -> None:
    with (
        Store.open(url) as store,
        store.lock(),
        Store.open(url) as other,
        pytest.raises(StoreBusyError),
        other.lock(),
    ):
        pass


def test_whether_somebody_is_at_work(url: str) -> None:
    with Store.open(url) as store, Store.open(url) as other:
        assert not other.held()
        with store.lock():
            assert other.held()
            assert store.held()
        assert not other.held()
        # Asking has taken nothing.
        with other.lock(wait_s=0):
            assert store.held()


def test_work_goes_on_under_the_lock(url: str) -> None:
    """The lock keeps other runners out, not the reading and writing of the store."""
    with Store.open(url) as store, store.lock(), Store.open(url) as other:
        run_id = store.begin_run("run")
        assert [run["run_id"] for run in other.runs()] == [run_id]


def test_what_reading_files_found_is_remembered(url: str) -> None:
    files = [InputFile("fixes/一.csv", "fixes", "{}"), InputFile("b\udcff.csv", "fixes", "x")]
    with Store.open(url) as store:
        store.put_input_files([*files, InputFile("a.csv", "alerts", "y")])
        assert store.input_files("fixes") == {"fixes/一.csv": "{}", "b\ufffd.csv": "x"}
        store.put_input_files([InputFile("fixes/一.csv", "fixes", "z")], gone=["b\ufffd.csv"])
        assert store.input_files("fixes") == {"fixes/一.csv": "z"}
        store.put_input_files([])
        assert store.input_files("alerts") == {"a.csv": "y"}


def test_a_date_of_ten_thousand_pickups_is_written_whole(url: str) -> None:
    n = 10_000
    table = judgements(*(pickup(f"P{i:05}") for i in range(n)))
    alerts = classified(*(alert(f"A{i}", f"P{i:05}") for i in range(n // 5)))
    with Store.open(url) as store:
        run_id = store.begin_run("run")
        for known in (False, True):
            outcome = store.write_date(
                DAY, table, alerts, REJECTED.empty(), input_hash="h", run_id=run_id,
                provisional=False,
            )  # fmt: skip
            assert outcome.pickups == (Changes(unchanged=n) if known else Changes(new=n))
            assert outcome.alerts == (Changes(unchanged=n // 5) if known else Changes(new=n // 5))
        assert store.read_pickups(DAY)["point_id"].tolist() == [f"P{i:05}" for i in range(n)]


@pytest.mark.server
def test_who_has_lost_the_lock_writes_no_more(server: str) -> None:
    """A session that the server ended has freed its lock: another runner may be at work."""
    from servers import new_database

    with Store.open(new_database(server)) as store, Store.open(str(store.engine.url)) as other:
        with store.lock():
            run_id = store.begin_run("run")
            with other.engine.begin() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                )
            with other.lock(wait_s=5):
                for _ in range(2):
                    with pytest.raises(StoreError, match="does not answer"):
                        store.finish_run(run_id, "done")
        assert other.runs()[0]["state"] == "killed"
