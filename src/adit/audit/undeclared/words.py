"""Each figure as a sentence that an inspector can say at the door: what the connection has, and what its peers have."""

from collections.abc import Mapping
from types import MappingProxyType

from adit.audit.undeclared.features import BY_NAME

__all__ = ["NOT_TESTED", "OBJECTION", "WHAT_IT_IS", "sentence", "written"]

NBSP, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"

WHAT_IT_IS = (
    "A score starts a case. It is never evidence by itself: servers, telecom masts, lamps for plants and pumps use electricity in the same way, "
    "and only an inspection can tell."
)
OBJECTION = (
    "Whoever is named here may object: name the load that explains the figures (a contract, a photograph of the device, a declaration) to the office "
    "that made this list. It enters the load as known and scans anew; the connection is then held against the rest of its use. If somebody else's "
    "load was put on the meter, the customer is a victim and not a suspect."
)
NOT_TESTED = "Not testable is not clean: nothing is said about these connections."

_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "mean_kw": "It takes {value} in the mean, by day and night; its peers {peers}.",
        "floor_kw": "On four days of five it never fell below {value}; its peers below {peers}.",
        "floor_share": "{value} of its use never stops; of its peers' {peers}.",
        "flat_days": "{value} of its days are flat from hour to hour; of its peers' {peers}.",
        "flat_run_days": "It stayed flat for {value} without a break; its peers for {peers}.",
        "day_change": "One day differs from the next by {value}; with its peers by {peers}.",
        "hour_share": "The hour of the day explains {value} of the variation; with its peers {peers}. Nobody's day shows.",
        "week_share": "The day of the week explains {value} of the variation; with its peers {peers}. No weekend shows.",
        "night_ratio": "At night it takes {value} times its mean; its peers {peers} times.",
        "evening_excess": "The evening lies {value} above the mean; with its peers {peers}.",
        "step_kw": "The lowest hour of the day rose by {value}{day}; with its peers it changed by {peers}.",
        "two_level": "It is either on or off: {value} of the variation lies between two levels; with its peers {peers}.",
        "switch_kw": "What goes on and off is {value}; with its peers {peers}.",
        "switch_regularity": "{value} of its hours are on the same level as a day before; of its peers' {peers}.",
        "peak_ratio": "The highest hour of a day is {value} times the mean; with its peers {peers} times.",
        "summer_winter": "In summer it takes {value} times what it takes in winter; its peers {peers} times.",
        "low_month": "The month of least use has {value} times the mean; with its peers {peers} times.",
        "still_hours": "{value} of its hours differ from the hour before by less than 3 %; of its peers' {peers}.",
        "idle_hours": "{value} of its hours are idle; of its peers' {peers}.",
        "temperature_share": "The weather explains {value} of the variation of its days; with its peers {peers}.",
    }
)
assert _SENTENCES.keys() == BY_NAME.keys()


def written(feature: str, value: float) -> str:
    """A value with its unit, as people write it; a dash where there is none."""
    if value != value:
        return "–"
    match BY_NAME[feature].unit:
        case "kW":
            text = f"{value:,.1f}{NBSP}kW" if abs(value) >= 1 else f"{value:.2f}{NBSP}kW"
        case "share":
            text = f"{100 * value:.0f}{NBSP}%"
        case "days":
            text = f"{value:.0f}{NBSP}{'day' if value == 1 else 'days'}"
        case _:
            text = f"{value:.2f}"
    return text.replace("-0.00", "0.00").replace("-", MINUS)


def sentence(feature: str, value: float, peers: float, step_day: str = "") -> str:
    """What the figure says of this connection."""
    day = f" on {step_day}" if step_day else ""
    return _SENTENCES[feature].format(value=written(feature, value), peers=written(feature, peers), day=day)
