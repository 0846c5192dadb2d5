"""The papers of what is shipped: nothing without an entry, no entry without its file, every hash current."""

import re
from pathlib import Path

import pytest

from adit.evidence.sources import catalogue
from adit.evidence.sources.catalogue import dataset, datasets, notice_text, sha256_of, sources_text, write_derived
from adit.evidence.sources.tables import DATA
from adit.terms.errors import UnknownName

REPOSITORY = Path(__file__).parents[2]
HOSTS = re.compile(
    "|".join(
        a + b
        for a, b in (
            ("py", "pi.org"),
            ("python", "hosted"),
            ("npm", "js"),
            ("js", "delivr"),
            ("un", "pkg"),
            ("deb", "ian.org"),
        )
    )
)
REBUILD = "run python -m adit.evidence.sources.catalogue [--accept]"


def test_every_shipped_file_has_one_entry() -> None:
    derived = ("SOURCES.md", "catalogue.toml")
    files = {str(p.relative_to(DATA)) for p in DATA.rglob("*") if p.is_file() and p.name not in derived}
    entries = [d.file for d in datasets()]
    assert sorted(entries) == sorted(files)
    assert len(entries) > 10


@pytest.mark.parametrize("file", [d.file for d in datasets()])
def test_an_entry_is_whole_and_its_hash_current(file: str) -> None:
    entry = dataset(file)
    texts = (entry.title, entry.publisher, entry.licence, entry.attribution, entry.period, entry.units, entry.notes)
    assert all((*texts, *entry.origin))
    assert entry.origin
    assert entry.sha256 == sha256_of(file), REBUILD


def test_sources_and_notice_are_made_from_the_catalogue() -> None:
    for topic in {d.topic for d in datasets()}:
        assert (DATA / topic / "SOURCES.md").read_text(encoding="utf-8") == sources_text(topic), REBUILD
    assert (REPOSITORY / "NOTICE").read_text(encoding="utf-8") == notice_text(), REBUILD
    assert write_derived() == []


def test_the_notice_names_every_publisher_once() -> None:
    notice = notice_text()
    for d in datasets():
        assert notice.count(d.attribution) == 1
        assert d.file in notice


def test_no_registry_address_is_shipped() -> None:
    texts = [p for p in DATA.rglob("*") if p.suffix in (".csv", ".md", ".toml", ".geojson")]
    assert len(texts) > 10
    for path in texts:
        assert not HOSTS.search(path.read_text(encoding="utf-8")), path


def test_an_unknown_data_set_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"There is no data set 'sites/sites\.csv'\.\nDid you mean sites/"):
        dataset("sites/sites.csv")


def test_vintage_says_period_and_day() -> None:
    assert dataset("sites/russia_sites.csv").vintage == "2018 to 2026-02; retrieved 2026-11-22"


def test_accepting_the_files_changes_nothing_but_the_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (DATA / "catalogue.toml").read_text(encoding="utf-8")
    stale = tmp_path / "catalogue.toml"
    stale.write_text(re.sub(r'sha256 = "[0-9a-f]{64}"', 'sha256 = "stale"', text), encoding="utf-8")
    assert stale.read_text(encoding="utf-8").count('"stale"') == len(datasets())
    monkeypatch.setattr(catalogue, "_CATALOGUE", stale)
    catalogue.accept_hashes()
    assert stale.read_text(encoding="utf-8") == text
