"""The publishers on written answers: what came is kept and judged, and what did not come changes nothing but the record of the attempt."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.evidence.answers import Server, Written
from tests.screening.list_files import un

from adit.evidence.sources.watchlist_download import download
from adit.screening import configured, store
from adit.screening.arrivals import Arrival
from adit.screening.loading import load
from adit.screening.states import ListState, State
from adit.terms.errors import AditError, BadInput, NotFound, Unavailable

TODAY = date(2026, 11, 29)
NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data" / "watchlists"
UN = "https://scsanctions.un.org/resources/xml/en/consolidated.xml"
OFAC = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/sdn_advanced.xml"
EU = "https://webgate.ec.europa.eu/fsd/fsf/public/files/csvFullSanctionsList_1_1/content?token="
UK = "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv"
PAGE = b"<html><body>Please enable JavaScript</body></html>"


def refreshed(root: Path, list_id: str, answers: dict[str, Any], at: datetime = NOW) -> Arrival:
    registry = configured.registry_of(root)
    return store.refresh(root, registry.spec(list_id), at, strangers=registry.strangers, opener=Server(answers))


def state(root: Path, list_id: str) -> ListState:
    registry = configured.registry_of(root)
    return load(root, registry.spec(list_id), TODAY, strangers=registry.strangers).state


def test_the_list_of_the_un_comes_in(tmp_path: Path) -> None:
    arrival = refreshed(tmp_path, "un_sc", {UN: un(TODAY)})
    assert (arrival.rows, arrival.content_date, arrival.origin, arrival.good) == (900, TODAY, UN, True)
    assert state(tmp_path, "un_sc").state is State.FRESH
    again = refreshed(tmp_path, "un_sc", {UN: un(TODAY)}, NOW + timedelta(hours=6))
    assert (again.sha256, again.fetched_at_utc, again.checked_at_utc) == (arrival.sha256, NOW, NOW + timedelta(hours=6))


def test_a_web_page_with_status_200_is_kept_and_the_list_suspect(tmp_path: Path) -> None:
    refreshed(tmp_path, "un_sc", {UN: un(TODAY)})
    arrival = refreshed(tmp_path, "un_sc", {UN: PAGE}, NOW + timedelta(hours=6))
    assert arrival.faults == ("The file is a web page in place of a list.",)
    found = state(tmp_path, "un_sc")
    assert found.state is State.SUSPECT
    assert found.why == ("The file is a web page in place of a list.", "The version of 2026-11-29 is still searched.")
    assert found.holds


def test_an_empty_answer_with_status_200(tmp_path: Path) -> None:
    refreshed(tmp_path, "un_sc", {UN: un(TODAY)})
    assert refreshed(tmp_path, "un_sc", {UN: b""}, NOW + timedelta(hours=6)).faults == ("The file is empty.",)
    assert state(tmp_path, "un_sc").state is State.SUSPECT


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Written(b"no", 503), Unavailable, "The publisher answered with status 503."),
        (Written(b"no", 429), Unavailable, "The publisher answered with status 429."),
        (Written(b"no", 404), NotFound, "The publisher has nothing at this address."),
        (TimeoutError("slow"), Unavailable, "The answer did not come within 900 seconds."),
        (OSError("no route"), Unavailable, "The server does not answer (no route)."),
        (Written(un(TODAY)[:5000], Content_Length="90000"), Unavailable, "The answer broke off after 5,000 of 90,000 bytes."),
        (Written(b"", 302, Location="https://example.com/list.xml"), BadInput, ""),
    ],
)  # fmt: skip
def test_what_did_not_come_changes_nothing_but_is_recorded(
    tmp_path: Path, answer: Any, kind: type[AditError], said: str
) -> None:
    with pytest.raises(kind) as error:
        refreshed(tmp_path, "un_sc", {UN: answer})
    assert said in error.value.what
    missing = state(tmp_path, "un_sc")
    assert (missing.state, missing.why) == (State.MISSING, (f"This list was never fetched: {error.value.what}",))
    refreshed(tmp_path, "un_sc", {UN: un(TODAY)})
    with pytest.raises(kind):
        refreshed(
            tmp_path,
            "un_sc",
            {UN: answer if isinstance(answer, Exception) else Written(b"no", 503)}
            if kind is Unavailable
            else {UN: answer},
            NOW + timedelta(hours=1),
        )
    held = state(tmp_path, "un_sc")
    assert held.state is State.FRESH  # it grows old by its own day, not by a failure
    assert held.why[1].startswith("The last attempt to fetch it, on 2026-11-29, failed: ")


def test_the_list_of_ofac_follows_its_publisher_to_where_it_lies(tmp_path: Path) -> None:
    far = "https://published.s3.us-gov-west-1.amazonaws.com/sdn_advanced.xml?signed=1"
    answers = {OFAC: Written(b"", 302, Location=far), far: (DATA / "sdn_advanced.xml").read_bytes()}
    arrival = refreshed(tmp_path, "us_ofac_sdn", answers)
    assert (arrival.rows, arrival.content_date) == (3, date(2026, 11, 20))
    assert "The file has 3 entries; 12,000 to 60,000 are expected." in arrival.faults
    assert "BANCO NACIONAL DE CUBA (entry 306) is not in the file, and it must be." in arrival.faults


def test_the_list_of_the_eu_needs_a_token_and_its_record_does_not_tell_it(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="European Commission gives eu_consolidated to those who have a token") as error:
        refreshed(tmp_path, "eu_consolidated", {})
    assert 'eu_consolidated = "..."' in error.value.todo
    (tmp_path / "added.toml").write_text('[tokens]\neu_consolidated = "secret-token"\n', encoding="utf-8")
    arrival = refreshed(tmp_path, "eu_consolidated", {f"{EU}secret-token": (DATA / "eu_full.csv").read_bytes()})
    assert (arrival.rows, arrival.content_date) == (2, date(2026, 11, 20))
    with pytest.raises(NotFound) as missing:
        refreshed(tmp_path, "eu_consolidated", {})
    assert "secret" not in str(missing.value)
    assert "secret" not in (tmp_path / "eu_consolidated" / "history.json").read_text(encoding="utf-8")


def test_the_list_of_the_uk_comes_in(tmp_path: Path) -> None:
    head, _, body = (DATA / "uk_list.csv").read_text(encoding="utf-8").partition("\n")
    columns = next(csv.reader([body.partition("\n")[0]]))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerow(
        {
            "Unique ID": "AFG0001",
            "Name 6": "HAJI KHAIRULLAH HAJI SATTAR MONEY EXCHANGE",
            "Name type": "Primary Name",
            "Designation Type": "Entity",
        }
    )
    for n in range(2599):
        writer.writerow(
            {"Unique ID": f"X{n}", "Name 6": f"INVENTED {n}", "Name type": "Primary Name", "Designation Type": "Entity"}
        )
    arrival = refreshed(tmp_path, "uk_sanctions", {UK: f"{head}\n{out.getvalue()}".encode()})
    assert (arrival.rows, arrival.content_date, arrival.good) == (2600, date(2026, 11, 20), True)
    assert state(tmp_path, "uk_sanctions").state is State.FRESH


def test_a_list_without_an_address_is_given_by_hand(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as error:
        refreshed(tmp_path, "national", {})
    assert error.value.todo == "adit screen lists --add FILE --list national"


def test_a_host_that_is_not_the_publishers_is_never_asked() -> None:
    server = Server({})
    with pytest.raises(BadInput):
        download("https://example.com/consolidated.xml", ("scsanctions.un.org",), opener=server)
    with pytest.raises(BadInput):
        download("http://scsanctions.un.org/consolidated.xml", ("scsanctions.un.org",), opener=server)
    assert server.asked == []
