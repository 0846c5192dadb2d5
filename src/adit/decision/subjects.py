"""The subjects of the comparison as facts: imagined actors and real sites, with the electricity they would use."""

from decimal import Decimal

from adit.decision.actors import HOME_MACHINE, Actor
from adit.evidence.sources.machines import read_machines
from adit.evidence.sources.sites import Site
from adit.terms.days import Period

__all__ = ["energy_kwh", "energy_of_actor", "facts_of_site", "load_of_actor"]


def energy_kwh(kw: Decimal, period: Period) -> Decimal:
    """Electricity of a load that runs at full power in every hour of the period."""
    return kw * 24 * period.days


def load_of_actor(actor: Actor) -> Decimal:
    """The power that the actor mines with, in kW: its load, or its machines at the nameplate of the home machine."""
    if not actor.machines:
        return Decimal(actor.load_kw)
    model = next(m for m in read_machines() if m.model == HOME_MACHINE)
    return Decimal(model.power_w * actor.machines) / 1000


def energy_of_actor(actor: Actor, month: Period) -> Decimal:
    """Electricity that the actor uses for mining in the month, in kWh."""
    return energy_kwh(load_of_actor(actor), month)


def facts_of_site(site: Site, month: Period) -> dict[str, object]:
    """A site as facts: as if a registered company ran it at full load, with the roles that its row tells."""
    kwh = energy_kwh(Decimal(site.capacity_kw), month) if site.capacity_kw is not None else Decimal(0)
    return {
        "actor": "company",
        "in_miners_register": True,
        "energy_company": site.energy_company,
        "isolated_generation": site.isolated_generation,
        "region": site.region,
        "municipality": site.municipality_key,
        "mining_energy_kwh_per_month": str(kwh),
    }
