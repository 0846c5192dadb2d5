"""The locks as they are read, their ages by git, and the bill of materials that follows from them."""

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest
from supply.locks import ROOT, locked, vendored

from supply import ages, sbom

HASH = "a" * 64
LOCK = f"""\
alpha==1.2.3 \\
    --hash=sha256:{HASH} \\
    --hash=sha256:{"b" * 64}
    # via adit (pyproject.toml)
beta-more==4.5 ; sys_platform != 'emscripten' \\
    --hash=sha256:{"c" * 64}
    # via
    #   adit (pyproject.toml)
    #   alpha
gamma==0.1 \\
    --hash=sha256:{"d" * 64}
    # via beta-more
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.lock"
    file.write_text(LOCK, encoding="utf-8")
    return file


def test_a_lock_is_read(lock: Path):
    found = locked(lock)
    assert [(p.name, p.version, p.marker, len(p.hashes), p.asked_by, p.line) for p in found] == [
        ("alpha", "1.2.3", "", 2, ("adit",), 1), ("beta-more", "4.5", "sys_platform != 'emscripten'", 1, ("adit", "alpha"), 5), ("gamma", "0.1", "", 1, ("beta-more",), 10),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-desk.lock", "requirements-dev.lock"])
def test_every_line_of_our_locks_is_understood(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")
    found = locked(ROOT / name)
    assert len(found) == sum("==" in line and not line.startswith(" ") for line in text.splitlines()) > 5
    assert sum(len(p.hashes) for p in found) == text.count("--hash=sha256:")
    assert all(p.hashes for p in found)
    assert all(p.asked_by for p in found)
    assert {by for p in found for by in p.asked_by} <= {p.name for p in found} | {"adit"}


@pytest.mark.parametrize(
    "line",
    [
        "alpha",
        "alpha>=1",
        "-r other.txt",
        "alpha==1 --hash=md5:00",
        "https://example.org/alpha.whl",
        "    --hash=sha256:00",
    ],
)
def test_a_line_of_another_form_is_no_lock(tmp_path: Path, line: str):
    file = tmp_path / "x.lock"
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.lock:1 is no line of a lock"):
        locked(file)


def test_the_bill_names_every_package_and_who_needs_it(lock: Path):
    made = sbom.bill(locked(lock), [("htmx.org", "4.0.1")], "9.9")
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.6", 1)
    assert [c["purl"] for c in made["components"]] == [
        "pkg:pypi/alpha@1.2.3", "pkg:pypi/beta-more@4.5", "pkg:pypi/gamma@0.1", "pkg:npm/htmx.org@4.0.1",
    ]  # fmt: skip
    assert {d["ref"]: d["dependsOn"] for d in made["dependencies"]} == {
        "pkg:generic/adit@9.9": ["pkg:npm/htmx.org@4.0.1", "pkg:pypi/alpha@1.2.3", "pkg:pypi/beta-more@4.5"], "pkg:pypi/alpha@1.2.3": ["pkg:pypi/beta-more@4.5"],
        "pkg:pypi/beta-more@4.5": ["pkg:pypi/gamma@0.1"], "pkg:pypi/gamma@0.1": [], "pkg:npm/htmx.org@4.0.1": [],
    }  # fmt: skip
    assert made == sbom.bill(locked(lock), [("htmx.org", "4.0.1")], "9.9")
    assert made["serialNumber"] != sbom.bill(locked(lock), [], "9.9")["serialNumber"]


def test_the_bill_of_what_an_office_installs(capsys: pytest.CaptureFixture[str]):
    assert sbom.main([]) == 0
    made = json.loads(capsys.readouterr().out)
    names = [c["name"] for c in made["components"]]
    assert {"fastapi", "cryptography", "htmx.org", "uplot"} <= set(names)
    assert len(names) == len(locked(ROOT / "requirements-desk.lock")) + len(vendored())
    refs = {c["bom-ref"] for c in made["components"]} | {made["metadata"]["component"]["bom-ref"]}
    assert {d["ref"] for d in made["dependencies"]} == refs
    assert {on for d in made["dependencies"] for on in d["dependsOn"]} == refs - {
        made["metadata"]["component"]["bom-ref"]
    }


def _git(folder: Path, *arguments: str, on: str = "2026-01-01T12:00:00Z") -> None:
    environment = {"GIT_AUTHOR_DATE": on, "GIT_COMMITTER_DATE": on, "HOME": str(folder), "PATH": "/usr/bin:/bin"}
    name = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(folder), *name, *arguments], check=True, capture_output=True, env=environment)


@pytest.mark.slow
def test_a_version_is_as_old_as_the_commit_that_locked_it(lock: Path, capsys: pytest.CaptureFixture[str]):
    _git(lock.parent, "init", "-q")
    _git(lock.parent, "add", ".")
    _git(lock.parent, "commit", "-qm", "Lock")
    lock.write_text(LOCK.replace("gamma==0.1", "gamma==0.2"), encoding="utf-8")
    _git(lock.parent, "commit", "-qam", "Renew gamma", on="2026-03-01T12:00:00Z")
    assert ages.ages(lock, date(2026, 4, 1)) == [(90, "alpha", "1.2.3"), (90, "beta-more", "4.5"), (31, "gamma", "0.2")]
    assert ages.main([str(lock), "--on", "2026-04-01"]) == 0
    assert ages.main([str(lock), "--on", "2026-04-02"]) == 1
    told = capsys.readouterr()
    assert "requirements.lock: alpha 1.2.3 was locked 91 days ago" in told.out
    assert "gamma" not in told.out
    assert "3 packages" in told.err


@pytest.mark.slow
def test_outside_of_git_nothing_is_said_to_be_young(lock: Path, capsys: pytest.CaptureFixture[str]):
    assert ages.main([str(lock)]) == 2
    assert "git does not tell how old" in capsys.readouterr().err
    assert ages.main([str(lock.with_name("none.lock"))]) == 2
