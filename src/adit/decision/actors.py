"""The actors and activities of the comparison: who is asked about, doing what."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ACTIVITIES", "ACTORS", "HOME_MACHINE", "Activity", "Actor"]

HOME_MACHINE = "S21"  # of the machine list: the model with which a home is imagined


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asked about, as facts. `machines` or `load_kw` gives the electricity used for mining in the month."""

    key: str
    name: str
    facts: Mapping[str, object]
    machines: int = 0
    load_kw: int = 0


@dataclass(frozen=True, slots=True)
class Activity:
    """What the actor does: the question asked, and the facts that doing it so means."""

    key: str
    name: str
    question: str
    facts: Mapping[str, object]


def _company(**more: object) -> dict[str, object]:
    return {"actor": "company", "in_miners_register": True, "in_operators_register": False, **more}


ACTORS = (
    Actor("home-1", "citizen at home, 1 machine", {"actor": "citizen"}, machines=1),
    Actor("home-3", "citizen at home, 3 machines", {"actor": "citizen"}, machines=3),
    Actor("home-10", "citizen at home, 10 machines", {"actor": "citizen"}, machines=10),
    Actor("entrepreneur", "entrepreneur, 100 kW", {"actor": "entrepreneur", "in_miners_register": True}, load_kw=100),
    Actor("industrial", "industrial company, 10 MW", _company(), load_kw=10_000),
    Actor("state-tied", "state-tied company, 10 MW", _company(state_tied=True, pilot_participant=True), load_kw=10_000),
    Actor("operator", "mining-infrastructure operator", _company(in_operators_register=True), load_kw=10_000),
    Actor("foreign", "foreign company", {"actor": "foreign_company"}, load_kw=10_000),
    Actor("trader", "trader, a citizen without test", {"actor": "citizen"}),
    Actor("exporter", "exporter, private", _company(in_miners_register=False, foreign_trade_contract=True)),
    Actor("shop", "shop", _company(in_miners_register=False)),
)

ACTIVITIES = (
    Activity("mine", "mine", "may_mine", {}),
    Activity("mine-unregistered", "mine unregistered", "may_mine", {"in_miners_register": False}),
    Activity("be-paid", "be paid in coin at home", "may_be_paid_in_coin", {}),
    Activity("trade", "trade", "may_trade", {}),
    Activity("settle-abroad", "settle abroad", "may_settle_abroad", {}),
    Activity("advertise", "advertise", "may_advertise", {}),
)
