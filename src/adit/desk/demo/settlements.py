"""What an exporter of the demonstration has entered: two real settlements and a trial. Companies, numbers and addresses are invented.

The office of the demonstration has no lists of sanctions, so that the first step of one ends on hold: nobody is cleared without them.
"""

from datetime import date
from typing import Any

from adit import law
from adit.desk.demo.builder import OFFICE, Builder
from adit.desk.office import Office, new_id
from adit.desk.settling import Wanted, take
from adit.register.records import Identity, Party
from adit.settlement.papers import read_papers
from adit.settlement.store import dossier, enter
from adit.terms.addresses import encode

__all__ = ["enter_settlements"]

LEI = "ADIT00EXAMPLE0000158"


def enter_settlements(b: Builder, officer: str) -> None:
    """Enter the exporter, which is tied to the state, and its papers; an officer takes the second settlement a step further."""
    on, party = b.clock.at(date(2025, 3, 31)), new_id("party")
    ogrn, address = b.ogrn(), "Барнаул, Примерная ул., 8"
    who = Identity(party, "АО «Алтай Экспорт»", b.inn(10), ogrn, address, "nobody@example.org")
    b.enter(
        OFFICE,
        lambda books: (
            books.state(party, Party("company", state_tied=True), since=on, new=True),
            books.state(new_id("identity"), who, since=on, new=True),
        ),
    )
    trader = b.account("trader", "Тимур Торговый", "participant", [party])
    ids = [
        _enter(b.office, trader, on, _papers(party, who, 1, "ru/law")),
        _enter(b.office, trader, on, _papers(party, who, 2, "ru/law")),
        _enter(b.office, trader, on, _papers(party, who, 3, "ru/trade_pilot_2023")),
    ]
    with b.office.reading() as connection:
        of = dossier(connection, ids[1])
    take(b.office, of.id, Wanted(None, of.entry), hand=officer, key=new_id("demonstration"), digest=b"demonstration")


def _enter(office: Office, hand: str, on: date, data: dict[str, Any]) -> str:
    uetr = f"{int(data['contract']['number'][-6]):08x}-0000-4000-8000-000000000000"
    papers = read_papers(data, act=law.load(data["regime"]), hand=hand, new_id=new_id, uetr=uetr)
    made = office.write(lambda t: enter(t, papers, hand=hand, on=on), key=new_id("demonstration"))
    return str(made.answer["id"])


def _papers(party: str, who: Identity, number: int, regime: str) -> dict[str, Any]:
    return {
        "regime": regime,
        "contract": {
            "kind": "export", "number": f"AE-0{number}/2025", "signed_on": "2025-02-03", "exporter": "seller", "importer": "buyer", "currency": "RUB",
            "value": "12000000.00", "unk": f"2502900{number}/9001/0000/1/1", "goods": "прокат",
        },
        "participants": {
            "seller": {
                "kind": "organisation", "name": who.name, "country": "RU", "inn": who.inn, "ogrn": who.ogrn, "place": who.address, "state_tied": True,
                "in_pilot": True, "no_owners": "принадлежит государству", "party": party,
            },
            "buyer": {
                "kind": "organisation", "name": "Steppe Rolling Mill", "country": "KZ", "lei": LEI, "place": "Karaganda, Plant street 4",
                "owners": [{"of": "holding", "share": "60 %"}, {"of": "minor", "share": "40 %"}],
            },
            "holding": {
                "kind": "organisation", "name": "Steppe Metals Holding", "country": "KZ", "place": "Almaty, Invented street 1",
                "owners": [{"of": "major", "share": "100 %"}],
            },
            "major": {"kind": "person", "name": "Aigul Vymyshlena", "country": "KZ", "born": "1974-03-11"},
            "minor": {"kind": "person", "name": "Daniyar Primerov", "country": "KZ", "born": "1981-10-02"},
            "bank": {"kind": "bank", "name": "Altai Settlement Bank", "country": "RU", "bic": "ALTBRU2K"},
            "their_bank": {"kind": "bank", "name": "Bank of the Steppe", "country": "KZ", "bic": "STPBKZKA"},
        },
        "payment": {
            "payer": "buyer", "payee": "seller", "payer_bank": "their_bank", "payee_bank": "bank", "amount_sat": f"{number}0000000", "value": "2400000.00",
            "from_addresses": [_address(70 + number)], "to_address": _address(60), "invoice": f"INV-0{number}", "invoiced_on": "2025-03-20",
        },
    }  # fmt: skip


def _address(number: int) -> str:
    """An address of nobody's: its hash is a small number, to which no key is known."""
    return encode(b"\x00\x14" + number.to_bytes(20, "big"), "mainnet")
