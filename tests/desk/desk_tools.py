"""A desk to ask in tests: signed in, with what a form of its pages would send."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
from starlette.testclient import TestClient

from routecheck.config import load_config
from routecheck.desk.app import Desk, make_app

BASE = "http://127.0.0.1:8737"
NOW = pd.Timestamp("2026-03-05T02:00:00Z")


class Clerk:
    """Somebody at the desk of a site."""

    def __init__(self, folder: Path, *, opened: bool = True, name: str = "Li Na") -> None:
        app, self.desk = make_app(
            load_config(folder / "routecheck.toml"), hosts=("127.0.0.1:8737",), clock=lambda: NOW
        )
        self.app = app
        self.client = self.browser()
        self.name = name
        if opened:
            self.open()

    def browser(self) -> TestClient:
        return TestClient(self.app, base_url=BASE, follow_redirects=False)

    def open(self, role: str = "decide") -> None:
        token = self.desk.sessions.token(self.name, role)  # type: ignore[arg-type]
        assert self.client.get(f"/open/{token}").status_code == 303

    def get(self, path: str, status: int = 200, **more: object) -> str:
        answer = self.client.get(path, **more)  # type: ignore[arg-type]
        assert answer.status_code == status, answer.text[:2000]
        return answer.text

    def csrf(self) -> str:
        session = self.desk.sessions.find(self.client.cookies["routecheck_desk_8737"])
        assert session
        return session.csrf

    def post(self, path: str, status: int = 303, csrf: str | None = None, **fields: object) -> str:
        data = {"csrf": self.csrf() if csrf is None else csrf, **fields}
        answer = self.client.post(path, data=data)
        assert answer.status_code == status, answer.text[:2000]
        return answer.headers.get("location", answer.text)


def form_of(page: str, name: str) -> dict[str, str]:
    """What the form with an id would send."""
    form = re.search(rf'<form[^>]*id="{name}".*?</form>', page, re.DOTALL)
    assert form, page[:3000]
    return dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[0]))


__all__ = ["BASE", "NOW", "Clerk", "Desk", "form_of"]
