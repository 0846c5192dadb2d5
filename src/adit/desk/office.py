"""An office that is open: its database, its hand that writes, its key for checkpoints, its clock, its name.

One for each process. Pages and API get it from the application and nothing from the environment.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_bytes
from time import sleep
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adit import law
from adit.desk.deciding import Decider
from adit.desk.keys import NAME, Keys, open_keys
from adit.desk.sealing import needed, seal_all
from adit.engines.database import Connection, Database, open_database
from adit.journal.store import Key, is_locked, open_key
from adit.journal.writer import Work, Writer, Written
from adit.register.refusals import REFUSALS
from adit.register.store import migrate
from adit.terms.errors import BadInput, NotFound, UnknownName

__all__ = ["ROLES", "Office", "Settings", "check_there", "new_id", "open_office", "read_settings"]

ROLES = ("miner", "operator", "participant", "officer", "inspector", "analyst", "aml", "administrator")
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, without i, l, o, u


@dataclass(frozen=True, slots=True)
class Settings:
    """What an office is told when it opens. Nothing here turns a check off."""

    folder: Path  # of what is not in the database: the key, uploads, an embedded server
    database: str = ""  # the address of a PostgreSQL; empty: one of our own in the folder
    name_en: str = "Mining register office"
    name_ru: str = "Управление реестра майнинга"
    address: str = ""
    url: str = "http://127.0.0.1:8080"  # under which others reach it: printed on papers, compared with Origin
    zone: str = "Europe/Moscow"  # of legal days
    regime: str = "ru/law"
    log_name: str = "adit-office"  # the origin of checkpoints
    upload_bytes_max: int = 50_000_000
    demo: bool = False  # invented people; shown on every page
    oidc_issuer: str = ""  # of sign-in through a provider of others (OpenID Connect); empty: none
    oidc_client: str = ""  # what the provider calls this office
    oidc_secret_file: str = ""  # a file with the secret that goes with it; empty where the provider asks for none
    oidc_name: str = "OpenID Connect"  # what people call the provider
    oidc_acr: str = ""  # words of the claim acr that stand for a second factor, with blanks between them
    outgoing_names: str = (
        ""  # names of servers in the office's own network that may be called, with blanks between them
    )
    key_file: str = ""  # of the keys that secrets are sealed with; empty: secrets.key in the folder
    second_factor: str = "inspector analyst"  # roles that have to have one beside administrators, officers and aml, with blanks between them
    second_factor_days: int = 14  # that an analyst, miner or operator who has to have one may do without it
    first_password_days: int = 7  # for which a password that the office made is good
    scanner: str = ""  # the socket of a ClamAV that looks at what people send; empty: nothing is scanned
    import_days: int = 90  # for which a table that was imported is kept
    outgoing_private: bool = False  # calls addresses that are not public, without encryption too: set by tests only

    @property
    def keys(self) -> Path:
        """The file of the keys that secrets are sealed with."""
        return Path(self.key_file) if self.key_file else self.folder / NAME

    @property
    def inside(self) -> frozenset[str]:
        """The servers in the office's own network that may be called."""
        return frozenset(self.outgoing_names.split())

    def name(self, language: str) -> str:
        return self.name_ru if language == "ru" else self.name_en


def read_settings(folder: Path) -> Settings:
    """Settings from the environment: ADIT_DATABASE, ADIT_URL, ADIT_NAME_EN, ADIT_NAME_RU, ADIT_ADDRESS, ADIT_ZONE, ADIT_REGIME, ADIT_LOG_NAME.

    And of what guards it: ADIT_KEY_FILE, ADIT_SECOND_FACTOR, ADIT_SECOND_FACTOR_DAYS, ADIT_FIRST_PASSWORD_DAYS, ADIT_SCANNER, ADIT_IMPORT_DAYS.
    And of the sign-in through a provider: ADIT_OIDC_ISSUER, ADIT_OIDC_CLIENT, ADIT_OIDC_SECRET_FILE, ADIT_OIDC_NAME, ADIT_OIDC_ACR; of calls into the own
    network: ADIT_OUTGOING_NAMES.
    Raises BadInput for a time zone that does not exist, and for a provider that cannot be asked.
    """
    given = {
        name: os.environ[f"ADIT_{name.upper()}"]
        for name in (
            "database",
            "name_en",
            "name_ru",
            "address",
            "url",
            "zone",
            "regime",
            "log_name",
            "oidc_issuer",
            "oidc_client",
            "oidc_secret_file",
            "oidc_name",
            "oidc_acr",
            "outgoing_names",
            "key_file",
            "second_factor",
            "scanner",
        )
        if os.environ.get(f"ADIT_{name.upper()}")
    }
    days = {
        n: _days(n)
        for n in ("second_factor_days", "first_password_days", "import_days")
        if os.environ.get(f"ADIT_{n.upper()}")
    }
    settings = Settings(folder, **given, **days)  # type: ignore[arg-type]  # all that is given is text
    try:
        ZoneInfo(settings.zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadInput(
            f"There is no time zone '{settings.zone}'.", where="ADIT_ZONE", todo="Write Europe/Moscow."
        ) from error
    _check_provider(settings)
    for role in settings.second_factor.split():
        if role not in ROLES:
            raise UnknownName("role", role, ROLES, where="ADIT_SECOND_FACTOR")
    return settings


def _days(name: str) -> int:
    text = os.environ[f"ADIT_{name.upper()}"]
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= 36_500):
        raise BadInput(
            f"'{text}' is no number of days.", where=f"ADIT_{name.upper()}", todo="Write a whole number, such as 30."
        )
    return int(text)


