"""An office's network: who signs in, who may decide, who guesses, and who must not get in."""

from __future__ import annotations

import re
import shutil
import sys

import pytest
from desk_tools import BASE, NOW
from starlette.testclient import TestClient

from routecheck.config import load_config
from routecheck.daemon import service
from routecheck.desk import users as room
from routecheck.desk.app import make_app
from routecheck.desk.opening import open_desk
from routecheck.desk.users import TooManyError, Users, hashed, matches, read_users, set_user
from routecheck.domain.errors import UsageError
from site_tools import call

PASSWORD = "three words are long"


@pytest.fixture
def office(judged, tmp_path):
    """A copy of a site whose desk has two users; the file, and what asks."""
    folder = tmp_path / "county"
    shutil.copytree(judged, folder, ignore=shutil.ignore_patterns("*.looked.csv"))
    with (folder / "routecheck.toml").open("a", encoding="utf-8") as file:
        file.write('\n[desk]\nusers = "users.csv"\nnames = ["desk.example.org"]\nhttps = true\n')
    path = folder / "users.csv"
    set_user(path, "Li Na", "decide", PASSWORD)
    set_user(path, "Wang", "look", PASSWORD)
    return folder


def browser(folder, users: Users | None = None, peer: str = "10.0.0.7") -> TestClient:
    users = users or Users(folder / "users.csv")
    config = load_config(folder / "routecheck.toml")
    app, _ = make_app(config, hosts=("127.0.0.1:8737",), users=users, clock=lambda: NOW)
    address = BASE.replace("http:", "https:")
    return TestClient(app, base_url=address, follow_redirects=False, client=(peer, 50000))


def sign_in(client: TestClient, name: str = "Li Na", password: str = PASSWORD, to: str = "/"):
    return client.post("/sign-in", data={"name": name, "password": password, "to": to})


def test_one_signs_in_and_comes_to_what_was_asked_for(office):
    client = browser(office)
    asked = client.get("/corrections?x=1")
    assert asked.status_code == 401
    assert 'name="to" value="/corrections?x=1"' in asked.text
    assert "P0001" not in asked.text
    answer = sign_in(client, to="/corrections?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/corrections?x=1")
    cookie = answer.headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "secure"):
        assert part in cookie
    page = client.get("/corrections").text
    assert "Li Na" in page
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    client.post("/sign-out", data={"csrf": "guessed"})
    assert sign_in(client, to="//evil.example").headers["location"] == "/"
    csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/corrections").text)[1]
    client.post("/sign-out", data={"csrf": csrf})
    assert client.get("/corrections").status_code == 401


def test_who_may_look_does_not_decide_and_who_is_removed_is_out(office):
    client = browser(office)
    sign_in(client, "Wang")
    page = client.get("/corrections").text
    assert 'id="accept"' not in page
    file = office / "users.csv"
    file.write_text(file.read_text("utf-8").replace("Wang,look", "Wang,decide"), "utf-8")
    assert 'id="accept"' in client.get("/corrections").text
    set_user(office / "users.csv", "Wang", "look", None)
    assert client.get("/corrections").status_code == 401


def test_another_password_ends_the_sessions_of_the_one_before(office):
    client = browser(office)
    sign_in(client)
    assert client.get("/corrections").status_code == 200
    set_user(office / "users.csv", "Li Na", "decide", "another long password")
    # An address that leads nowhere tells no more than a page.
    assert client.get("/nothing").status_code == 401
    assert client.get("/corrections").status_code == 401


def test_behind_a_server_each_address_counts_for_itself(office):
    client = browser(office, peer="127.0.0.1")

    def guess(forwarded: str, password: str = "a wrong password") -> int:
        fields = {"name": "Li Na", "password": password, "to": "/"}
        return client.post(
            "/sign-in", data=fields, headers={"x-forwarded-for": forwarded}
        ).status_code

    # What a client writes there itself does not make it another.
    tries = [guess(f"192.0.2.{n}, 203.0.113.5") for n in range(room.TRIES_OF_NAME + 1)]
    assert tries == [401] * room.TRIES_OF_NAME + [429]
    assert guess("203.0.113.6", PASSWORD) == 303


def test_who_asks_without_a_server_before_it_is_who_connects(office):
    client = browser(office)
    fields = {"name": "Li Na", "password": "a wrong password"}
    tries = [
        client.post("/sign-in", data=fields, headers={"x-forwarded-for": f"192.0.2.{n}"})
        for n in range(room.TRIES_OF_NAME + 1)
    ]
    assert tries[-1].status_code == 429


def test_bytes_that_are_no_form_do_not_sign_in(office):
    answer = browser(office).post("/sign-in", content=b"name=\xff\xfe&password=x")
    assert answer.status_code == 400
    assert 'name="password"' in answer.text


def test_guessing_is_stopped_and_ends_by_itself(office):
    now = [0.0]
    client = browser(office, Users(office / "users.csv", clock=lambda: now[0]))
    statuses = [sign_in(client, password=f"guess number {n}").status_code for n in range(7)]
    assert statuses == [401] * room.TRIES_OF_NAME + [429] * 2
    # The right one is not looked at either, until the time is over; others are not kept out.
    assert sign_in(client).status_code == 429
    assert sign_in(client, "Wang").status_code == 303
    now[0] += room.WINDOW_S + 1
    assert sign_in(client).status_code == 303


def test_a_file_of_users_that_is_none_is_told_in_a_line(office):
    path = office / "users.csv"
    for content in (b"name,role,password\n" + b"x" * 200_000, b"\xff\xfe\xff", b"name\nLi"):
        path.write_bytes(content)
        with pytest.raises(UsageError, match=re.escape(str(path))):
            Users(path).sign_in("Li Na", PASSWORD, "10.0.0.9")


