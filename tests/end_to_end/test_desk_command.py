"""`adit desk --demo` as somebody runs it: one command, an office that answers, and nothing left running when it is ended."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

pytestmark = pytest.mark.slow


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("workers", [1, 2])
def test_one_command_opens_an_office_and_ends_with_it(tmp_path: Path, workers: int) -> None:
    port = _free_port()
    command = [
        str(Path(sys.executable).with_name("adit")),
        "desk",
        "--demo",
        "demo/office",
        "--port",
        str(port),
        "--workers",
        str(workers),
    ]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        try:
            page = _first_page(f"http://127.0.0.1:{port}/", process)
            assert "Adit" in page
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
                assert client.get("/health").json()["writes"] is True
                assert client.get("/queue").headers["location"].startswith("/sign-in")
        finally:
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=60)
    assert "sign in as miner" in told
    assert "Traceback" not in told
    left = subprocess.run(
        ["pgrep", "-f", str(tmp_path / "demo" / "office")], capture_output=True, text=True, check=False
    )
    assert left.stdout == ""


def _first_page(url: str, process: "subprocess.Popen[str]") -> str:
    until = time.monotonic() + 90
    while time.monotonic() < until and process.poll() is None:
        try:
            return httpx2.get(url, trust_env=False, timeout=20).text
        except httpx2.TransportError:
            time.sleep(0.3)
    raise AssertionError("the desk did not answer")


def test_a_demonstration_that_was_half_built_is_not_taken_for_one(tmp_path: Path) -> None:
    from tests.databases import fresh, written_by
    from tests.journal.test_writer import entering

    database = fresh()
    with written_by(database) as writer:
        writer.write(entering("one"), key="one")
    import os

    done = subprocess.run(
        [Path(sys.executable).with_name("adit"), "desk", "--demo", "office", "--port", str(_free_port())],
        cwd=tmp_path, env={**os.environ, "ADIT_DATABASE": database.address}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "cut off half-way" in done.stderr
