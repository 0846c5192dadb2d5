"""What pages show of a party, gathered from the register and the decisions: names, how reports stand, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from adit.decision.hosting import Excess
from adit.decision.monthly import months_known
from adit.decision.notices import Notice, warnings_for
from adit.decision.reporting import ReportState, report_state
from adit.desk.office import Office
from adit.desk.web.languages import Words
from adit.desk.web.sessions import HOLDS
from adit.engines.database import Connection, Range
from adit.journal import store as journal
from adit.register.records import (
    Appeal,
    Application,
    DecisionMade,
    Declaration,
    Exclusion,
    Identity,
    Inspection,
    Joining,
    Mandate,
    Membership,
    Party,
    Site,
    record_of_id,
)
from adit.register.store import Stated, get, listed, one
from adit.terms.days import Period, months_between
from adit.terms.errors import NotFound
from adit.terms.places import municipalities, region

__all__ = [
    "GROUNDS",
    "TERM_DAYS",
    "Acting",
    "Person",
    "acting_for",
    "excesses_of",
    "first_months",
    "names_of",
    "party_about",
    "person",
    "place_of",
    "reports_of",
    "warnings_of",
    "whose",
]

GROUNDS = ("false data", "laundering breaches", "power rules", "banned territory", "bankruptcy")
TERM_DAYS = 10  # to answer a notice, where the officer gives no other: no source tells the term


@dataclass(frozen=True, slots=True)
class Person:
    """A party with who it is, as far as that is known today."""

    id: str
    party: Party
    name: str
    inn: str
    ogrn: str
    address: str
    email: str
    members: tuple[Stated[Membership], ...]


def person(connection: Connection, party: str, today: date) -> Person:
    """A party with its identity and memberships. Raises NotFound."""
    found = one(connection, Party, party)
    who = listed(connection, Identity, "party = %s", [party], limit=1)
    members = listed(connection, Membership, "party = %s", [party], on=today, order="register")
    i = who[0].record if who else Identity(party, party)
    return Person(party, found.record, i.name, i.inn, i.ogrn, i.address, i.email, tuple(members))


def names_of(connection: Connection, parties: Sequence[str]) -> dict[str, str]:
    """What parties are called; by their id where it was erased."""
    rows = connection.execute(
        "SELECT DISTINCT ON (party) party, name FROM register.identity WHERE party = ANY(%s) AND upper_inf(known) ORDER BY party, lower(valid) DESC",
        [list(parties)],
    ).fetchall()
    return {p: p for p in parties} | {str(p): str(n) for p, n in rows}


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody who acts for a party. Without a mandate: an administrator linked the account."""

    hand: str
    name: str
    mandate: Stated[Mandate] | None


def acting_for(connection: Connection, party: str, today: date) -> list[Acting]:
    """Who acts for a party today."""
    rows = connection.execute(
        "SELECT a.hand, a.name, p.mandate FROM desk.account_party p JOIN desk.account a USING (hand)"
        f" WHERE p.party = %s AND a.closed_at IS NULL AND {HOLDS} ORDER BY a.name, a.hand",
        (party, today),
    ).fetchall()
    held = {m.id: m for m in listed(connection, Mandate, "party = %s", [party], on=today)}
    return [Acting(str(hand), str(name), held.get(str(mandate))) for hand, name, mandate in rows]


def first_months(today: date, count: int = 6) -> list[Period]:
    """The last months that have ended before a day, the newest first."""
    year, month = today.year, today.month
    ended = []
    for _ in range(count):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        ended.append(f"{year:04}-{month:02}")
    return [months_between(m)[0] for m in ended]


