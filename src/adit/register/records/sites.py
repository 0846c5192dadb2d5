"""Where is mined, with what, on whose behalf: sites, machines, meters, hosted clients; and what meters, hosts and miners report of a month."""

from dataclasses import dataclass
from typing import Any

from adit.register.records.record import Record

__all__ = ["Client", "ClientReport", "Declaration", "Machine", "Meter", "Reading", "Site"]


@dataclass(frozen=True, slots=True)
class Site(Record):
    """A place with a connection to electricity, and whose it is."""

    RECORD = "site"
    owner: str
    operator: str | None  # the party that runs it for others
    name: str
    region: str  # ISO 3166-2
    municipality: str = ""  # its key in terms/municipalities.csv
    address: str = ""
    latitude_e6: int | None = None
    longitude_e6: int | None = None
    connection_kw: int = 0
    supplier: str = ""
    power_source: str = "grid"
    isolated_generation: bool = False
    residential: bool = False


@dataclass(frozen=True, slots=True)
class Client(Record):
    """That an operator hosts a miner at a site, and what the miner says to it."""

    RECORD = "client"
    operator: str
    miner: str
    site: str
    contract: str = ""
    tariff_rub_e4_per_kwh: int = 0  # ten-thousandths of a rouble
    consent: str = "asked"  # confirmed, objected; stands: it objected, and the office decided otherwise


@dataclass(frozen=True, slots=True)
class ClientReport(Record):
    """With how much electricity an operator hosted a client in the month for which it is valid."""

    RECORD = "clientreport"
    operator: str
    client: str
    energy_wh: int


@dataclass(frozen=True, slots=True)
class Machine(Record):
    """A machine, whose it is, and where it stands."""

    RECORD = "machine"
    owner: str
    site: str
    maker: str
    model: str
    serial: str
    hashrate_ghs: int
    power_w: int
    algorithm: str = "sha256"


@dataclass(frozen=True, slots=True)
class Meter(Record):
    """A meter of a site."""

    RECORD = "meter"
    site: str
    serial: str
    counts: str = "mining"  # or the whole site
    class_ppm: int = 10_000  # the bound of its error, of a million


@dataclass(frozen=True, slots=True)
class Reading(Record):
    """What a meter counted in the days for which it is valid. A reading that never came is absent, not zero."""

    RECORD = "reading"
    meter: str
    energy_wh: int


@dataclass(frozen=True, slots=True)
class Declaration(Record):
    """What a miner declares for the month for which it is valid. `receipts`: address id, amount_sat, on (a day), txid."""

    RECORD = "declaration"
    party: str
    coin: str
    amount_sat: int
    energy_wh: int
    costs_kopecks: int
    receipts: tuple[dict[str, Any], ...] = ()
    note: str = ""
