"""The reports of `adit lab run`, `compare` and `backtest`: a page and a PDF, there soon and whole, refused early where they cannot be made."""

import re
import sys
from pathlib import Path
from typing import Any, cast

import pypdf
import pytest
from click.testing import CliRunner, Result

from adit.cli import lab_report, output
from adit.cli.main import adit
from adit.desk.charts import figure
from adit.lab.comparing import band_of
from adit.lab.results.store import read_draws
from adit.terms.errors import AditError

SHORT = ("--draws", "20", "--months", "24")


def run(*words: object) -> Result:
    return CliRunner().invoke(adit, ["lab", *map(str, words)], catch_exceptions=True)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pdf")
    made = {}
    for language in ("en", "ru"):
        made[language] = folder / f"{language}.pdf"
        done = run(
            "run",
            "ru_levy",
            *SHORT,
            "--no-levy-curve",
            "--lang",
            language,
            "--pdf",
            made[language],
            "--out",
            folder / f"out_{language}",
        )
        assert done.exit_code == 0, (done.output, done.exception)
    return made


@pytest.mark.slow
def test_a_run_writes_its_report_with_the_curve(tmp_path):
    file = tmp_path / "report.html"
    done = run("run", "ru_levy", *SHORT, "--report", file, "--out", tmp_path / "out")
    assert done.exit_code == 0, (done.output, done.exception)
    text = words(file.read_text(encoding="utf-8"))
    assert "20 draws for each height" in text
    hidden = band_of(read_draws(tmp_path / "out")["undeclared_mw"])
    assert f"{figure(hidden.middle, 'en')} MW hides" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "adit lab run ru_levy --baseline ru_law --draws 20 --seed 1 --months 24 --report report.html" in text
    assert [f.name for f in tmp_path.iterdir() if f.name.startswith(".")] == []
    assert f"written to {file}" in done.stderr
    assert str(tmp_path) not in file.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_report_is_there_before_the_curve_is(tmp_path, monkeypatch):
    file = tmp_path / "report.html"
    seen: list[str] = []

    def looking(scenario, how, step):
        seen.append(words(file.read_text(encoding="utf-8")))
        return (), 0, "Nothing came of it."

    monkeypatch.setattr(lab_report, "_curve", looking)
    assert run("run", "ru_levy", "--draws", 12, "--months", 24, "--report", file).exit_code == 0
    assert "It is being worked out." in seen[0]
    assert "It is left out. Nothing came of it." in words(file.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_a_run_of_few_months_tells_why_there_is_no_curve(tmp_path):
    file = tmp_path / "report.html"
    assert run("run", "ru_levy", "--draws", 12, "--months", 13, "--report", file).exit_code == 0
    assert "It is left out. The levy begins in the second year, and 13 months are too few" in words(
        file.read_text(encoding="utf-8")
    )


@pytest.mark.slow
def test_scenarios_are_compared_in_one_report(tmp_path):
    own = tmp_path / "my_levy.toml"
    own.write_text(
        'from = "ru_law"\ntitle = "My levy"\nset = ["ru.levy_per_kwh = 2 from 2026-01-01"]\n', encoding="utf-8"
    )
    file = tmp_path / "report.html"
    done = run("compare", own, "ru_ban", *SHORT, "--no-levy-curve", "--lang", "ru", "--report", file)
    assert done.exit_code == 0, (done.output, done.exception)
    text = words(file.read_text(encoding="utf-8"))
    for title in ("My levy", "Полный запрет в России", "Россия по действующему закону"):
        assert title in text
    assert (
        "adit lab compare my_levy.toml ru_ban --baseline ru_law --draws 20 --seed 1 --months 24 --lang ru --no-levy-curve"
        in text
    )


@pytest.mark.slow
def test_the_pdf_reads_again_with_the_figures_of_the_run(pdfs):
    for language, file in pdfs.items():
        read = pypdf.PdfReader(file)
        text = re.sub(r"\s+", " ", " ".join(p.extract_text() for p in read.pages)).replace("\N{NO-BREAK SPACE}", " ")
        hidden = band_of(read_draws(file.parent / f"out_{language}")["undeclared_mw"])
        told = figure(hidden.middle, language).replace("\N{NO-BREAK SPACE}", " ")
        assert (f"{told} MW hides" if language == "en" else f"скрыто {told} МВт") in text
        assert read.metadata is not None
        assert (
            read.metadata.title
            == {"en": "A levy in Russia of one rouble a kilowatt-hour", "ru": "Сбор в России: рубль за киловатт-час"}[
                language
            ]
        )
        catalog = cast("Any", read.trailer["/Root"])
        assert catalog["/MarkInfo"]["/Marked"]
        assert catalog["/Lang"] == language
        assert "/StructTreeRoot" in catalog
        assert (
            "pdfuaid" in read.xmp_metadata.stream.get_data().decode("utf-8", "replace") if read.xmp_metadata else False
        )
        assert text.count("decides no case" if language == "en" else "не решает ни одного дела") >= len(read.pages)
        for source in ("CBECI", "network/btc_retarget_epochs.csv", "ru/law"):
            assert source in text
        assert 5 < len(read.pages) < 30


@pytest.mark.slow
def test_the_same_run_makes_the_same_bytes(pdfs, tmp_path):
    again = tmp_path / "again.pdf"
    done = run("run", "ru_levy", *SHORT, "--no-levy-curve", "--lang", "ru", "--pdf", again)
    assert done.exit_code == 0, (done.output, done.exception)
    assert again.read_bytes() == pdfs["ru"].read_bytes()


@pytest.mark.slow
def test_back_tests_are_a_page_too(tmp_path):
    file = tmp_path / "back.html"
    done = run("backtest", "irkutsk", "--draws", 50, "--lang", "ru", "--report", file)
    assert done.exit_code in (0, 1), (done.output, done.exception)
    text = words(file.read_text(encoding="utf-8"))
    assert "Иркутская область: зимний запрет 2025 года" in text
    assert "adit lab backtest irkutsk --draws 50 --seed 1 --lang ru --report backtests.html" in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--report", "report.pdf"), "report.pdf is no HTML file."),
        (("--pdf", "report.html"), "report.html is no PDF file."),
        (("--report", "nowhere/report.html"), "There is no such folder."),
        (("--pdf", "nowhere/report.pdf"), "There is no such folder."),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is_run(tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    for words_ in (("run", "ru_law"), ("compare", "ru_ban")):
        error = run(*words_, *options).exception
        assert isinstance(error, AditError)
        assert error.what == message
    assert list(tmp_path.iterdir()) == []


def test_the_same_of_back_tests(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    error = run("backtest", "irkutsk", "--report", "page.txt").exception
    assert isinstance(error, AditError)
    assert error.what == "page.txt is no HTML file."
    assert error.todo == "Write --report page.html."


def test_without_the_desk_s_libraries_a_pdf_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.delitem(sys.modules, "adit.desk.papers", raising=False)
    monkeypatch.delitem(sys.modules, "adit.desk.lab_paper", raising=False)
    error = run("run", "ru_law", "--pdf", tmp_path / "x.pdf").exception
    assert isinstance(error, AditError)
    assert error.what == "A PDF needs typst, which is not installed."
    assert error.todo == "pip install 'adit[desk]'"


def test_a_language_that_is_not_there_is_refused():
    assert "'de' is not one of 'en', 'ru'" in run("run", "ru_law", "--lang", "de").output


@pytest.mark.slow
def test_a_disk_that_is_full_leaves_the_old_report(tmp_path, monkeypatch):
    file = tmp_path / "report.html"
    file.write_text("the old one", encoding="utf-8")

    def full(self, content):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    done = run("run", "ru_law", "--draws", 6, "--months", 13, "--no-levy-curve", "--report", file)
    assert done.exit_code != 0
    assert file.read_text(encoding="utf-8") == "the old one"
    assert [f.name for f in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.slow
def test_many_draws_begin_with_a_look_at_a_few(tmp_path, monkeypatch):
    file = tmp_path / "report.html"
    seen: list[str] = []
    monkeypatch.setattr(lab_report, "_SOON", 4)
    written = output.write_whole

    def note(path: Path, text: str) -> None:
        seen.append(words(text))
        written(path, text)

    monkeypatch.setattr(lab_report, "write_whole", note)
    done = run("run", "ru_levy", "--draws", 13, "--months", 13, "--no-levy-curve", "--report", file)
    assert done.exit_code == 0, (done.output, done.exception)
    assert "This is a first look with few draws" in seen[0]
    assert "4 draws, seed 1" in seen[0]
    assert "--draws 13 --seed 1" in seen[0]
    assert "13 draws, seed 1" in seen[-1]
    assert "first look" not in words(file.read_text(encoding="utf-8"))
