"""An operator hosts miners: since when, at which of its sites, and with how much electricity each, month by month.

A miner that is entered as a client confirms it or objects; an objection is an appeal, which other officers answer. What an operator reports of a
month is held against its own mining meters, site by site. Not for the law: what has to be reported, and by when, it does not know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from adit.engines.database import Connection
from adit.register.procedures import appeals
from adit.register.procedures.proposals import Statement
from adit.register.records import Appeal, Client, ClientReport, Meter, Reading, Site
from adit.register.store import Books, Stated, get, listed
from adit.terms.days import Period
from adit.terms.errors import BadInput, NotFound, Refused

__all__ = [
    "Hosted",
    "SiteMonth",
    "confirm",
    "end",
    "host",
    "hosted_in",
    "month_of_sites",
    "object_to",
    "operator_of",
    "party_by_number",
    "report",
    "settled",
    "sites_of",
    "take_back",
]

MOST = 10_000  # clients of an operator in a month


def sites_of(connection: Connection, operator: str, on: date) -> list[Stated[Site]]:
    """The sites that an operator owns or runs on a day."""
    return listed(
        connection, Site, "operator = %s OR (owner = %s AND operator IS NULL)", [operator, operator], on=on, order="name, id"
    )  # fmt: skip


def party_by_number(connection: Connection, number: str, on: date) -> str | None:
    """The party with this INN, or with this number in the register of miners; None where there is none."""
    rows = connection.execute(
        "SELECT party FROM register.identity WHERE inn = %(n)s AND inn <> '' AND upper_inf(known) AND valid @> %(on)s::date UNION SELECT"
        " party FROM register.membership WHERE number = %(n)s AND register = 'miners' AND upper_inf(known) AND valid @> %(on)s::date LIMIT 1",
        {"n": number, "on": on},
    ).fetchall()
    return str(rows[0][0]) if rows else None


# Hosting ----------------------------------------------------------------------------------------------------------
def host(books: Books, id_: str, client: Client, *, since: date) -> None:
    """Host a miner from a day on. Raises Refused where it is no site of the operator then, or the miner is hosted there already."""
    books.transaction.flush()
    connection = books.transaction.connection
    if client.site not in {s.id for s in sites_of(connection, client.operator, since)}:
        raise Refused(
            f"This is no site of yours on {since}.", name="other site",
            todo="Choose one of your sites, and a day on which it was there.",
        )  # fmt: skip
    if client.miner == client.operator:
        raise BadInput("Nobody is a client of itself.", where="number", todo="Write the number of the miner.")
    there = listed(
        connection, Client, "operator = %s AND miner = %s AND site = %s AND valid && daterange(%s, NULL)",
        [client.operator, client.miner, client.site, since],
    )  # fmt: skip
    if there:
        raise Refused(
            "This miner is your client at this site already.", name="hosted already", todo="End the hosting of before first."
        )  # fmt: skip
    books.state(id_, client, since=since, new=True)


def end(books: Books, id_: str, *, since: date, why: str) -> None:
    """Host a miner no more from a day on. Raises Refused where electricity was reported for days after it."""
    books.transaction.flush()
    later = listed(
        books.transaction.connection, ClientReport, "client = %s AND valid && daterange(%s, NULL) AND energy_wh > 0", [id_, since],
        order="valid",
    )  # fmt: skip
    if later and since <= later[-1].valid_from:
        raise Refused(
            f"Electricity is reported for this client in {later[-1].valid_from:%Y-%m}.", name="reported",
            todo="Choose a later day, or correct the report of that month first.",
        )  # fmt: skip
    books.withdraw(id_, since=since, why=why)


# What the client says ---------------------------------------------------------------------------------------------
def confirm(books: Books, id_: str) -> None:
    """The miner says that it is hosted so. Raises Refused where it has said something already."""
    client = books.current(Client, id_)
    if client.record.consent != "asked":
        raise Refused("You have answered this already.", name="answered already", todo="Look at how it stands now.")
    _say(books, client, "confirmed")


def object_to(books: Books, id_: str, appeal: str, *, statement: str, on: date) -> None:
    """The miner says that it is not so: an appeal, which goes to the queue. Raises Refused where it objects already or was answered."""
    client = books.current(Client, id_)
    if client.record.consent not in ("asked", "confirmed"):
        raise Refused("You have answered this already.", name="answered already", todo="Look at how it stands now.")
    appeals.appeal(books, appeal, party=client.record.miner, about=id_, statement=statement, on=on)
    _say(books, client, "objected")


def take_back(books: Books, appeal: str, *, on: date) -> None:
    """A party takes an appeal back; whoever objected to being a client has then said nothing."""
    about = books.current(Appeal, appeal).record.about
    appeals.withdraw(books, appeal, on=on)
    client = get(books.transaction.connection, Client, about)
    if client is not None:
        _say(books, client, "asked")


def settled(books: Books, about: str, *, upheld: bool) -> list[Statement]:
    """What answering an objection would state of the hosting: that it never was, or that it stands; nothing where the operator ended it meanwhile."""
    books.transaction.flush()
    client = get(books.transaction.connection, Client, about)
    if client is None:
        return []
    if upheld:
        return [Statement(client.id, client.record, client.valid_from, ends=True)]
    return [Statement(client.id, replace(client.record, consent="stands"), client.valid_from, client.valid_to)]


def _say(books: Books, client: Stated[Client], consent: str) -> None:
    books.state(client.id, replace(client.record, consent=consent), since=client.valid_from, until=client.valid_to)


# The month --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Hosted:
    """A client in a month, and what is reported of it; None where nothing is yet."""

    client: Stated[Client]
    reported: Stated[ClientReport] | None


@dataclass(frozen=True, slots=True)
class SiteMonth:
    """What the mining meters of a site counted in a month (None: none was read), and what is reported of its clients."""

    site: Stated[Site]
    metered_wh: int | None
    clients_wh: int

    @property
    def rest_wh(self) -> int | None:
        """What is left for the operator's own machines and for losses."""
        return None if self.metered_wh is None else self.metered_wh - self.clients_wh


