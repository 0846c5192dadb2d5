"""Pages that need nothing else have one head, and their policy lets in what they carry and nothing else."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import adit.desk
from adit.desk.offline import made, policy, style

TEMPLATES = Path(adit.desk.__file__).parent / "templates"


def test_a_head_is_written_in_two_places_only():
    heads = {
        p.relative_to(TEMPLATES).as_posix()
        for p in TEMPLATES.rglob("*.html")
        if "<!doctype" in p.read_text(encoding="utf-8")
    }
    assert heads == {"offline.html", "office/base.html"}


def test_every_page_of_its_own_stands_on_that_head():
    pages = [p for p in TEMPLATES.glob("*.html") if "{% block title" in p.read_text(encoding="utf-8")]
    assert len(pages) >= 12
    for page in pages:
        first = page.read_text(encoding="utf-8").split("\n", 1)[0]
        assert page.name == "offline.html" or first.startswith('{% extends "'), page.name


def test_the_policy_names_the_style_and_the_script_by_their_hashes():
    def named(text: str) -> str:
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    assert policy("p{}") == (
        f"default-src 'none'; style-src {named('p{}')}; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert f"script-src {named('go()')}; " in policy("p{}", "go()")


def test_the_language_the_version_and_the_policy_stand_in_the_head():
    def say(key: str, **parts: object) -> str:
        return key

    text = made(
        "trace.html", style("trace"), "ru", version="0.0.7", say=say, views=[], blocks="", count=str,
        basis={"command": "", "files": {}, "vintages": {}, "version": "0.0.7", "proven": True, "pieces": 1,
               "inputs_not_seen": 0, "faults": ()},
    )  # fmt: skip
    assert text.startswith('<!doctype html>\n<html lang="ru">\n<head>\n<meta charset="utf-8">\n')
    assert '<meta name="generator" content="adit 0.0.7">' in text
    told = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert told is not None
    assert told[1].replace("&#39;", "'") == policy(style("trace"))