def reports_of(
    connection: Connection, office: Office, party: str, months: Sequence[Period]
) -> list[tuple[ReportState, Stated[Declaration] | None]]:
    """How a party's monthly reports stand, with the declaration if it was sent; left out are months before it was known, and those in which
    it neither stood in the register of miners nor had a machine nor declared."""
    regime, today = office.regime, office.today()
    states = months_known(connection, [(party, month) for month in months])
    begun = get(connection, Party, party)
    [(first,)] = connection.execute(
        "SELECT min(lower(valid)) FROM register.party WHERE id = %s AND upper_inf(known)", [party]
    ).fetchall()
    assert begun is not None
    found: list[tuple[ReportState, Stated[Declaration] | None]] = []
    for month in months:
        if first is not None and month.end <= first:
            continue
        state = states[party, month]
        sent = state.declaration
        if sent is None and not _mined(connection, party, month):
            continue
        when, versions = _sent(connection, sent, office.settings.zone) if sent else (None, 0)
        found.append((report_state(regime, state, today, first_sent=when, corrected=versions > 1), sent))
    return found


def _mined(connection: Connection, party: str, month: Period) -> bool:
    """Whether a party stood in the register of miners in a month, or had a machine."""
    [(found,)] = connection.execute(
        "SELECT EXISTS (SELECT FROM register.membership WHERE party = %(party)s AND register = 'miners' AND upper_inf(known) AND valid && %(in)s)"
        " OR EXISTS (SELECT FROM register.machine WHERE owner = %(party)s AND upper_inf(known) AND valid && %(in)s)",
        {"party": party, "in": Range(month.start, month.end)},
    ).fetchall()
    return bool(found)


def _sent(connection: Connection, declaration: Stated[Declaration], zone: str) -> tuple[date | None, int]:
    """The day on which a declaration first came, where the office sits, and how often it was stated."""
    [(first, count)] = connection.execute(
        "SELECT (min(e.recorded_at_utc) AT TIME ZONE %s)::date, count(DISTINCT d.entry) FROM register.declaration d"
        " JOIN journal.entry e ON e.seq = d.entry WHERE d.id = %s",
        (zone, declaration.id),
    ).fetchall()
    return first, int(count)


def excesses_of(connection: Connection, party: str, months: Sequence[Period]) -> list[Excess]:
    """Where an operator's reports of its clients do not fit its meters, the newest month first."""
    found = months_known(connection, [(party, month) for month in months])
    return [excess for known in found.values() for excess in known.excesses]


def warnings_of(connection: Connection, office: Office, party: str) -> list[Notice]:
    """What the party should know before it bites."""
    return warnings_for(connection, office.regime, party, office.today(), known=journal.size(connection))


def place_of(words: Words, site: Site) -> str:
    """Where a site is, in words."""
    r = region(site.region)
    name = r.name_ru if words.language == "ru" else r.name_en
    found = next((m for m in municipalities(site.region) if m.key == site.municipality), None)
    return f"{name}, {found.name_ru if words.language == 'ru' else found.name_en}" if found else name


def party_about(connection: Connection, about: str) -> str:
    """The party that a record is about in the end."""
    kind = record_of_id(about)
    match kind:
        case "party":
            return about
        case "exclusion":
            return party_about(connection, one(connection, Exclusion, about).record.membership)
        case "membership":
            return one(connection, Membership, about).record.party
        case "application":
            return one(connection, Application, about).record.party
        case "inspection":
            return one(connection, Site, one(connection, Inspection, about).record.site).record.owner
        case "appeal":
            return one(connection, Appeal, about).record.party
        case "decision":
            return one(connection, DecisionMade, about).record.party
        case "mandate":  # of one that has ended, too
            return str(
                connection.execute("SELECT party FROM register.mandate WHERE id = %s LIMIT 1", [about]).fetchall()[0][0]
            )
        case "joining" if (party := one(connection, Joining, about).record.party) is not None:
            return party
    raise NotFound("There is nothing of this kind.")


def whose(connection: Connection, abouts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Whom each of these cases is about: what they are called, and the page where they stand. Who asks for an account is no party yet."""
    asking = {
        j.id: j.record.name or j.id
        for j in listed(connection, Joining, "id = ANY(%s) AND party IS NULL", [[a for a in abouts if record_of_id(a) == "joining"]])
        if j.valid_to is None
    }  # fmt: skip
    parties = {a: party_about(connection, a) for a in abouts if a not in asking}
    names = names_of(connection, [*parties.values()])
    return {a: (name, f"/joinings/{a}") for a, name in asking.items()} | {
        a: (names[p], f"/parties/{p}") for a, p in parties.items()
    }
