"""A settlement as plain data, whole: for JSON, for the desk, for whoever keeps it. Amounts are text; a trial says so at its head."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from adit.register.records import Screening, SettlementStep
from adit.register.store import Stated, plain
from adit.settlement.dossier import Dossier
from adit.settlement.money import in_units

__all__ = ["TRIAL", "amounts_as_text", "tell"]

TRIAL = "Trial: the regime is not in force, and nothing is paid."


def tell(
    dossier: Dossier,
    steps: Sequence[tuple[Stated[SettlementStep], datetime]],
    receipts: Mapping[str, Sequence[Stated[Screening]]],
) -> dict[str, Any]:
    """The settlement with contract, participants, owners, steps, and the receipts of each step."""
    s, c = dossier.settlement, dossier.contract
    return {
        "trial": s.trial,
        **({"note": TRIAL} if s.trial else {}),
        "id": dossier.id,
        "entry": dossier.entry,
        "settlement": {**amounts_as_text(plain(s)), "value": in_units(s.value_minor, c.currency)},
        "contract": {**amounts_as_text(plain(c)), "value": in_units(c.value_minor, c.currency)},
        "participants": {i: plain(p) for i, p in sorted(dossier.participants.items())},
        "owners": [plain(k) for k in dossier.stakes],
        "steps": [
            {
                "id": step.id,
                "entered_at_utc": at.isoformat(),
                **amounts_as_text(plain(step.record)),
                "receipts": [plain(r.record) for r in receipts.get(step.id, ())],
            }
            for step, at in steps
        ],
    }


def amounts_as_text(value: Any) -> Any:
    """Plain data with each amount as text, so that no reader makes a float of it."""
    if isinstance(value, dict):
        return {k: str(v) if _is_amount(k, v) else amounts_as_text(v) for k, v in value.items()}
    return [amounts_as_text(v) for v in value] if isinstance(value, list) else value


def _is_amount(name: str, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and name.endswith(("_sat", "_minor", "_kopecks"))
