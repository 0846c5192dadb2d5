"""An office at work for tests: the demonstration, built once and copied for whoever asks; people who sign in."""

import re
import shutil
import socket
import tempfile
from atexit import register
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from secrets import token_urlsafe
from threading import Thread
from time import sleep

import uvicorn
from fastapi.testclient import TestClient
from httpx2 import Response
from tests.databases import Clock, fresh

from adit.desk.app import create_app, set_up_logs
from adit.desk.demo import MORNING, PASSWORD, SECRET, Moving, build
from adit.desk.office import Office, Settings, open_office
from adit.desk.web.accounts import STEP_S, code_at
from adit.engines.database import Database

URL = "http://testserver"


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="adit-office-"))
    register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _built() -> tuple[str, Path]:
    """The name of a database that holds the demonstration, and its folder."""
    database, clock, folder = fresh(), Moving(), _folder()
    office = open_office(
        Settings(folder, database.address, url=URL, log_name="adit-demonstration", demo=True), clock=clock
    )
    build(office, clock)
    office.close()
    [name] = re.findall(r"/(adit_test_\d+)\?", database.address)
    return name, folder


@contextmanager
def office_at_work(*, demo: bool = True, clock: Clock | None = None) -> Iterator[Office]:
    """An office of its own with the demonstration in it, on its morning; with `demo=False` an empty one."""
    set_up_logs()
    folder = _folder()
    database: Database
    if demo:
        name, built = _built()
        shutil.copytree(built, folder, dirs_exist_ok=True)
        database = fresh(name)
    else:
        database = fresh()
    settings = Settings(folder, database.address, url=URL, log_name="adit-demonstration", demo=demo)
    office = open_office(settings, clock=clock or Clock(MORNING))
    try:
        yield office
    finally:
        office.close()


@contextmanager
def served(office: Office) -> Iterator[str]:
    """The office on a port of this machine, as browsers and programs reach it; its address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        office.settings = replace(office.settings, url=url)
        server = uvicorn.Server(
            uvicorn.Config(create_app(office), log_config=None, access_log=False, server_header=False)
        )
        thread = Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        try:
            while not server.started:
                sleep(0.01)
            yield url
        finally:
            server.should_exit = True
            thread.join()


class Person:
    """Somebody with a browser that has no scripts: follows links, fills in the form that a page shows, keeps cookies."""

    def __init__(self, office: Office, login: str = "", language: str = "en") -> None:
        self.office = office
        self.client = TestClient(create_app(office), base_url=URL, follow_redirects=True)
        self.client.cookies.set("language", language)
        self.own = "/account"  # a page of theirs with a form on it
        if login:
            self.sign_in(login)
            self.post("/preferences", language=language, back="/")

    def sign_in(self, login: str, password: str = PASSWORD) -> Response:
        there = self.client.post("/sign-in", data={"login": login, "password": password})
        if there.url.path == "/second":
            clock = self.office.clock
            assert isinstance(clock, Clock)
            clock.pass_(seconds=STEP_S)  # a code is taken once
            proof = field(there.text, "proof")
            code = code_at(SECRET, int(clock.now.timestamp()) // STEP_S)
            there = self.client.post("/second", data={"proof": proof, "code": code})
        assert there.status_code == 200, there.text
        self.own = "/joining" if there.url.path == "/joining" else "/account"
        return there

    def get(self, path: str, *, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, f"{path}: {response.status_code}\n{_words(response.text)}"
        return response.text

    def post(self, path: str, *, page: str = "", status: int = 200, **fields: object) -> str:
        """Send a form: its hidden fields are those of the page where it stands (or of any page of ours)."""
        text = self.get(page or self.own) if page or self._known() else ""
        hidden = {"csrf": field(text, "csrf"), "key": field(text, "key") or token_urlsafe(18)} if text else {}
        response = self.client.post(path, data={**hidden, **{k: v for k, v in fields.items() if v is not None}})
        assert response.status_code == status, f"{path}: {response.status_code}\n{_words(response.text)}"
        return response.text

    def _known(self) -> bool:
        return any(c.name == "adit" for c in self.client.cookies.jar)


def field(text: str, name: str) -> str:
    """The value of the first field of this name on a page."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', text)
    return found[1] if found else ""


def links(text: str, start: str) -> list[str]:
    """The links of a page that begin so, in their order."""
    return list(dict.fromkeys(re.findall(rf'href="({re.escape(start)}[^"#]*)"', text)))


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))[:1500]
