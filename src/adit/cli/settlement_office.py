"""What the commands of settlements work in: an office that is there, a hand that has proved who it is, the lists as they are today."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit.terms.errors import BadInput, Forbidden

if TYPE_CHECKING:
    from adit.evidence.watchlists.entries import ListVersion
    from adit.journal.writer import Work, Written
    from adit.regime.act import Regime
    from adit.settlement.running import Desk

__all__ = ["Opened", "folder_option", "hand_options", "opened"]

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("office"),
    show_default=True,
    help="Of the office: its key, uploads, own database, and its lists in watchlists.",
)


def hand_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Who does it: two different people authorise a settlement, so that each proves to be who they say."""
    options = [
        click.option("--as", "login", required=True, metavar="LOGIN", help="The officer who does it."),
        click.option(
            "--password",
            envvar="ADIT_PASSWORD",
            prompt=True,
            hide_input=True,
            help="Of the officer; asked for where it is not given.",
        ),
        click.option("--code", default="", help="Of the second factor, where the account has one."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Opened:
    """An office that is open, with what a step is taken with."""

    desk: "Desk"
    hand: str
    regime: str
    versions: "tuple[ListVersion, ...]"
    act: "Callable[[str], Regime]"  # by name; one of a folder of one's own is for trials alone
    write_once: "Callable[[Work, str, bytes], Written]"  # under a key, with the digest of what is asked for with it


@contextmanager
def opened(folder: Path, login: str = "", password: str = "", code: str = "", regime: str = "") -> Iterator[Opened]:
    """Open the office and, with a login, prove the hand. `regime` is the folder of an act of one's own.

    Raises NotFound for a folder without an office, Forbidden for who is no officer.
    """
    from adit.desk.office import check_there, new_id, open_office, read_settings
    from adit.desk.screening_service import OfficeScreener, standing_of
    from adit.settlement.running import Desk

    settings = read_settings(folder)
    check_there(settings)
    act = own_act(regime) if regime and regime != settings.regime else None
    office = open_office(settings)

    def act_of(name: str) -> "Regime":
        if name == office.regime.id:
            return office.regime
        if act is not None and name in (act.id, regime):
            return act
        return own_act(name)

    try:
        hand = _hand(office, login, password, code) if login else ""
        loaded = standing_of(office).loaded if login else ()
        desk = Desk(
            office.reading,
            lambda work, key: office.write(work, key=key),
            new_id,
            OfficeScreener(office),
            act_of,
            office.now,
            office.today,
        )
        yield Opened(
            desk, hand, office.regime.id, tuple(x.version for x in loaded if x.version is not None), act_of,
            lambda work, key, digest: office.write(work, key=key, digest=digest),
        )  # fmt: skip
    finally:
        office.close()


def own_act(name: str) -> "Regime":
    """An act by its name, or by its folder. Raises BadInput for a folder that says it is in force: what is real is decided by acts that come with
    Adit, and by the one that the office is set to. Whoever settles does not bring the law along.
    """
    from adit import law

    act = law.load(name)
    if name not in law.names() and act.status == "in force":
        raise BadInput(
            f"The act in {name} says that it is in force, and is none of this office.", where="--regime",
            todo="Try it as a proposal, or have the office set to it with ADIT_REGIME.",
        )  # fmt: skip
    return act


def _hand(office: Any, login: str, password: str, code: str) -> str:
    from adit.desk.web.accounts import check_password, check_second

    account = check_password(office, login, password)
    if account.second_factor:
        check_second(office, account.hand, code)
    if "officer" not in account.roles:
        raise Forbidden(
            f"{account.login} is no officer of this office.", todo="An officer prepares and authorises settlements."
        )
    return account.hand
