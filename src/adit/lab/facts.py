"""The case that a sector of a place puts to the law in a month: a typical site, as the facts that rules read.

One site stands for all of its kind. Where a tax is no plain share of the profit, its rate is that of this site.
"""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from adit.decision.gathering import LOOKED_UP
from adit.lab.places import Part, Place
from adit.terms.days import Period
from adit.terms.errors import AditError, BadInput
from adit.terms.fields import facts as all_facts
from adit.terms.fields import read_fact

__all__ = ["COSTS", "INCOME", "SITE_KW", "case_of", "energy_kwh"]

SITE_KW = {"formal": 10_000, "household": 6, "informal": 100}  # a farm, two machines at home, a container
_HOURS = 730
# A site of this income spends two thirds of it on power: in roubles a month for each kilowatt. Only the ratio matters to a tax that is a rate.
INCOME = Decimal(9000)
COSTS = Decimal(6000)
_COIN = Decimal(5_000_000)
_NEW = ("service_started_on", "request_filed_on", "contract_signed_on")  # of a site that begins in the month
_MEASURED = ("surplus_twh_per_year", "surplus_mw_firm", "surplus_mw_interruptible", "surplus_curtailed_hours")


def energy_kwh(sector: str) -> int:
    """What the typical site of a sector uses in a month."""
    return SITE_KW[sector] * _HOURS


def case_of(
    place: Place,
    part: Part,
    sector: str,
    period: Period,
    wanted: Collection[str],
    *,
    new: bool = False,
    energy: Decimal | None = None,
    price_factor: float = 1.0,
) -> dict[str, Any]:
    """The facts of the typical case as rules hold them. `wanted` are the facts that the act reads, of which evidence has some.

    `new`: a site that begins in the month. `energy` puts other kilowatt-hours in the place of the typical ones, `price_factor` turns prices
    into the money of the act. Raises BadInput for a fact of the places that cannot be read.
    """
    site = SITE_KW[sector]
    income, costs = INCOME * site, COSTS * site
    price = place.household_price_per_kwh if sector == "household" else place.price_per_kwh
    stated: dict[str, object] = {
        "mining_energy_kwh_per_month": str(energy_kwh(sector) if energy is None else energy),
        "electricity_price_per_kwh": f"{price * price_factor:.4f}",
        "coins_btc": str((income / _COIN).quantize(Decimal("0.00000001"))),
        "quotation_rub_per_btc": str(_COIN),
        "mining_costs_rub": str(costs),
        **place.cases[sector],
    }
    if part.region in all_facts()["region"].words:
        stated["region"] = part.region
    if new:
        stated |= {name: period.start.isoformat() for name in _NEW if name in stated}
    facts = {name: _read(place, name, value) for name, value in stated.items()}
    facts["municipality"] = part.municipality
    for name in _MEASURED:
        if name in wanted and name in LOOKED_UP and "region" in facts:
            found = LOOKED_UP[name](facts, period)
            if found is not None:
                facts[name] = found.whole
    return facts


def _read(place: Place, name: str, value: object) -> Any:
    try:
        return read_fact(name, value)
    except AditError as error:
        raise BadInput(error.what, where=f"places.toml, country {place.country}", todo=error.todo) from error