def test_failures_of_long_ago_are_forgotten(office, monkeypatch):
    monkeypatch.setattr(room, "_derived", lambda *_: b"x")
    now = [0.0]
    users = Users(office / "users.csv", clock=lambda: now[0])
    for n in range(30):
        now[0] += room.WINDOW_S + 1
        users.sign_in(f"name {n}", "guess", f"10.0.0.{n}")
    assert len(users._failed) == 2


def test_many_names_from_one_address_are_stopped_too(office, monkeypatch):
    monkeypatch.setattr(room, "_derived", lambda *_: b"x")
    users = Users(office / "users.csv", clock=lambda: 0.0)
    for n in range(room.TRIES_OF_ADDRESS):
        assert users.sign_in(f"name {n}", "guess", "10.0.0.9") is None
    with pytest.raises(TooManyError):
        users.sign_in("another", "guess", "10.0.0.9")
    assert users.sign_in("another", "guess", "10.0.0.10") is None


def test_a_name_that_is_none_takes_as_long_as_one_that_is(office, monkeypatch):
    hashing = []
    real = room._derived
    monkeypatch.setattr(room, "_derived", lambda *a: hashing.append(a) or real(*a))
    users = Users(office / "users.csv")
    assert users.sign_in("Nobody", PASSWORD, "a") is None
    assert users.sign_in("Li Na", "wrong password", "a") is None
    assert len(hashing) == 2


def test_hashes_have_a_salt_each_and_hold_nothing_else():
    one, two = hashed(PASSWORD), hashed(PASSWORD)
    assert one != two
    assert matches(PASSWORD, one)
    assert not matches(PASSWORD + "x", one)
    for wrong in ("", "scrypt$1$1$1$AA==$AA==", "plain", one.replace("32768", "2")):
        assert not matches(PASSWORD, wrong)


@pytest.mark.parametrize("row", ["A,boss,scrypt$x", "A,look,secret", ",look,scrypt$x", "A"])
def test_a_file_of_users_that_is_none_lets_nobody_in(office, row):
    path = office / "users.csv"
    path.write_text(f"name,role,password\n{row}\n", encoding="utf-8")
    with pytest.raises(UsageError):
        read_users(path)
    client = browser(office)
    answer = sign_in(client)
    assert answer.status_code == 503
    assert "scrypt" not in answer.text


def test_others_reach_it_only_with_users(office, capsys):
    config = load_config(office / "routecheck.toml")
    opened = open_desk(config, listen="0.0.0.0:0")
    opened.bound.close()
    assert opened.desk.users is not None
    (office / "users.csv").unlink()
    with pytest.raises(UsageError, match="only for users"):
        open_desk(config, listen="0.0.0.0:0")
    path = str(office / "routecheck.toml")
    assert call("desk", "--listen", "0.0.0.0:0", "--config", path) == 2
    assert "only for users" in capsys.readouterr().err
    assert call("desk", "--listen", "nowhere", "--config", path) == 2


def test_users_are_entered_changed_and_removed_by_a_command(office, monkeypatch, capsys):
    path, file = str(office / "routecheck.toml"), office / "users.csv"
    monkeypatch.setenv("ROUTECHECK_DESK_PASSWORD", "another long one")
    assert call("desk", "user", "Chen", "--role", "decide", "--config", path) == 0
    assert call("desk", "--config", path, "user", "Wang", "--remove") == 0
    known = read_users(file)
    assert set(known) == {"Li Na", "Chen"}
    assert known["Chen"].role == "decide"
    assert matches("another long one", known["Chen"].password)
    assert file.stat().st_mode & 0o077 == 0
    assert call("desk", "user", "Wang", "--remove", "--config", path) == 2
    monkeypatch.setenv("ROUTECHECK_DESK_PASSWORD", "short")
    assert call("desk", "user", "Chen", "--config", path) == 2
    assert "another long one" not in capsys.readouterr().err


def test_addresses_of_ipv6_stand_in_brackets(office):
    config = load_config(office / "routecheck.toml")
    opened = open_desk(config, listen="[::1]:0")
    port = opened.bound.getsockname()[1]
    opened.bound.close()
    assert opened.address == f"http://[::1]:{port}/"
    client = TestClient(opened.app, base_url=opened.address)
    assert client.get("/sign-in").status_code == 401


def test_beside_a_service_it_answers_to_users_alone(office, caplog, monkeypatch):
    import httpx2

    from routecheck.desk.opening import beside
    from routecheck.desk.server import listening

    free = listening(0)
    port = free.getsockname()[1]
    free.close()
    text = (office / "routecheck.toml").read_text("utf-8")
    text = text.replace("https = true", f'with_service = true\nlisten = "127.0.0.1:{port}"')
    (office / "routecheck.toml").write_text(text, "utf-8")
    with beside(load_config(office / "routecheck.toml")):
        answer = httpx2.get(f"http://127.0.0.1:{port}/corrections")
        assert answer.status_code == 401
        assert "P0001" not in answer.text
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"http://127.0.0.1:{port}/corrections")
    text = text.replace('users = "users.csv"', "")
    (office / "routecheck.toml").write_text(text, "utf-8")
    # A desk that cannot open does not keep the service from judging.
    with beside(load_config(office / "routecheck.toml")), pytest.raises(httpx2.ConnectError):
        httpx2.get(f"http://127.0.0.1:{port}/corrections")
    assert "only for users" in caplog.text
    # Nor does one whose libraries are not installed.
    monkeypatch.setitem(sys.modules, "routecheck.desk.opening", None)
    with service._desk_beside(load_config(office / "routecheck.toml")):
        assert "opening" in caplog.records[-1].message
