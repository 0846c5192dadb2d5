"""Who may stand where in a settlement: kinds that fit the parts, and money that goes the way which goods do not."""

from collections.abc import Iterator, Mapping

from adit.register.records import Participant, Settlement, TradeContract

__all__ = ["misplaced"]

_TRADES = ("organisation", "person")  # a bank's owners are not asked for, and nobody becomes one to be asked less


def misplaced(
    settlement: Settlement, contract: TradeContract, participants: Mapping[str, Participant]
) -> tuple[str, ...]:
    """What cannot be in the papers, each with a sentence; of those that are not among `participants` the kind is not looked at."""
    s, c = settlement, contract
    found = [
        f"{participants[id_].name} stands as {part}, and is a {participants[id_].kind}."
        for part, id_, kinds in _parts(s, c)
        if id_ in participants and participants[id_].kind not in kinds
    ]
    if s.payer == c.exporter or s.payee == c.importer:
        found.append("Who sells the goods is paid for them, and who buys them pays: here the money goes the other way.")
    return tuple(found)


def _parts(s: Settlement, c: TradeContract) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for part, id_, kinds in (
        ("exporter", c.exporter, _TRADES), ("importer", c.importer, _TRADES), ("payer", s.payer, _TRADES), ("payee", s.payee, _TRADES),
        ("miner", s.miner, _TRADES), ("bank of the payer", s.payer_bank, ("bank",)), ("bank of the payee", s.payee_bank, ("bank",)),
    ):  # fmt: skip
        if id_ is not None:
            yield part, id_, kinds
    for id_ in s.vessels:
        yield "ship", id_, ("vessel",)
