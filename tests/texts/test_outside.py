"""Text from outside, as it may be shown: one line, nothing that cannot be seen, no secret."""

from __future__ import annotations

import json
import time
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.config import Config, load_config
from routecheck.config.environment import filled_in
from routecheck.domain.errors import Message, UsageError
from routecheck.texts import text
from routecheck.texts.outside import (
    beginning,
    fit,
    remember_address,
    remember_secret,
    shown,
    shown_lines,
    within,
    without_secrets,
)

SITE = '[points]\npath = "p.csv"\n[schedule]\npath = "s.csv"\n[fixes]\npath = "f/*.csv"\n'


@given(st.text())
def test_what_is_shown_is_one_line_of_what_can_be_seen(words):
    seen = fit(words)
    assert len(seen) == len(words)
    assert len(seen.splitlines()) <= 1
    kinds = {unicodedata.category(c) for c in seen if c not in "\u200c\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert fit(seen) == seen


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_ordinary_text_stands_as_it_is(words):
    assert fit(words) == words


def test_texts_that_differ_still_do():
    words = ["P1", "P1\u200b", "P1\x1b", "P1\x07", "P1\n", "P1\x7f"]
    assert len({fit(word) for word in words}) == len(words)
    assert fit("می\u200cخواهم") == "می\u200cخواهم"


def test_every_sentence_shows_what_is_filled_in_so():
    assert "\x1b" not in text("errors.no_file", "en", file="a\x1b[2J\nb")
    assert str(Message("no_file", file="a\nb")) == "a␊b: there is no such file"
    assert str(UsageError("of its own\r")) == "of its own␍"
    long = text("errors.no_file", "en", file="x" * 100_000)
    assert len(long) < 3000
    assert shown_lines("a\nb\r") == "a\nb␍"


@pytest.mark.parametrize(
    "secret", ["plain-Secret-1", 'signs@/:?#%"\\end', "汉字密码", "tab\tand\x1bcontrol"]
)
def test_a_value_from_the_environment_is_never_shown_again(secret):
    url = filled_in("postgresql://u:${PW}@h/db", {"PW": secret})
    assert secret in url
    for spelt in (secret, quote(secret, safe=""), json.dumps(secret), repr(secret), url):
        told = shown(f"before {spelt} after")
        assert told.startswith("before")
        assert secret not in told
        assert quote(secret, safe="") not in told
        assert fit(secret) not in told


def test_addresses_lose_their_passwords_though_nobody_knew_them():
    for found, kept in (
        ("postgresql://u:Unknown1@h/db", "postgresql://u:***@h/db"),
        ("postgresql:/u:Un@kno/wn1@h/db", "postgresql:/u:***@h/db"),
        ("x?password=Unknown1&sslmode=require", "x?password=***&sslmode=require"),
        ("https://h/x?access_token=Unknown1", "https://h/x?access_token=***"),
        ("mail li@example.org at 06:30", "mail li@example.org at 06:30"),
        ("C:/gps/a@b.csv", "C:/gps/a@b.csv"),
    ):
        assert without_secrets(found) == kept


def test_a_short_secret_is_no_part_of_a_longer_word():
    remember_secret("5471")
    told = "P-54712 and 1135.547108, at u:5471@h, 5471 or _5471_"
    assert without_secrets(told) == "P-54712 and 1135.547108, at u:***@h, *** or _***_"
    assert within({"5471": [5471, "5471", "x5471"]}, shown) == {"***": [5471, "***", "x5471"]}


def test_what_is_cut_ends_in_no_part_of_a_secret():
    remember_secret("hunter8Qw\nzTail9Xy")
    for before in range(40):
        said = beginning("x" * before + " hunter8Qw\nzTail9Xy and more", 30)
        assert len(said) <= 30
        assert "hun" not in said
    assert beginning("\n first\nsecond", 30) == "first"
    assert beginning(" \n", 30) == ""


@pytest.mark.parametrize(
    "hosts", ["h:5472", "[::1]:5472", "h1:5472,h2:5473", "[fe80::1],h2:5473", "h", ""]
)
def test_hosts_and_ports_are_no_secrets(hosts):
    remember_address(f"postgresql://u@{hosts}/db?application_name=x")
    assert shown(f"cannot reach {hosts}/db") == f"cannot reach {hosts}/db"


def test_no_text_takes_time_with_the_square_of_its_length():
    began = time.process_time()
    for piece in ("a.", "a://b", "a://b:", "?x", "?key", "x" * 7 + ":/"):
        without_secrets(piece * 30_000 + " @ = :/ ?")
    assert time.process_time() - began < 5.0


def test_a_configuration_shows_no_address(tmp_path: Path):
    path = tmp_path / "routecheck.toml"
    path.write_text(
        f'{SITE}[store]\nurl = "postgresql://u:Hidden-7@h/db"\n'
        '[messages]\nurls = ["wecombot://Hidden-8"]\n'
    )
    config = load_config(path)
    assert "Hidden" not in f"{config!r} {config} {config.store!r} {config.messages.model_dump()}"
    assert "Hidden" not in shown("postgresql://u:Hidden-7@h/db and Hidden-8")
    assert config.store_url == "postgresql://u:Hidden-7@h/db"
    with pytest.raises(ValueError, match="messages") as caught:
        Config.of({"messages": {"urls": "json://u:Hidden-9@h"}, "points": {}}, tmp_path)
    assert "Hidden-9" not in str(caught.value)
