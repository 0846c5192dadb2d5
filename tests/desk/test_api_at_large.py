"""The API, asked what nobody thought of: every operation with inputs made from its own description."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.desk.at_work import Person, office_at_work, served

from adit.desk.app import routers
from adit.desk.demo import PASSWORD, SECRET
from adit.desk.office import Office
from adit.desk.web.accounts import add_account

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


@pytest.fixture(scope="module")
def token(office: Office) -> str:
    """Of somebody who may do whatever a program may, so that every input gets past the doors."""
    with office.reading() as connection:
        parties = [p for (p,) in connection.execute("SELECT DISTINCT id FROM register.party")]
    roles = ["officer", "miner", "administrator"]
    hand = add_account(
        office, login="all", name="All", roles=roles, password=PASSWORD, by="office-000001", parties=parties
    )
    with office.reading() as connection:
        connection.execute("UPDATE desk.account SET totp_secret = %s WHERE hand = %s", (SECRET, hand))
    page = Person(office, "all").post(
        "/account/tokens", page="/account", name="at large", scope=["read", "declare", "decide"], days="1"
    )
    found = re.search(r"adit_[\w-]{40,}", page)
    assert found is not None
    return found[0]


@pytest.fixture(scope="module")
def address(office: Office, token: str) -> Iterator[str]:
    assert token
    with served(office) as url:
        yield url


def _described() -> dict[str, Any]:
    """The description that the application gives, which needs no office that is open."""
    app = FastAPI(title="Adit", version="1")
    for router in routers():
        app.include_router(router)
    return app.openapi()


schema = schemathesis.openapi.from_dict(_described())


@schema.parametrize()
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_input_is_a_mistake_of_ours(case: schemathesis.Case, address: str, token: str) -> None:
    # that a party is not there, or a fact has another unit, stands in no schema: such a request is well formed, and refused
    case.call_and_validate(
        base_url=address,
        headers={"Authorization": f"Bearer {token}"},
        excluded_checks=[positive_data_acceptance],
    )
