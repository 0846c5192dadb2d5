"""A law tried in the desk: chosen, run as a job, read as a report; stopped, refused with its reason, and seen by nobody else."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from threading import Event
from typing import Any

import pytest
from tests.desk.at_work import Person, links, office_at_work

from adit.desk import jobs, trying
from adit.desk.office import Office
from adit.terms.errors import BadInput

FORM: dict[str, Any] = {
    "scenario": "ru_law",
    "line": "ru.levy_per_kwh = 1 from 2025-03-01",
    "draws": "20",
    "months": "12",
}


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.fixture(scope="module")
def analyst(office: Office) -> Person:
    return Person(office, "analyst")


@pytest.fixture(scope="module")
def done(office: Office, analyst: Person) -> str:
    """The id of a run that has ended."""
    page = analyst.post("/lab", page="/lab", **FORM)
    assert "waiting" in page
    job = links(analyst.get("/lab"), "/lab/job-")[0].removeprefix("/lab/")
    assert jobs.run_pending(office) == 1
    return job


def _only_waiting(office: Office) -> str:
    with office.reading() as connection:
        [(found,)] = connection.execute("SELECT id FROM desk.job WHERE kind = 'lab' AND state = 'waiting'").fetchall()
    return str(found)


def test_the_form_offers_every_scenario_and_says_that_nothing_is_decided(analyst: Person):
    page = analyst.get("/lab")
    for told in ("A full ban in Russia", "Russia as the law stands", "What is simulated here decides no case"):
        assert told in page
    assert "/lab" in links(page, "/lab")


def test_officers_try_laws_too_and_miners_do_not(office: Office):
    assert "Policy lab" in Person(office, "officer").get("/lab")
    assert "try laws" in Person(office, "miner").get("/lab", status=403)


@pytest.mark.slow
def test_a_run_leads_to_a_report_and_its_tables(analyst: Person, done: str):
    page = analyst.get(f"/lab/{done}")
    assert "Read the report" in page
    assert "Russia as the law stands; ru.levy_per_kwh = 1 from 2025-03-01" in page
    response = analyst.client.get(f"/lab/{done}/report")
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("frame-ancestors 'none'")
    assert response.text.count("This is a model. What is simulated here decides no case.") == 2
    assert "levy_per_kwh = 1 RUB/kWh since 2025-03-01" in response.text
    assert "20 draws, seed 1" in response.text
    for table in trying.TABLES:
        assert f"/lab/{done}/{table}.csv" in page
    rows = list(csv.DictReader(StringIO(analyst.get(f"/lab/{done}/outcomes.csv"))))
    levy = next(r for r in rows if r["measure"] == "levy_usd_m")
    assert float(levy["p50"]) > 0
    assert float(levy["difference_p50"]) == float(levy["p50"])  # the law as it stands takes none


@pytest.mark.slow
def test_the_report_is_kept_in_both_languages(office: Office, analyst: Person, done: str):
    russian = trying.kept(office, done, "report.ru.html").decode("utf-8")
    assert "Россия по действующему закону; ru.levy_per_kwh" in russian
    analyst.post("/preferences", language="ru", back="/")
    try:
        assert analyst.get(f"/lab/{done}/report") == russian
        assert "Читать отчёт" in analyst.get(f"/lab/{done}")
    finally:
        analyst.post("/preferences", language="en", back="/")


@pytest.mark.slow
def test_nobody_else_sees_a_run(office: Office, done: str):
    other = Person(office, "officer")
    for path in (f"/lab/{done}", f"/lab/{done}/report", f"/lab/{done}/outcomes.csv"):
        other.get(path, status=404)
    assert done not in other.get("/lab")


@pytest.mark.slow
def test_what_is_not_kept_is_not_given(office: Office, analyst: Person, done: str):
    analyst.get(f"/lab/{done}/manifest.csv", status=404)
    analyst.get(f"/lab/{done}/parameters.csv", status=404)
    file = office.settings.folder / "lab" / done / "report.en.html"
    text = file.read_bytes()
    file.unlink()
    assert "Run the scenario again." in analyst.get(f"/lab/{done}/report", status=404)
    file.write_bytes(text)


@pytest.mark.slow
def test_a_run_that_is_made_again_is_the_same(office: Office, done: str):
    manifest = json.loads(trying.kept(office, done, "manifest.json"))
    assert manifest["draws"] == 20
    assert manifest["line"] == FORM["line"]
    assert manifest["simulated"] == "What is simulated here decides no case."


def test_a_run_that_is_cancelled_keeps_nothing(office: Office, analyst: Person):
    analyst.post("/lab", page="/lab", **FORM | {"draws": "21"})
    job = _only_waiting(office)
    assert "cancelled" in analyst.post(f"/lab/{job}/cancel", page=f"/lab/{job}")
    assert jobs.run_pending(office) == 0
    analyst.get(f"/lab/{job}/report", status=404)
    assert not (office.settings.folder / "lab" / job).exists()


@pytest.mark.slow
def test_a_run_is_stopped_between_its_draws(office: Office, analyst: Person, monkeypatch: pytest.MonkeyPatch):
    """Cancelled while it runs: the next time that it says how far it is, it is no longer its job."""
    analyst.post("/lab", page="/lab", **FORM | {"draws": "200"})
    job = _only_waiting(office)
    told: list[int] = []
    progress = jobs.progress

    def cancelling(query: jobs.Query, at: jobs.Job, of: Office, done: int, total: int | None = None) -> None:
        told.append(done)
        if done:
            jobs.cancel(of, at.id)
        progress(query, at, of, done, total)

    monkeypatch.setattr(jobs, "progress", cancelling)
    assert jobs.run_pending(office) == 1
    assert jobs.find(office, job)["state"] == "cancelled"
    assert 0 < told[-1] < 400
    assert not (office.settings.folder / "lab" / job).exists()
    assert "Read the report" not in analyst.get(f"/lab/{job}")


@pytest.mark.slow
def test_a_worker_that_ends_leaves_the_run_for_another(office: Office, analyst: Person):
    analyst.post("/lab", page="/lab", **FORM | {"draws": "22"})
    job = _only_waiting(office)
    stopping = Event()
    taken = jobs._take(office, stopping)
    assert taken is not None
    stopping.set()
    jobs._run(office, taken)
    assert jobs.find(office, job)["state"] == "waiting"
    assert jobs.run_pending(office) == 1
    assert jobs.find(office, job)["state"] == "done"


@pytest.mark.slow
def test_with_few_months_the_curve_says_why_it_is_left_out(office: Office, analyst: Person):
    analyst.post("/lab", page="/lab", **FORM | {"line": "", "curve": "yes"})
    job = _only_waiting(office)
    jobs.run_pending(office)
    assert "12 months are too few to see a year of it" in analyst.get(f"/lab/{job}/report")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"draws": "0"}, "Give a whole number from 20 to 2000."),
        ({"draws": "many"}, "Give a whole number from 20 to 2000."),
        ({"months": "1000"}, "Give a whole number from 12 to 120."),
        ({"scenario": "../../etc/passwd"}, "There is no such scenario."),
        (
            {"line": "a levy of one rouble"},
            "&#39;a levy of one rouble&#39; does not say what is set to what from when.",
        ),
        (
            {"line": "fr.levy_per_kwh = 1 from 2026-01-01"},
            "The line is of a place in which no act of the scenario speaks.",
        ),
        ({"line": "ru.levi_per_kwh = 1 from 2026-01-01"}, "levi_per_kwh"),
        ({"line": "ru.levy_per_kwh = lots from 2026-01-01"}, "lots"),
        ({"line": "ru.levy_per_kwh = 1 from 2026-01-01 through 2025-01-01"}, "ends before it begins"),
        ({"line": "ru.levy_per_kwh = 1 from 2026-02-30"}, "2026-02-30"),
    ],
)
def test_what_cannot_be_run_is_refused_at_once(analyst: Person, changed: dict[str, str], message: str):
    page = analyst.post("/lab", page="/lab", status=422, **FORM | changed)
    assert "Nothing was run" in page
    assert message in page


def test_refusals_are_told_in_russian(office: Office):
    person = Person(office, "analyst", "ru")
    page = person.post("/lab", page="/lab", status=422, **FORM | {"line": "x"})
    assert "не говорит, что чему равно и с какого дня" in page
    person.post("/preferences", language="en", back="/")


def test_the_same_form_sent_twice_is_one_run(office: Office, analyst: Person):
    page = analyst.get("/lab")
    from tests.desk.at_work import field

    sent = {"csrf": field(page, "csrf"), "key": field(page, "key"), **FORM, "draws": "23"}
    first, second = (analyst.client.post("/lab", data=sent) for _ in range(2))
    assert first.url == second.url
    jobs.cancel(office, str(first.url).rpartition("/")[2])


def test_a_line_is_read_to_its_end_before_it_waits():
    with pytest.raises(BadInput, match="no act of the scenario speaks"):
        trying.asked("ru_law", "us.may_mine = no from 2026-01-01", 20, 12)
    assert trying.asked("ru_law", "kz.may_mine = no from 2026-01-01", 20, 12).changes[-1].place == "KZ"
