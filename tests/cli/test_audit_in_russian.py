"""The audit of the chain example told in Russian: page and terminal hold no English of the reconciliation."""

import html
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

import adit.audit.reconciliation.words as module
from adit.cli.main import adit

EXAMPLES = Path(__file__).parents[2] / "examples"
CHAIN = EXAMPLES / "audit" / "chain"
WORDS = tomllib.loads(Path(module.__file__).with_name("words.toml").read_text(encoding="utf-8"))
FRAGMENTS = {
    piece.strip(" ,;:.")
    for text in WORDS.values()
    for piece in re.split(r"\{\w+\}", text["en"])
    if len(piece.strip(" ,;:.")) >= 6
}


def asked(*arguments: object) -> str:
    result = CliRunner().invoke(adit, [str(a) for a in arguments])
    assert result.exit_code in (0, 1), result.output
    return result.stdout


@pytest.fixture(scope="module")
def receipts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("chain") / "receipts.csv"
    blocks, addresses = EXAMPLES / "chain" / "blocks", CHAIN / "addresses.csv"
    asked("chain", "receipts", "--blocks", blocks, "--addresses", addresses, "--tip", 702960, "--out", out)
    return out


def english_in(text: str) -> set[str]:
    shown = html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"<style>.*?</style>", "", text, flags=re.S)))
    return {piece for piece in FRAGMENTS if re.search(rf"(?<![\w_]){re.escape(piece)}(?![\w_])", shown)}


SENTENCES = {
    "B-2": """
заявлено, поступление не найдено
Среди поступлений, отстоящих от указанных в строке дней не более чем на 3 дня, ни на одном адресе майнера нет такой суммы, которая не отнесена к другой строке.
""",
    "B-3": """
сопоставлено
В блокчейне есть выход, указанный в строке: 0,30000000 BTC, поступило 24.08.2017; заявлено как добытое в пуле, а поступило от плательщика, которого нет в списке пулов.
Плательщика в списке пулов нет; пул может платить и с адреса, которого в списке нет.
""",
    "B-4": """
поступление не заявлено
24.08.2017 на адрес 16uy4uu3ETSj93k8k2CUahjmQHqvibyi7b поступило 0,29900000 BTC; ни в одной достаточно близкой строке это не указано.
Плательщик неизвестен.
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("site", SENTENCES)
def test_a_site_is_told_in_russian_on_its_page_and_in_the_terminal(tmp_path: Path, receipts: Path, site: str):
    page = tmp_path / "site.html"
    of = ("audit", "explain", site, "2017-08", "--sites", CHAIN / "sites.csv", "--receipts", receipts, "--report", page)
    terminal, shown = asked(*of, "--lang", "ru"), page.read_text(encoding="utf-8")
    for text in (terminal, shown):
        assert all(sentence in text for sentence in SENTENCES[site].strip().splitlines())
        assert english_in(text) == set()
    in_english = asked(*of, "--lang", "en")
    assert english_in(in_english)  # the search would find it
    assert english_in(page.read_text(encoding="utf-8"))


def test_the_page_of_the_register_is_in_russian(tmp_path: Path, receipts: Path):
    page = tmp_path / "register.html"
    asked(
        "audit", "run", "--months", "2017-08", "--sites", CHAIN / "sites.csv", "--receipts", receipts, "--report", page,
        "--lang", "ru",
    )  # fmt: skip
    shown = page.read_text(encoding="utf-8")
    assert all(sentence in shown for text in SENTENCES.values() for sentence in text.strip().splitlines())
    assert english_in(shown) == set()
