"""What the commands of settlements read: files as exact plain data, evidence out of a file and of blocks."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adit.cli.output import counted, log
from adit.cli.settlement_office import Opened
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from adit.settlement.dossier import Dossier
    from adit.settlement.evidence import Evidence

__all__ = ["read_data", "read_evidence", "read_state"]


def read_data(file: Path) -> dict[str, Any]:
    """A TOML or JSON file as plain data; what is no such file is a BadInput, and what holds a secret, too."""
    from adit.settlement.secrets_refused import refuse_secrets

    text = file.read_text(encoding="utf-8")
    refuse_secrets(text, str(file), lambda s: log(f"refused: {s.kind} in {s.where}"))
    try:
        found = (
            json.loads(text, parse_float=_no_float)
            if file.suffix == ".json"
            else tomllib.loads(text, parse_float=_no_float)
        )
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise BadInput(
            f"The file cannot be read: {error}.", where=str(file), todo="Write it as TOML or JSON."
        ) from error
    if not isinstance(found, dict):
        raise BadInput("The file holds no table.", where=str(file))
    refuse_secrets(found, "", lambda s: log(f"refused: {s.kind} in {s.where}"))
    return found


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
    from adit.settlement.evidence import Acknowledgement, Evidence, Papers
    from adit.settlement.money import minor
    from adit.settlement.store import dossier
    from adit.terms.errors import UnknownName

    for name in data:
        if name not in ("acknowledgement", "payment", "papers"):
            raise UnknownName("evidence", name, ("acknowledgement", "payment", "papers"))
    with office.desk.reading() as connection:
        of = dossier(connection, id_)
    ack, papers = data.get("acknowledgement"), data.get("papers")
    exposures, observation = _from_blocks(
        office, of, str(data.get("payment", {}).get("txid", "")), blocks, start_height
    )
    return Evidence(
        exposures=exposures,
        acknowledgement=Acknowledgement(_field(ack, "reference", str), _field(ack, "by", str), _field(ack, "on", date)) if ack else None,
        observation=observation,
        papers=Papers(
            _field(papers, "invoice", str), str(papers.get("document", "")), _field(papers, "on", date),
            minor(papers.get("value"), of.contract.currency, "papers.value"),
        ) if papers else None,
    )  # fmt: skip


def _field(table: Mapping[str, Any], name: str, kind: type) -> Any:
    if not isinstance(table, Mapping) or not isinstance(table.get(name), kind):
        raise BadInput(
            f"{name} is missing, or written otherwise than it has to be.",
            where=name,
            todo="Texts in quotes, days as 2025-05-01.",
        )
    return table[name]


def _from_blocks(
    office: Opened, of: "Dossier", txid: str, blocks: Sequence[Path], start_height: int | None
) -> tuple[Any, Any]:
    """What the blocks show: where the coins came from that are offered, and the payment once its transaction was named."""
    if not blocks:
        if txid:
            raise BadInput(
                "A transaction is named, and no blocks are at hand that show it.", todo="Name them with --blocks."
            )
        return (), None
    from adit.cli.trace_input import read_chain
    from adit.settlement.coins import exposures_of, labels_of
    from adit.settlement.seen import observed

    chain = read_chain(blocks, _network_of(of.settlement.to_address), start_height, incomplete=False)
    labels = labels_of(office.versions, office.desk.legal_day())
    addresses = [a["address"] for a in of.settlement.from_addresses]
    exposures = exposures_of(chain, addresses, labels, (), office.desk.legal_day())
    seen = observed(chain, txid, of.settlement.to_address, counted(len(chain.block_hash), "block")) if txid else None
    return exposures, seen


def _network_of(address: str) -> str:
    """The network whose blocks pay this address; of the two test networks the one that makes blocks at will, where their addresses look alike."""
    from adit.terms.addresses import decode

    found = decode(address).network
    return "regtest" if found == "testnet" and not address.startswith("tb1") else found
