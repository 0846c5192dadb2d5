"""The page of webhooks: one's own, a secret shown once, an address that leads into our own house refused."""

from collections.abc import Iterator

import pytest
from tests.desk.at_work import Person, links, office_at_work

from adit.desk.office import Office


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "file:///etc/passwd",
        "https://user:secret@example.org/",
        "",
    ],
)
def test_an_address_that_may_not_be_called_is_refused(office: Office, url: str):
    officer = Person(office, "officer")
    page = officer.post("/webhooks", page="/webhooks", url=url, kind="letter", status=422)
    assert "Nothing was added" in page
    assert "No webhook yet" in officer.get("/webhooks")


def test_one_that_may_is_added_and_its_secret_shown_once(office: Office):
    officer = Person(office, "officer")
    page = officer.post("/webhooks", page="/webhooks", url="https://93.184.216.34/told", kind=["letter", "decision"])
    assert "whsec_" in page
    own = officer.get("/webhooks")
    assert "whsec_" not in own
    assert "93.184.216.34" in own
    assert "93.184.216.34" not in Person(office, "second").get("/webhooks")
    [webhook] = [w for w in own.split('"') if w.startswith("/webhooks/webhook-")]
    Person(office, "second").post(webhook, page="/webhooks", status=404)
    officer.post(webhook, page="/webhooks")
    assert "No webhook yet" in officer.get("/webhooks")
    assert links(officer.get("/account"), "/webhooks")
