"""Who may sign in where the desk is open to an office: names, roles, hashes of passwords.

A small CSV file (`name`, `role`, `password`), read for each request. Passwords are kept
as scrypt hashes with a salt each; guessing them is slow, and ends for a while after a few failures.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from routecheck.desk.sessions import Role
from routecheck.domain.errors import UsageError
from routecheck.domain.special_files import require_ordinary
from routecheck.present.files import write_whole

ROLES: tuple[Role, ...] = ("look", "decide")
SHORTEST = 10
"""Characters of a password (NIST SP 800-63B wants 8 at least; nobody types it often)."""
LONGEST = 200
_N, _R, _P, _BYTES = 2**15, 8, 1, 32
"""scrypt's cost: 32 MB and some 0.1 s a password (RFC 7914; OWASP's advice of 2024)."""
WINDOW_S = 15 * 60.0
TRIES_OF_NAME, TRIES_OF_ADDRESS = 5, 50
"""Failures within that time after which a name from one address, or an address, has to wait."""
_HEADER = ("name", "role", "password")


@dataclass(frozen=True)
class User:
    """Somebody who may sign in."""

    name: str
    role: Role
    password: str


class TooManyError(UsageError):
    """So many failed that whoever signs in has to wait."""


class Users:
    """The users of a file, and how often signing in has failed.

    Args:
        path: the file.
        clock: seconds that only grow.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.path, self._clock = path, clock
        self._failed: dict[str, deque[float]] = defaultdict(deque)
        # One at a time: each takes 32 MB.
        self._hashing = threading.Lock()

    def sign_in(self, name: str, password: str, address: str) -> User | None:
        """Return who signs in; None: name or password are wrong.

        Raises:
            TooManyError: so often wrong lately that it is not looked at.
            UsageError: the file of users cannot be read.
        """
        with self._hashing:
            if self._waits(f"{address}\n{name}", TRIES_OF_NAME) or self._waits(
                address, TRIES_OF_ADDRESS
            ):
                raise TooManyError("desk.too_many", minutes=round(WINDOW_S / 60))
            user = read_users(self.path).get(name)
            # Whether a name exists does not show in how long the answer takes.
            right = matches(password, user.password if user else _NOBODY)
            if user is None or not right:
                now = self._clock()
                old = [key for key, at in self._failed.items() if at and now - at[-1] > WINDOW_S]
                for key in old:
                    del self._failed[key]
                for key in (f"{address}\n{name}", address):
                    self._failed[key].append(now)
                return None
            self._failed.pop(f"{address}\n{name}", None)
            return user

    def still_there(self, name: str, password: str) -> Role | None:
        """Return the role that a user has now.

        Args:
            name: of the user.
            password: its hash, as it was when they signed in.

        Returns:
            The role; None: there is no such user any more, or the password is another.
        """
        user = read_users(self.path).get(name)
        if user is None or not hmac.compare_digest(user.password.encode(), password.encode()):
            return None
        return user.role

    def _waits(self, key: str, most: int) -> bool:
        failed = self._failed[key]
        while failed and self._clock() - failed[0] > WINDOW_S:
            failed.popleft()
        if not failed:
            del self._failed[key]
            return False
        return len(failed) >= most


def read_users(path: Path) -> Mapping[str, User]:
    """Return the users of a file by name.

    Raises:
        UsageError: it cannot be read, or is none.
    """
    require_ordinary(path, UsageError)
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        fallback = "UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        reason = getattr(error, "strerror", None) or fallback
        raise UsageError("desk_users_unreadable", path=path, reason=reason) from None
    users = {}
    for row in rows:
        name, role, password = (str(row.get(part) or "") for part in _HEADER)
        if not name or role not in ROLES or not password.startswith("scrypt$"):
            raise UsageError("desk_users_row", path=path, name=name or "?")
        users[name] = User(name, role, password)
    return users


def set_user(path: Path, name: str, role: Role, password: str | None) -> None:
    """Enter a user, change one, or remove one, in a file that others cannot read.

    Args:
        path: the file; made where it is missing.
        name: of the user.
        role: `look` or `decide`.
        password: None: the user is removed.

    Raises:
        UsageError: the password is too short, or there is no such user to remove.
        ExportError: the file cannot be written.
    """
    users = dict(read_users(path)) if path.exists() else {}
    if password is None:
        if users.pop(name, None) is None:
            raise UsageError("desk_no_user", name=name, path=path)
    else:
        if not SHORTEST <= len(password) <= LONGEST:
            raise UsageError("desk_password_length", least=SHORTEST, most=LONGEST)
        users[name] = User(name, role, hashed(password))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows((one.name, one.role, one.password) for one in users.values())
    write_whole(path, text.getvalue().encode())
    path.chmod(0o600)


def hashed(password: str) -> str:
    """Return the hash of a password, with its salt and cost."""
    salt = secrets.token_bytes(16)
    parts = (base64.b64encode(one).decode() for one in (salt, _derived(password, salt)))
    return "$".join(("scrypt", str(_N), str(_R), str(_P), *parts))


def matches(password: str, kept: str) -> bool:
    """Whether a password is the one of a hash."""
    try:
        _, n, r, p, salt, wanted = kept.split("$")
        if (int(n), int(r), int(p)) != (_N, _R, _P):
            return False
        given = _derived(password[:LONGEST], base64.b64decode(salt))
        return hmac.compare_digest(given, base64.b64decode(wanted))
    except ValueError:
        return False


def _derived(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "replace"), salt=salt, n=_N, r=_R, p=_P, dklen=_BYTES,
        maxmem=64 * 1024 * 1024,
    )  # fmt: skip


_NOBODY = "$".join(("scrypt", str(_N), str(_R), str(_P), "AAAAAAAAAAAAAAAAAAAAAA==", "AA=="))
