"""Files are written whole or not at all."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from routecheck.present import files
from routecheck.present.files import ExportError, clear_leftovers, write_all, write_whole


def test_a_file_is_written_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "not" / "yet" / "a.csv"
    assert write_whole(path, b"one") == path
    assert write_whole(path, b"two") == path
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_the_same_content_leaves_the_file_alone(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "a.csv", b"one")
    os.utime(path, ns=(1, 1))
    write_whole(path, b"one")
    assert path.stat().st_mtime_ns == 1
    write_whole(path, b"two")
    assert path.stat().st_mtime_ns != 1


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_the_former_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    path = write_whole(tmp_path / "a.csv", b"old")

    def full(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError) as error:
        write_whole(path, b"new")
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def hold(monkeypatch: pytest.MonkeyPatch, *held: Path) -> None:
    """Refuse to replace some files, as Windows does for those that are open."""
    replace = Path.replace

    def refusing(self: Path, target: Path) -> Path:
        if target in held:
            raise PermissionError(errno.EACCES, "held", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refusing)
    monkeypatch.setattr(files, "_RETRY_S", 0.0)


def test_beside_a_file_that_a_spreadsheet_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_whole(tmp_path / "missed_2026-03-02.csv", b"old")
    second = tmp_path / "missed_2026-03-02 (2).csv"
    third = tmp_path / "missed_2026-03-02 (3).csv"
    with monkeypatch.context() as patch:
        hold(patch, path)
        assert write_whole(path, b"new") == second
        assert write_whole(path, b"newer") == second
    with monkeypatch.context() as patch:
        hold(patch, path, second)
        assert write_whole(path, b"newest") == third
    assert [p.read_bytes() for p in (path, second, third)] == [b"old", b"newer", b"newest"]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_file_that_is_held_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_whole(tmp_path / "a.csv", b"old")
    replace, refused = Path.replace, [True, True]

    def at_first(self: Path, target: Path) -> Path:
        if refused:
            refused.pop()
            raise PermissionError(errno.EACCES, "held", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", at_first)
    assert write_whole(path, b"new") == path
    assert path.read_bytes() == b"new"


def test_all_copies_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    hold(monkeypatch, path, *(tmp_path / f"a ({n}).csv" for n in range(2, 100)))
    with pytest.raises(ExportError, match="close them"):
        write_whole(path, b"new")
    assert list(tmp_path.iterdir()) == []


def test_files_written_together_are_on_the_disk_before_any_is_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = write_whole(tmp_path / "same.csv", b"same")
    paths = [tmp_path / "a.csv", same, tmp_path / "b.csv"]
    contents = dict(zip(paths, (b"1", b"same", b"2"), strict=True))
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (done.append("sync"), fsync(fd))[1])
    monkeypatch.setattr(Path, "replace", lambda a, b: (done.append("place"), replace(a, b))[1])
    assert write_all(contents) == paths
    assert done[:4] == ["sync", "sync", "place", "place"]
    assert [path.read_bytes() for path in paths] == [b"1", b"same", b"2"]


def test_of_files_written_together_none_is_in_place_where_one_does_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync, room = os.fsync, [1]

    def full(descriptor: int) -> None:
        if not room:
            raise OSError(errno.ENOSPC, "full")
        room.pop()
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match=r"b\.csv"):
        write_all({tmp_path / "a.csv": b"1", tmp_path / "b.csv": b"2"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_disk_that_is_full_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open
    monkeypatch.setattr(Path, "open", lambda _, mode: opened(Path("/dev/full"), mode))
    for content in (b"little", b"much" * 100_000):
        with pytest.raises(ExportError, match=r"a\.csv"):
            write_whole(tmp_path / "a.csv", content)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(ExportError, match="out"):
        write_whole(tmp_path / "out" / "a.csv", b"new")


@pytest.mark.skipif(os.geteuid() != 0, reason="somebody else can only be played by root")
def test_a_folder_that_may_not_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import os, sys, tempfile; from pathlib import Path\n"
        "from routecheck.present.files import ExportError, write_whole\n"
        # What is imported on the way may stand where only root can read.
        "str(ExportError('export_refused', path='', reason=''))\n"
        "folder = Path(tempfile.mkdtemp()); folder.chmod(0o555); os.seteuid(65534)\n"
        "try: write_whole(folder / 'a.csv', b'x')\n"
        "except ExportError as error: os.seteuid(0); print(error)\n"
        "folder.rmdir()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "read-only or not permitted" in done.stdout
    assert done.stdout.count("\n") == 1


def test_killed_before_the_file_is_in_place(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "a.csv", b"old")
    code = (
        "import os, signal; from pathlib import Path\n"
        "from routecheck.present.files import write_whole\n"
        "Path.replace = lambda self, target: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"write_whole(Path({str(path)!r}), b'new')"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode < 0
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2
    assert clear_leftovers(tmp_path) == 1
    assert list(tmp_path.iterdir()) == [path]
    assert clear_leftovers(tmp_path / "not there") == 0