def _check_provider(settings: Settings) -> None:
    if not settings.oidc_issuer:
        return
    if not settings.oidc_issuer.startswith("https://"):
        raise BadInput(
            f"The provider '{settings.oidc_issuer}' has no address with https.", where="ADIT_OIDC_ISSUER",
            todo="Write the issuer as its discovery document gives it.",
        )  # fmt: skip
    if not settings.oidc_client:
        raise BadInput(
            "A provider is named, but not what it calls this office.", where="ADIT_OIDC_CLIENT",
            todo="Write the client id that the provider gave.",
        )  # fmt: skip
    if settings.oidc_secret_file and not Path(settings.oidc_secret_file).is_file():
        raise BadInput(
            f"There is no file '{settings.oidc_secret_file}'.", where="ADIT_OIDC_SECRET_FILE",
            todo="Put the secret of the client into a file that only the office can read.",
        )  # fmt: skip


class Office:
    """The open office."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        writer: Writer,
        key: Key,
        keys: Keys,
        clock: Callable[[], datetime],
    ) -> None:
        self.settings = settings
        self.database = database
        self.writer = writer
        self.key = key  # signs checkpoints
        self.keys = keys  # seal what is secret in the database
        self.clock = clock
        self.regime = law.load(
            settings.regime
        )  # as it stands when the office opens: one act decides until it opens again
        self._pool = database.pool()
        # a pool that has failed for long waits minutes before it tries again; one that gives up soon is woken by the next reader
        self._pool.reconnect_timeout = self._pool.timeout
        self._months = database.pool(size=1, planned_once=True)
        self._months.reconnect_timeout = self._months.timeout
        self.decider = Decider(self._months.connection, self.regime, real=not settings.demo)

    def now(self) -> datetime:
        return self.clock()

    def local_now(self) -> datetime:
        """This moment where the office sits."""
        return self.clock().astimezone(ZoneInfo(self.settings.zone))

    def today(self) -> date:
        """The legal day where the office sits."""
        return self.local_now().date()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with; each query sees what is committed when it begins."""
        with self._pool.connection() as connection:
            yield connection

    def write(self, work: Work, *, key: str, digest: bytes | None = None) -> Written:
        """Have the work done and on disk. Raises what `Writer.submit` says."""
        return self.writer.write(work, key=key, digest=digest)

    def close(self) -> None:
        self.decider.close()
        self.writer.close()
        self._months.close()
        self._pool.close()
        self.database.close()


def check_there(settings: Settings) -> None:
    """Raise NotFound where an office would have to be made first: a mistyped folder is no empty office."""
    if not settings.database and not (settings.folder / "postgres").is_dir():
        raise NotFound("There is no office here.", where=str(settings.folder), todo="Name its folder with --folder.")


def open_office(settings: Settings, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Office:
    """Open the office: reach its database, bring its tables up to date, seal what stands in the open, start the hand that writes.

    Raises NotFound where the keys are missing under which its secrets are sealed.
    """
    database = open_database(settings.database, settings.folder)
    try:
        migrate(database)
        sealed_under = needed(database)
        if not settings.keys.exists() and is_locked(settings.folder):
            sealed_under.add("the key of checkpoints")
        keys = open_keys(settings.keys, sealed_under)
        key = open_key(settings.folder, settings.log_name, keys.passwords())
        seal_all(database, keys)
    except BaseException:
        database.close()
        raise
    writer = Writer(
        database, clock=clock, salt=lambda: token_bytes(16), wait=sleep, refusals=REFUSALS, salted=keys.salted
    )
    return Office(settings, database, writer, key, keys, clock)


def new_id(kind: str) -> str:
    """A new id: the kind and fifty bits of chance, so that ids tell nothing and cannot be counted through."""
    return f"{kind}-{''.join(_LETTERS[b & 31] for b in token_bytes(10))}"
