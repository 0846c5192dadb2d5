"""The 50 % rule over the declared graph of owners: who is taken for listed because listed ones own it, by the cascade, by the product, or perhaps.

Cascade: what listed ones own half of together counts as listed for what it owns, and so on down. Product: shares are multiplied along each
path and added up. The two differ in both directions, and either alerts. Where too little is declared to say no, that is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from adit.terms.errors import BadInput

__all__ = ["ENGINE", "HALF_PPM", "WHOLE_PPM", "Holding", "Reached", "cascade", "percent", "reached_by_listed"]

ENGINE = "adit-ownership/1"
HALF_PPM = 500_000
WHOLE_PPM = 1_000_000
_ROUNDS = 4000  # of shares handed down in a circle: each round brings them nearer to where they settle
_FINE = 10**6  # places that a product has below a millionth; rounded up, so that a half is never missed


@dataclass(frozen=True, slots=True)
class Holding:
    """What one owns of another, as declared. `control` without a share counts as the whole."""

    owner: str
    owned: str
    share_ppm: int  # of a million
    control: bool = False

    @property
    def counted_ppm(self) -> int:
        return WHOLE_PPM if self.control else self.share_ppm


@dataclass(frozen=True, slots=True)
class Reached:
    """One that listed ones own: what they hold of it by each way of counting, what is declared, and through whom."""

    id: str
    cascade_ppm: int  # held by listed ones and by those taken for listed
    perhaps_ppm: int  # the same, with those that may have to be taken for listed
    product_ppm: int  # by the product along the paths
    declared_ppm: int
    chain: tuple[Holding, ...]  # every declared share by which it is reached, the listed ones first
    listed: tuple[str, ...]  # at the heads of the chain

    @property
    def unknown_ppm(self) -> int:
        """Of whom no owner is declared."""
        return max(0, WHOLE_PPM - self.declared_ppm)

    @property
    def taken(self) -> bool:
        """Whether it is taken for listed, by either way of counting."""
        return max(self.cascade_ppm, self.product_ppm) >= HALF_PPM

    @property
    def alerts(self) -> bool:
        """Whether people have to look: it is taken for listed, or what is not declared leaves that open."""
        return self.taken or self.perhaps_ppm + self.unknown_ppm >= HALF_PPM


def reached_by_listed(listed: Iterable[str], holdings: Sequence[Holding]) -> dict[str, Reached]:
    """Everything that listed ones own anything of, through however many layers. Raises BadInput for a share that cannot be."""
    above = _above(holdings)
    own = frozenset(listed)
    sure = _taken(own, above, perhaps=False)
    perhaps = _taken(own, above, perhaps=True)
    products = _products(own, above)
    found: dict[str, Reached] = {}
    for id_ in sorted(products.keys() - own):
        chain = _chain(id_, own, above, products)
        found[id_] = Reached(
            id_,
            _held(above[id_], sure),
            _held(above[id_], perhaps),
            -(-products[id_] // _FINE),
            sum(h.share_ppm for h in above[id_]),
            chain,
            tuple(dict.fromkeys(h.owner for h in chain if h.owner in own)),
        )
    return found


def cascade(listed: Iterable[str], holdings: Sequence[Holding]) -> dict[str, int]:
    """Those that are taken for listed by the cascade alone, with what listed ones hold of them in millionths, the whole at most."""
    own, above = frozenset(listed), _above(holdings)
    taken = _taken(own, above, perhaps=False)
    return {i: min(_held(above[i], taken), WHOLE_PPM) for i in sorted(taken - own)}


def percent(ppm: int) -> str:
    return f"{ppm / 10_000:g} %"


def _above(holdings: Sequence[Holding]) -> dict[str, list[Holding]]:
    above: dict[str, list[Holding]] = {}
    for holding in holdings:
        if not 0 < holding.share_ppm <= WHOLE_PPM or holding.owner == holding.owned:
            raise BadInput(
                f"{holding.owner} is said to own {percent(holding.share_ppm)} of {holding.owned}, which cannot be.",
                todo="Correct the declared share; until then nothing that it touches is clear.",
            )
        above.setdefault(holding.owned, []).append(holding)
    return above


def _held(above: Sequence[Holding], taken: frozenset[str]) -> int:
    return sum(h.counted_ppm for h in above if h.owner in taken)


def _taken(own: frozenset[str], above: Mapping[str, Sequence[Holding]], *, perhaps: bool) -> frozenset[str]:
    """The listed ones and all that are taken for listed; with `perhaps` also those for whom it cannot be told, since too little is declared."""
    taken = own
    while True:
        more = set()
        for id_, of in above.items():
            held = _held(of, taken)
            unknown = max(0, WHOLE_PPM - sum(h.share_ppm for h in of)) if perhaps else 0
            if id_ not in taken and held and held + unknown >= HALF_PPM:
                more.add(id_)
        if not more:
            return taken
        taken |= more


def _products(own: frozenset[str], above: Mapping[str, Sequence[Holding]]) -> dict[str, int]:
    """The share of listed ones in each, along all paths together, in fine parts; circles are followed until nothing grows any more.

    Raises BadInput for circles that do not settle.
    """
    whole = WHOLE_PPM * _FINE
    parts = dict.fromkeys(own, whole)
    for _ in range(_ROUNDS):
        grown = False
        for id_, of in above.items():
            if id_ in own:
                continue
            held = min(whole, sum(-(-h.counted_ppm * parts.get(h.owner, 0) // WHOLE_PPM) for h in of))
            if held > parts.get(id_, 0):
                parts[id_], grown = held, True
        if not grown:
            return parts
    raise BadInput(
        "The declared owners own one another in a circle that could not be followed to its end.",
        todo="Have the owners declared up to persons; until then nothing in the circle is clear.",
    )


def _chain(
    id_: str, own: frozenset[str], above: Mapping[str, Sequence[Holding]], reached: Mapping[str, int]
) -> tuple[Holding, ...]:
    """Every share between listed ones and this one, those of the listed first."""
    layers: list[list[Holding]] = []
    seen, layer = {id_}, [id_]
    while layer:
        holdings = [h for i in layer for h in above.get(i, ()) if h.owner in reached]
        layers.append(sorted(holdings, key=lambda h: (-h.counted_ppm, h.owner)))
        layer = sorted({h.owner for h in holdings} - seen - own)
        seen.update(layer)
    return tuple(dict.fromkeys(h for holdings in reversed(layers) for h in holdings))
