"""Who has to have a second factor: administrators, officers and who handles suspicions always, others as the office sets it, some of them after a grace."""

from collections.abc import Collection
from datetime import datetime, timedelta

from adit.desk.office import Office, Settings
from adit.engines.database import Connection

__all__ = ["ALWAYS", "AT_ONCE", "begin_grace", "due", "required"]

ALWAYS = frozenset({"administrator", "officer", "aml"})  # no setting takes it from them
AT_ONCE = ALWAYS | {"inspector"}  # who see the cases of others: without a grace


def required(settings: Settings, roles: Collection[str]) -> bool:
    """Whether somebody with these roles has to have one."""
    return not (ALWAYS | set(settings.second_factor.split())).isdisjoint(roles)


def due(settings: Settings, roles: Collection[str], second_by: datetime | None, now: datetime) -> bool:
    """Whether it is asked for now. `second_by` is the end of the grace, None where it has not begun."""
    return required(settings, roles) and (not AT_ONCE.isdisjoint(roles) or (second_by is not None and second_by <= now))


def begin_grace(office: Office, connection: Connection, hand: str) -> datetime:
    """Let the grace of an account begin, unless it has; its end."""
    until = office.now() + timedelta(days=office.settings.second_factor_days)
    [(by,)] = connection.execute(
        "UPDATE desk.account SET second_by = coalesce(second_by, %s) WHERE hand = %s RETURNING second_by", (until, hand)
    ).fetchall()
    assert isinstance(by, datetime)
    return by
