"""An office that settles, for tests: lists of today, blocks in its folder, an exporter that fills in the form, officers who take the steps."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from html import unescape
from typing import Any

from tests.desk.at_work import Person, field, office_at_work
from tests.desk.screened_office import give, hand_of
from tests.evidence.chain.made_blocks import script
from tests.screening.list_files import un
from tests.settlement.made_chain import EXAMPLES, txids, write

from adit import law
from adit.desk.office import Office, new_id
from adit.desk.settling import Wanted, blocks_folder, gathered, take
from adit.settlement.dossier import Dossier
from adit.settlement.evidence import Acknowledgement, Evidence, Papers
from adit.settlement.papers import read_papers
from adit.settlement.states import LINE, State
from adit.settlement.store import dossier, enter, steps_of
from adit.terms.addresses import encode

__all__ = [
    "CONTRACT", "REAL",
    "TXID",
    "advance",
    "by_hand",
    "fields_of",
    "filled",
    "listed_too",
    "mine",
    "sent_in",
    "settling",
    "state_of",
    "walked",
    "words",
]  # fmt: skip

CONTRACT = "10_state_tied_in_the_pilot"
TXID = txids()[CONTRACT]
FROM, TO = encode(script(20), "regtest"), encode(script(50), "regtest")
BUYER = "Steppe Rolling Mill"
REAL = {
    "regime": "ru/law",
    "payment_from": encode(script(20), "mainnet"),
    "payment_to_address": encode(script(50), "mainnet"),
}


@contextmanager
def settling(*, blocks: bool = True) -> Iterator[Office]:
    """The demonstration with fresh lists, the invented national one of the examples among them, and with blocks."""
    with office_at_work() as office:
        give(office, "un_sc", un(office.today()))
        give(office, "national", (EXAMPLES / "national_list.csv").read_bytes())
        if blocks:
            write(blocks_folder(office))
        yield office


def listed_too(office: Office, name: str, day: date | None = None) -> None:
    """One more name on the national list, as an organisation."""
    head, columns, *rows = (EXAMPLES / "national_list.csv").read_text(encoding="utf-8").strip().splitlines()
    head = head.replace("rows: 4", "rows: 5").replace("2025-04-01", str(day or office.today()))
    rows.append(f"5,organisation,{name},,,,,,2025-03-01,")
    give(office, "national", ("\n".join([head, columns, *rows]) + "\n").encode())


# The form ---------------------------------------------------------------------------------------------------------
def filled(**changes: str) -> dict[str, str]:
    """What an exporter types into the steps of the form: a trial under the pilot, on the blocks of the examples."""
    people = (
        {"kind": "organisation", "in_pilot": "yes", "no_owners": "a state body"},
        {"kind": "organisation", "name": BUYER, "country": "KZ", "lei": "ADIT00EXAMPLE0000158", "place": "Karaganda, Plant street 4"},
        {"kind": "person", "name": "Aigul Vymyshlena", "country": "KZ", "born": "1974-03-11"},
        {"kind": "bank", "name": "Altai Settlement Bank", "country": "RU", "bic": "ALTBRU2K"},
        {"kind": "bank", "name": "Bank of the Steppe", "country": "KZ", "bic": "STPBKZKA"},
    )  # fmt: skip
    typed = {f"p{i}_{k}": v for i, p in enumerate(people) for k, v in p.items()}
    typed |= {"o0_owner": "p2", "o0_owned": "p1", "o0_share": "100"}
    typed |= {
        "regime": "ru/trade_pilot_2023", "contract_kind": "export", "contract_number": "TR-77/2025", "contract_signed_on": "2025-02-03",
        "contract_exporter": "p0", "contract_importer": "p1", "contract_currency": "RUB", "contract_value": "12 000 000,00",
        "contract_unk": "25020077/9001/0000/1/1", "contract_goods": "steel",
        "payment_payer": "p1", "payment_payee": "p0", "payment_payer_bank": "p4", "payment_payee_bank": "p3", "payment_amount_sat": "30 000 000",
        "payment_value": "2400000", "payment_from": FROM, "payment_to_address": TO, "payment_invoice": "INV-77", "payment_invoiced_on": "2025-03-20",
    }  # fmt: skip
    return typed | changes


def fields_of(text: str) -> dict[str, str]:
    """Everything that the form of a page would send, but for its buttons."""
    form = text[text.index('action="/settlements/mine/new"') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and not ('type="checkbox"' in tag and " checked" not in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    for name, held in re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(held)
    return found


def mine(trader: Person, typed: Mapping[str, str], until: str = "check") -> str:
    """Walk through the form step by step, typing only what each page asks for; the page of the last step."""
    text = trader.get("/settlements/mine/new")
    for _ in range(9):
        held = fields_of(text)
        if held["step"] == until:
            return text
        while held["step"] == "parties" and any(k.startswith("p4_") for k in typed) and "p4_name" not in held:
            text = trader.client.post("/settlements/mine/new", data={**held, "go": "add-parties"}).text
            held = fields_of(text)
        held |= {k: v for k, v in typed.items() if k in held or k.endswith(("_in_pilot", "_state_tied", "_control"))}
        before = held["step"]
        text = trader.client.post("/settlements/mine/new", data={**held, "go": "next"}).text
        if fields_of(text)["step"] == before or 'role="alert"' in text:
            return text  # it is told what is wrong
    return text


def sent_in(trader: Person, typed: Mapping[str, str] | None = None) -> str:
    """A settlement that was entered by the form; its id."""
    text = mine(trader, typed or filled())
    response = trader.client.post("/settlements/mine/new", data={**fields_of(text), "go": "send"})
    found = re.search(r"/settlements/mine/(settlement-\w+)$", str(response.url))
    assert found is not None, words(response.text)
    return found[1]


# Steps ------------------------------------------------------------------------------------------------------------
def state_of(office: Office, id_: str) -> str:
    with office.reading() as connection:
        return dossier(connection, id_).settlement.state


def advance(officer: Person, id_: str, *, status: int = 200, **fields: Any) -> str:
    """Send the form of the next step as the page of the settlement shows it."""
    page = f"/settlements/{id_}"
    text = officer.get(page)
    hidden = {n: field(text, n) for n in ("seen", "to")}
    return officer.post(f"{page}/advance", page=page, status=status, **{**hidden, **fields})


ACKNOWLEDGED: dict[str, Any] = {"reference": "TR-77", "by": "Bank of the Steppe", "acknowledged_on": "2025-04-01"}


def walked(office: Office, id_: str, first: Person, second: Person, trader: Person, until: str = "CLOSED") -> str:
    """Take a settlement along the line until a state, by the pages: two officers, and the exporter that names what it paid."""
    papers = {
        "invoice": "INV-77",
        "document": "10702070/010425/0001234",
        "papers_on": "2025-04-01",
        "value": "2 400 000,00",
    }
    for _ in range(12):
        state = state_of(office, id_)
        if state == until or state not in [s.value for s in LINE]:
            return state
        with office.reading() as connection:
            held = dossier(connection, id_).settlement
        if state == "AUTHORISED":
            trader.post(f"/settlements/mine/{id_}/paid", page=f"/settlements/mine/{id_}", txid=TXID)
        else:
            advance(
                second if held.first_hand else first,
                id_,
                **({"SCREENED": ACKNOWLEDGED, "CONFIRMED": papers}.get(state, {})),
            )
        assert state_of(office, id_) != state or state == "TRAVEL_RULE_ACKED", f"it stays {state}"
    return state_of(office, id_)


def by_hand(office: Office, name: str) -> Dossier:
    """One of the ten contracts of the examples, entered for the exporter and taken as far as it goes by itself."""
    data: dict[str, Any] = tomllib.loads((EXAMPLES / "ten_contracts" / f"{name}.toml").read_text(encoding="utf-8"))
    trader, officers = hand_of(office, "trader"), (hand_of(office, "officer"), hand_of(office, "second"))
    uetr = f"{abs(hash(new_id('x'))) % 2**32:08x}-0000-4000-8000-{len(name):012x}"
    papers = read_papers(data, act=law.load(data["regime"]), hand=trader, new_id=new_id, uetr=uetr, network="regtest")
    made = office.write(lambda t: enter(t, papers, hand=trader, on=office.today()), key=new_id("key"))
    paid = txids().get(name, "")
    for _ in range(20):
        with office.reading() as connection:
            of = dossier(connection, str(made.answer["id"]))
        if of.state not in LINE or of.state is State.CLOSED:
            return of
        stated = Evidence(
            acknowledgement=Acknowledgement("TR-77", "the bank of the payee", office.today()),
            papers=Papers(of.settlement.invoice, "" if "small" in name else "10702070/010425/0001234", office.today(), of.settlement.value_minor),
        )  # fmt: skip
        take(
            office, of.id, Wanted(None, of.entry), hand=officers[bool(of.settlement.first_hand)], key=new_id("key"), digest=b"test",
            evidence=lambda of, stated=stated: gathered(office, of, paid, stated),  # type: ignore[misc]
        )  # fmt: skip
    raise AssertionError("it never ends")


def steps(office: Office, id_: str) -> list[tuple[str, str]]:
    with office.reading() as connection:
        return [(s.record.to_state, s.record.reason) for s, _ in steps_of(connection, id_)]


def words(text: str) -> str:
    """What a page says in its main part."""
    main = text[text.index('<main id="main"') : text.index("</main>")] if "<main" in text else text
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main))).strip()