def hosted_in(connection: Connection, operator: str, month: Period) -> list[Hosted]:
    """Whom an operator hosted on some day of a month, each once."""
    clients = listed(
        connection, Client, "operator = %s AND valid && daterange(%s, %s)", [operator, month.start, month.end],
        order="id, lower(valid) DESC", limit=MOST,
    )  # fmt: skip
    reports = listed(
        connection, ClientReport, "operator = %s AND valid && daterange(%s, %s)", [operator, month.start, month.end], limit=MOST
    )  # fmt: skip
    reported = {r.record.client: r for r in reports}
    newest = {c.id: c for c in reversed(clients)}
    return [Hosted(c, reported.get(c.id)) for c in sorted(newest.values(), key=lambda c: (c.record.site, c.entry))]


def month_of_sites(connection: Connection, operator: str, month: Period, hosted: Sequence[Hosted]) -> list[SiteMonth]:
    """The sites of an operator at which somebody was hosted in a month, with what was metered and what is reported."""
    sums = dict.fromkeys((h.client.record.site for h in hosted), 0)
    for h in hosted:
        sums[h.client.record.site] += h.reported.record.energy_wh if h.reported else 0
    return _sites(connection, sums, month)


def _sites(connection: Connection, sums: Mapping[str, int], month: Period) -> list[SiteMonth]:
    last = month.end - timedelta(days=1)
    ids = [*sums]
    sites = {s.id: s for s in listed(connection, Site, "id = ANY(%s)", [ids], order="lower(valid)")}  # the latest stays
    meters = {
        m.id: m.record.site for m in listed(connection, Meter, "site = ANY(%s) AND counts = 'mining'", [ids], on=last)
    }
    metered: dict[str, int] = {}
    for r in listed(
        connection, Reading, "meter = ANY(%s) AND valid <@ daterange(%s, %s)", [[*meters], month.start, month.end], limit=MOST
    ):  # fmt: skip
        metered[meters[r.record.meter]] = metered.get(meters[r.record.meter], 0) + r.record.energy_wh
    return [
        SiteMonth(site, metered.get(id_), sums[id_])
        for id_, site in sorted(sites.items(), key=lambda s: s[1].record.name)
    ]


def report(
    books: Books,
    operator: str,
    month: Period,
    energy_wh: Mapping[str, int],
    ids: Mapping[str, str],
    *,
    on: date,
    why: str = "",
    seen: int = -1,
) -> int:
    """Report a month: for each client its electricity; `ids` are those of the records that are made. How many entries that made.

    What is reported already and stays the same is not entered again. Raises BadInput for a month that has not ended, or a correction
    without its reason; Refused where a client is missing or is none, where a site's clients were given more than its mining meters
    counted or none was read, and where somebody reported since `seen`, the newest entry that was shown.
    """
    if month.end > on:
        raise BadInput(f"{month} has not ended.", todo="Report a month after its end.")
    books.transaction.flush()
    connection = books.transaction.connection
    hosted = {h.client.id: h for h in hosted_in(connection, operator, month)}
    if set(hosted) != set(energy_wh):
        raise Refused(
            "These are not the clients of this month.", name="other clients",
            todo="Somebody changed them meanwhile: load the page anew.",
        )  # fmt: skip
    if max((h.reported.entry for h in hosted.values() if h.reported), default=-1) != seen:
        raise Refused(
            "Somebody reported this month meanwhile.", name="changed meanwhile", todo="Look at it again, then correct it."
        )  # fmt: skip
    changed = [h for i, h in hosted.items() if h.reported is None or h.reported.record.energy_wh != energy_wh[i]]
    if any(h.reported for h in changed) and not why.strip():
        raise BadInput("A correction needs its reason.", where="why", todo="Say what was wrong in the first report.")
    sums: dict[str, int] = {}
    for i, h in hosted.items():
        sums[h.client.record.site] = sums.get(h.client.record.site, 0) + energy_wh[i]
    for site in _sites(connection, sums, month):
        _within(site, month)
    for h in changed:
        record = ClientReport(operator, h.client.id, energy_wh[h.client.id])
        id_ = h.reported.id if h.reported else ids[h.client.id]
        books.state(id_, record, since=month.start, until=month.end, new=h.reported is None, why=why)
    return len(changed)


def _within(site: SiteMonth, month: Period) -> None:
    if site.metered_wh is None:
        raise Refused(
            f"No mining meter of {site.site.record.name} was read in {month}.", name="not metered",
            todo="Enter the reading first: what clients were given is held against it.",
        )  # fmt: skip
    if site.clients_wh > site.metered_wh:
        raise Refused(
            f"The clients at {site.site.record.name} were given {_kwh(site.clients_wh)} kWh, and its mining meters counted"
            f" {_kwh(site.metered_wh)} kWh.", name="more than metered", todo="Correct the numbers or the reading.",
        )  # fmt: skip


def _kwh(energy_wh: int) -> str:
    return f"{energy_wh // 1000:,}" if energy_wh % 1000 == 0 else f"{energy_wh // 1000:,}.{energy_wh % 1000:03}"


def operator_of(connection: Connection, client: str) -> str:
    """The operator of a client, of days that are past too. Raises NotFound."""
    rows = connection.execute("SELECT operator FROM register.client WHERE id = %s LIMIT 1", [client]).fetchall()
    if not rows:
        raise NotFound("There is no such client.")
    return str(rows[0][0])
