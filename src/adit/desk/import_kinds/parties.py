"""Tables of parties, which officers alone may bring: what a row states, who is entered already, and on whom others rest."""

import re
from collections.abc import Callable, Sequence

from adit.desk.import_kinds.cells import Cells, Wrong
from adit.desk.import_kinds.kind import Kind, Line, Query
from adit.desk.import_kinds.surroundings import Surroundings, folded
from adit.desk.office import new_id
from adit.desk.tables import Column
from adit.desk.web.languages import Words
from adit.desk.web.pages import N_
from adit.register.records import Identity, Party
from adit.terms.errors import BadInput
from adit.terms.identifiers import inn as checked_inn
from adit.terms.identifiers import ogrn as checked_ogrn

__all__ = ["KIND"]

_PARTY_WORDS = {
    "citizen": ("citizen", "person", "гражданин", "физлицо", "физическое лицо"),
    "entrepreneur": ("entrepreneur", "sole trader", "ип", "предприниматель", "индивидуальный предприниматель"),
    "company": ("company", "organisation", "organization", "организация", "компания", "юрлицо", "юридическое лицо", "ооо", "ао"),
}  # fmt: skip


def _party(cells: Cells, around: Surroundings) -> Line:
    said, since = cells.text("kind"), cells.day("since")
    kind = next((k for k, words in _PARTY_WORDS.items() if folded(said) in words), "")
    if said and not kind:
        todo = N_("Write citizen, entrepreneur or company.")
        cells.refuse("kind", N_("{column}: '{text}' is no kind of party."), todo, text=said[:40])
    party = new_id("party")
    made = Identity(party, cells.text("name"), _inn(cells, kind), _ogrn(cells, kind), cells.text("address", 500))
    return Line(cells.row, made.inn, ((party, Party(kind)), (new_id("identity"), made)), since)


def _inn(cells: Cells, kind: str) -> str:
    lengths = {"company": (10,), "": (10, 12)}.get(kind, (12,))
    todo = N_(
        "It has 10 digits of a company and 12 of a person. A zero at the beginning counts: format the column as text."
    )
    return _numbered(cells, "inn", lengths, checked_inn, todo)


def _ogrn(cells: Cells, kind: str) -> str:
    lengths = {"company": (13,), "entrepreneur": (15,), "": (13, 15)}.get(kind, ())
    todo = N_("It has 13 digits of a company and 15 of an entrepreneur; a citizen has none.")
    return _numbered(cells, "ogrn", lengths, checked_ogrn, todo)


def _numbered(cells: Cells, name: str, lengths: Sequence[int], checked: Callable[[str], str], todo: str) -> str:
    """A number with control digits, as digits alone."""
    text = cells.text(name)
    digits = re.sub(r"[\s-]", "", text)
    if not text:
        return ""
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in lengths:
        cells.refuse(name, N_("{column}: '{text}' is not the number of such a party."), todo, text=text[:40])
        return ""
    try:
        return checked(digits)
    except BadInput:
        said = N_("{column}: {text} has a wrong control digit: a digit was mistyped.")
        cells.refuse(name, said, N_("Compare it with the certificate."), text=digits)
        return ""


def _parties_there(query: Query, lines: Sequence[Line], around: Surroundings) -> dict[int, Wrong]:
    _ = around.words.gettext
    rows = {x.once: x.row for x in lines}
    found = query("SELECT inn, party FROM register.identity WHERE inn = ANY(%s) AND upper_inf(known)", [list(rows)])
    return {
        rows[inn]: (
            _("A party with this INN is entered already: {party}.", party=party),
            _("Leave out the row; change the party on its own page."),
        )
        for inn, party in found
    }  # fmt: skip


_OF_PARTY = (
    "site.owner", "site.operator", "machine.owner", "client.operator", "client.miner", "share.owner", "share.owned", "membership.party",
    "participation.party", "address.party", "declaration.party", "application.party", "appeal.party", "decision.party", "letter.party",
)  # fmt: skip


def _parties_used(query: Query, ids: Sequence[tuple[str, int]], words: Words) -> dict[str, Wrong]:
    _, parties = words.gettext, [i for i, _entry in ids]
    parts = [
        f"SELECT {c.split('.')[1]} FROM register.{c.split('.')[0]} WHERE {c.split('.')[1]} = ANY(%s) AND upper_inf(known)"
        for c in _OF_PARTY
    ]
    parts.append("SELECT party FROM desk.account_party WHERE party = ANY(%s)")
    found = query(" UNION ".join(parts), [parties] * len(parts))
    return {
        str(party): (
            _("Other entries rest on this party by now."),
            _("Take those back first, or end the party on its own page."),
        )
        for (party,) in found
    }


KIND = Kind(
    "parties", N_("Parties"), N_("Citizens, entrepreneurs and companies that are not in the register yet."),
    (
        Column("name", "Name", "Наименование", "text", N_("In full, as in the papers."), "ООО «Пример»",
               others=("ФИО", "Название", "Полное наименование")),
        Column("kind", "Kind", "Вид лица", "text", N_("Citizen, entrepreneur or company."), "company", others=("Вид", "Тип", "Type")),
        Column("inn", "INN", "ИНН", "text", N_("10 digits of a company, 12 of a person."), "7707083893"),
        Column("ogrn", "OGRN", "ОГРН", "text", N_("13 digits of a company, 15 of an entrepreneur."), "1027700132195", needed=False,
               others=("ОГРН/ОГРНИП", "ОГРНИП")),
        Column("address", "Address", "Адрес", "text", N_("Where letters go."), "Иркутск, ул. Примерная, 1", needed=False),
        Column("since", "Since", "С какого дня", "day", N_("The day from which this is so."), "01.02.2025", others=("Дата", "Date")),
    ),
    _party, _parties_there, _parties_used, entries=2, officers=True,
)  # fmt: skip
