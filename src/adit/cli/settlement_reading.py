"""What the commands of settlements read: files as exact plain data, evidence out of a file and of blocks."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adit.cli.output import counted, log
from adit.cli.settlement_office import Opened
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from adit.settlement.dossier import Dossier
    from adit.settlement.evidence import Evidence

__all__ = ["read_data", "read_evidence", "read_state"]

LARGEST = 2_000_000  # bytes


def read_data(file: Path) -> dict[str, Any]:
    """A TOML or JSON file as plain data; what is no such file is a BadInput, and what holds a secret, too."""
    from adit.settlement.secrets_refused import refuse_secrets

    refuse_secrets(file.name, "the name of the file", lambda s: log(f"refused: {s.kind} in {s.where}"))
    if file.stat().st_size > LARGEST:
        raise BadInput("The file is larger than any papers are.", where=str(file))
    try:
        text = file.read_text(encoding="utf-8-sig")  # some editors put a mark before the text
    except UnicodeDecodeError as error:
        raise BadInput("The file is no text in UTF-8.", where=str(file), todo="Save it as UTF-8.") from error
    refuse_secrets(text, str(file), lambda s: log(f"refused: {s.kind} in {s.where}"))
    try:
        found = (
            json.loads(text, parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_once)
            if file.suffix.lower() == ".json"
            else tomllib.loads(text, parse_float=_no_float)
        )
    except (ValueError, RecursionError) as error:  # or a number of thousands of digits, a thousand tables in tables
        raise BadInput(
            f"The file cannot be read: {error}.", where=str(file), todo="Write it as TOML or JSON."
        ) from error
    if not isinstance(found, dict):
        raise BadInput("The file holds no table.", where=str(file))
    refuse_secrets(found, "", lambda s: log(f"refused: {s.kind} in {s.where}"))
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A table of JSON, in which each name stands once: of two amounts nobody says which one counts."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise BadInput("A name stands twice in one table.", todo="Leave the one that counts.")
    return dict(pairs)


def _no_float(text: str) -> Any:
    raise BadInput(f"{text} is written as a number with a point.", todo=f'Amounts are exact: write "{text}" in quotes.')


def read_state(to: str) -> Any:
    from adit.settlement.states import State
    from adit.terms.errors import UnknownName

    if not to:
        return None
    if to.upper() not in [s.value for s in State]:
        raise UnknownName("state", to, [s.value for s in State])
    return State(to.upper())


def read_evidence(
    office: Opened, id_: str, data: Mapping[str, Any], blocks: Sequence[Path], start_height: int | None
) -> "Evidence":
    """The evidence that a file and blocks give: acknowledgement and papers are stated, coins and payment are seen."""
    from adit.settlement.cells import day_in, only, table_in, text_in
    from adit.settlement.evidence import Acknowledgement, Evidence, Papers
    from adit.settlement.money import minor
    from adit.settlement.store import dossier

    fields = {
        "acknowledgement": ("reference", "by", "on"),
        "payment": ("txid",),
        "papers": ("invoice", "document", "on", "value"),
    }
    only(data, tuple(fields), "")
    given = {name: table_in(data, name) for name in data}
    for name, table in given.items():
        only(table, fields[name], name)
    with office.desk.reading() as connection:
        of = dossier(connection, id_)
    ack, papers = given.get("acknowledgement"), given.get("papers")
    txid = text_in(given["payment"], "txid", "payment") if "payment" in given else ""
    exposures, origins, observation = _from_blocks(office, of, txid, blocks, start_height)
    return Evidence(
        exposures=exposures,
        acknowledgement=None if ack is None else Acknowledgement(
            text_in(ack, "reference", "acknowledgement"), text_in(ack, "by", "acknowledgement"), day_in(ack, "on", "acknowledgement")
        ),
        origins=origins,
        observation=observation,
        papers=None if papers is None else Papers(
            text_in(papers, "invoice", "papers"), text_in(papers, "document", "papers", ""), day_in(papers, "on", "papers"),
            minor(papers.get("value"), of.contract.currency, "papers.value"),
        ),
    )  # fmt: skip


def _from_blocks(
    office: Opened, of: "Dossier", txid: str, blocks: Sequence[Path], start_height: int | None
) -> tuple[Any, Any, Any]:
    """What the blocks show: how the coins that are offered stand to listed ones, who mined them, and the payment once its transaction was named."""
    if not blocks:
        if txid:
            raise BadInput(
                "A transaction is named, and no blocks are at hand that show it.", todo="Name them with --blocks."
            )
        return (), (), None
    from adit.cli.trace_input import read_chain
    from adit.settlement.coins import exposures_of, labels_of, origins_of, spent_exposures
    from adit.settlement.seen import observed
    from adit.settlement.states import LINE, State, where_it_was
    from adit.settlement.store import declared_addresses, exposure_rules

    chain = read_chain(blocks, _network_of(of.settlement.to_address), start_height, incomplete=False)
    on, at = office.desk.legal_day(), where_it_was(of.state, of.settlement.before)
    labels = labels_of(office.versions, on)
    seen = observed(chain, txid, of.settlement.to_address, counted(len(chain.block_hash), "block")) if txid else None
    early = at in LINE[LINE.index(State.CONTRACT_LINKED) : LINE.index(State.AUTHORISED)]
    if of.state is State.AUTHORISED:  # the very coins that were paid, not those that were shown
        return (spent_exposures(chain, txid, labels, exposure_rules(), on) if txid else ()), (), seen
    if early or of.stopped_for_coins:
        addresses = [a["address"] for a in of.settlement.from_addresses]
        origins: tuple[Any, ...] = ()
        if of.settlement.miner is not None:
            with office.desk.reading() as connection:
                origins = origins_of(chain, addresses, declared_addresses(connection, chain.network), labels)
        return exposures_of(chain, addresses, labels, exposure_rules(), on), origins, seen
    return (), (), seen  # later steps ask for the payment alone, and may be shown the newest blocks alone


def _network_of(address: str) -> str:
    """The network whose blocks pay this address; of the two test networks the one that makes blocks at will, where their addresses look alike."""
    from adit.terms.addresses import decode

    found = decode(address).network
    return "regtest" if found == "testnet" and not address.startswith("tb1") else found
