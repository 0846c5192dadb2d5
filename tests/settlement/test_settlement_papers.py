"""What a participant hands in: read exactly or refused with its place; nothing of it is guessed, and nothing secret is taken."""

import copy
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.settlement.made_chain import EXAMPLES
from tests.settlement.made_settlements import new_id

from adit import law
from adit.register.records import TradeContract
from adit.settlement.dossier import subject_of
from adit.settlement.papers import read_papers
from adit.settlement.store import Papers
from adit.terms.errors import AditError, BadInput, UnknownName

FILE = EXAMPLES / "ten_contracts" / "04_listed_owner.toml"
UETR = "0b9d1c2e-5a6f-4b7c-8d9e-0f1a2b3c4d5e"


def data() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def read(given: dict[str, Any], regime: str = "ru/law", network: str = "regtest", **more: Any) -> Papers:
    return read_papers(given, act=law.load(regime), hand="officer-1", new_id=new_id, uetr=UETR, network=network, **more)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The example with one field set, or taken out where the value is ...."""
    found = copy.deepcopy(data())
    *way, last = path.split("/")
    table = found
    for name in way:
        table = table[name]
    if value is ...:
        del table[last]
    else:
        table[last] = value
    return found


def test_the_example_is_read_whole():
    papers = read(data())
    settlement, contract = papers.settlement[1], papers.contract[1]
    assert (settlement.state, settlement.trial, settlement.prepared_by, settlement.uetr) == (
        "DRAFT",
        False,
        "officer-1",
        UETR,
    )
    assert (settlement.amount_sat, settlement.value_minor, contract.value_minor, contract.value_rub_kopecks) == (
        30_000_000,
        240_000_000,
        1_200_000_000,
        1_200_000_000,
    )
    assert sorted(s.share_ppm for s in papers.stakes.values()) == [490_000, 490_000, 510_000, 510_000, 750_000]
    assert all(p.subject == subject_of(p).digest for p in papers.participants.values())
    assert papers.known == frozenset()
    assert read(data(), "ru/trade_pilot_2023").settlement[1].trial is True


def test_a_second_payment_names_what_stands_in_the_register():
    first = read(data())
    second = data()
    second["contract"] = {"id": first.contract[0]}
    second["participants"] = {k: {"id": i} for k, i in zip(data()["participants"], first.participants, strict=True)}
    papers = read(second, contract_of=lambda id_: first.contract[1])
    assert papers.contract == first.contract
    assert papers.participants == {}
    assert papers.known == {first.contract[0], *first.participants}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("contract/kind", "exprot", "There is no kind of contract 'exprot'"),
        ("contract/value", 12_000_000.0, "contract.value is no exact amount"),
        ("contract/value", "0", "contract.value is 0"),
        ("contract/value", ..., "contract.value is no exact amount"),
        ("contract/currency", "ROUBLE", "'ROUBLE' is no currency"),
        ("contract/unk", "25020004-9001-0000-1-1", "is no unique number of a contract"),
        ("contract/unk", "25010004/9001/0000/1/1", "registered the contract before it was signed"),
        ("contract/signed_on", "3.2.2025", "signed_on is no day"),
        ("contract/exporter", "sellr", "There is no participant 'sellr'"),
        ("contract/id", "tradecontract-1", "There is no field 'kind'"),
        ("participants/seller/inn", "0001000011", "wrong control digit"),
        ("participants/seller/inn", "500100732259", "10 of an organisation"),
        ("participants/seller/ogrn", "2250000000014", "OGRN"),
        ("participants/seller/ogrn", ..., "INN and OGRN is missing"),
        ("participants/seller/country", "RUS", "is no state of ISO 3166"),
        ("participants/seller/state_tied", "yes", "neither true nor false"),
        ("participants/seller/stateTied", True, "There is no field 'stateTied'"),
        ("participants/seller/name", "", "name is missing"),
        ("participants/seller/name", "x" * 301, "longer than 300 signs"),
        ("participants/seller/name", "a\nb", "signs that no name has"),
        ("participants/buyer/lei", "5493001KJTIIGC8Y1R13", "wrong control digits"),
        ("participants/bank/bic", ..., "the BIC is missing"),
        ("participants/buyer/owners", [{"of": "holding", "share": "51 %"}, {"of": "other", "share": "49.1 %"}], "more than 100 %"),
        ("participants/buyer/owners", [{"of": "holding", "share": "0"}], "0 % is no share"),
        ("participants/buyer/owners", ["holding"], "An owner is a table"),
        ("payment/amount_sat", 30_000_000, "no whole count of satoshi"),
        ("payment/amount_sat", "0.3", "no whole count of satoshi"),
        ("payment/amount_sat", "0", "no amount that there can be"),
        ("payment/amount_sat", "2100000000000001", "no amount that there can be"),
        ("payment/asset", "ETH", "ETH cannot be seen on its chain here"),
        ("payment/from_addresses", [], "paid from are missing"),
        ("payment/from_addresses", ["bcrt1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqw0dmrdx"], "payment.from_addresses[0]"),
        ("payment/to_address", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "address of mainnet"),
        ("payment/vessels", ["ship"], "There is no participant 'ship'"),
        ("payment/invoiced_on", ..., "invoiced_on is no day"),
        ("payment", ..., "The table [payment] is missing"),
        ("key", "L1aW4aubDFB7yfras2S1mN3bqg9nwySY8nkoLmJebSLD5BWv3ENZ", "This holds a private key"),
        ("payment/psbt", "cHNidP8BAHUCAAAAASaBcTce3", "This holds"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_place(path: str, value: Any, said: str):
    with pytest.raises(AditError) as refused:
        read(changed(path, value))
    assert said in str(refused.value)
    assert isinstance(refused.value, BadInput)


def test_real_money_goes_over_the_main_network():
    with pytest.raises(BadInput, match="address of regtest"):
        read(data(), network="mainnet")


def test_one_address_has_one_text():
    upper = changed("payment/to_address", data()["payment"]["to_address"].upper())
    assert read(upper).settlement[1].to_address == data()["payment"]["to_address"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["contract", "participants", "payment"]), st.data())
def test_whatever_stands_in_a_file_is_read_or_refused(table: str, drawn: st.DataObject):
    found = data()
    held = found[table] if table != "participants" else found[table][drawn.draw(st.sampled_from(sorted(found[table])))]
    name = drawn.draw(st.sampled_from(sorted(held)))
    held[name] = drawn.draw(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=50)
        | st.lists(st.text(max_size=5), max_size=2)
        | st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2)
    )
    try:
        papers = read(found)
    except (BadInput, UnknownName):
        return
    assert isinstance(papers.contract[1], TradeContract)
    assert isinstance(papers.settlement[1].amount_sat, int)
