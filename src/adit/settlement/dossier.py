"""All that is known of a settlement when a step is taken: the payment, its contract, who takes part, who owns those. And who of it is screened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adit.register.records import Participant, Settlement, Stake, TradeContract
from adit.screening.subjects import Subject
from adit.settlement.states import State
from adit.terms.errors import BadInput

__all__ = ["Dossier", "Named", "address_subject", "everybody", "named_in", "subject_of"]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A settlement with everything that it names, as known at one entry of the journal."""

    id: str
    settlement: Settlement
    contract: TradeContract
    participants: Mapping[str, Participant]  # by id: all that are named, and all owners above them
    stakes: Sequence[Stake]
    steps: int = 0  # that it has gone
    others_minor: int = 0  # what the other payments under the contract take, trials and real ones apart
    entry: int = 0  # of the version that was read
    stopped_for_coins: bool = False  # it stands beside the line because of where coins came from, and nobody was hit

    @property
    def state(self) -> State:
        return State(self.settlement.state)

    def participant(self, id_: str) -> Participant:
        """Raises BadInput for one that the dossier does not hold."""
        if id_ not in self.participants:
            raise BadInput(
                f"Nothing is stated of {id_}, which the settlement {self.id} names.",
                todo="Enter the participant first.",
            )
        return self.participants[id_]


@dataclass(frozen=True, slots=True)
class Named:
    """One that has to be screened: by which id or address the settlement names it, and as what."""

    about: str
    subject: Subject


def subject_of(p: Participant) -> Subject:
    """A participant as it is screened."""
    numbers = tuple((k, v) for k in ("inn", "ogrn", "lei", "bic", "imo") if (v := getattr(p, k)))
    return Subject(p.kind, (p.name, *p.other_names), p.born, (p.country,) if p.country else (), numbers)


def address_subject(address: str) -> Subject:
    """An address as it is screened."""
    return Subject("address", address=address)


def named_in(settlement: Settlement, contract: TradeContract) -> tuple[str, ...]:
    """The participants that the papers name, each once."""
    s = settlement
    ids = (contract.exporter, contract.importer, s.payer, s.payee, s.payer_bank, s.payee_bank, s.miner, *s.vessels)
    return tuple(dict.fromkeys(i for i in ids if i is not None))


def everybody(dossier: Dossier) -> tuple[Named, ...]:
    """All that have to be screened at each step: who is named, whoever owns those through however many layers, every address.

    Raises BadInput where a participant is named and nothing is stated of it: nobody is left out because too little is known.
    """
    found = [Named(i, subject_of(dossier.participant(i))) for i in _with_owners(dossier)]
    addresses = (*(a["address"] for a in dossier.settlement.from_addresses), dossier.settlement.to_address)
    return (*found, *(Named(a, address_subject(a)) for a in dict.fromkeys(addresses)))


def _with_owners(dossier: Dossier) -> Iterator[str]:
    seen: set[str] = set()
    waiting = list(named_in(dossier.settlement, dossier.contract))
    while waiting:
        id_ = waiting.pop(0)
        if id_ not in seen:
            seen.add(id_)
            yield id_
            waiting += [s.owner for s in dossier.stakes if s.owned == id_]
