"""How a command ends that did not come to its end: it is never taken for one that is done, with findings."""

import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.slow

ADIT = [sys.executable, "-c", "from adit.cli.main import run; run()"]


def ended(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*ADIT, *arguments], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["law", "fields"], 0),
        (["law", "felds"], 2),
        (["lab", "show"], 2),
        (["decide", "--on", "never"], 2),
    ],
)
def test_done_and_could_not(arguments, code):
    assert ended(*arguments).returncode == code


def test_a_reader_that_goes_early_is_no_finding():
    with subprocess.Popen([*ADIT, "law", "places"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 141


def test_an_interrupted_run_is_told_apart(tmp_path):
    command = "from adit.cli.main import run; print('ready', flush=True); run()"
    arguments = ["lab", "run", "ru_law", "--draws", "20000", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        [sys.executable, "-c", command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.strip().endswith("Interrupted.")
    assert list(tmp_path.iterdir()) == []
