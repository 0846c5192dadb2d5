"""How the commands of settlements tell one: where it stands, each step with its reason."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from adit.cli.output import as_bold, as_dim, as_warning, say, write_table
from adit.cli.settlement_office import Opened

if TYPE_CHECKING:
    from adit.settlement.dossier import Dossier

__all__ = ["print_settlement", "told_of"]


def told_of(office: Opened, id_: str) -> tuple[dict[str, Any], "Dossier"]:
    from adit.settlement.store import dossier, receipts_of, steps_of
    from adit.settlement.telling import tell

    with office.desk.reading() as connection:
        of = dossier(connection, id_)
        steps = steps_of(connection, id_)
        return tell(of, steps, {s.id: receipts_of(connection, s.id) for s, _ in steps}), of


def print_settlement(told: Mapping[str, Any]) -> None:
    s, c = told["settlement"], told["contract"]
    name = _namer(told["participants"])
    if told["trial"]:
        say(as_warning(told["note"]))
    rows = [
        ("settlement", f"{told['id']}, {as_bold(s['state'])}{', stopped at ' + s['before'] if s['before'] else ''}"),
        (
            "contract",
            f"{c['number']} of {c['signed_on']}, {c['kind']}, {c['value']} {c['currency']}{', UNK ' + c['unk'] if c['unk'] else ''}",
        ),
        (
            "pays",
            f"{name(s['payer'])} to {name(s['payee'])}: {s['value']} {c['currency']} as {s['amount_sat']} satoshi",
        ),
        ("regime", f"{s['regime']} ({s['regime_status']})"),
        (
            "hands",
            f"prepared by {s['prepared_by']}, authorised by {s['first_hand'] or 'nobody'} and {s['second_hand'] or 'nobody'}",
        ),
        *([("transaction", f"{s['txid']} at height {s['height']}")] if s["txid"] else []),
    ]
    for label, text in rows:
        say(f"{as_bold(f'{label:<12}')} {text}")
    steps = [
        (x["number"], x["entered_at_utc"][:16].replace("T", " "), x["to_state"], x["hand"],
         f"{sum(r['outcome'] == 'clear' for r in x['receipts'])} of {len(x['receipts'])} clear", f"{x['reason']} {as_dim(x['cites'])}".strip())
        for x in told["steps"]
    ]  # fmt: skip
    write_table("Steps", ("no", "at (UTC)", "state", "hand", "screened", "reason"), steps, right=("no",))


def _namer(participants: Mapping[str, Any]) -> Callable[[str], str]:
    return lambda id_: str(participants.get(id_, {}).get("name", id_))
