"""The first sentences of the page, computed from the comparison."""

from collections.abc import Sequence

from adit.decision.comparison import Comparison
from adit.desk.regime_view import RegimeView
from adit.desk.words import day, joined, mw, plural

__all__ = ["lead", "lead_load"]


def lead(c: Comparison, all_regimes: Sequence[RegimeView]) -> str:
    """One sentence or two that say what came out."""
    sites = f"Of {plural(len(c.sites), 'mining site')} that were told of in public"
    standing = next((r for r in all_regimes if not r.simulated), None)
    others = [r for r in all_regimes if r is not standing]
    if standing is None:
        return f"{sites}, on {day(c.on)} {_span(others)}."
    x = standing.load
    parts = [
        f"{x.sites_permitted:,} stand where a registered company may mine",
        f"{x.sites_stopped:,} where it may not",
    ]
    if x.sites_undecided:
        parts.append(f"{x.sites_undecided:,} where that cannot be decided")
    first = f"{sites}, {joined(parts)}, under the law in force on {day(c.on)}."
    return f"{first} Over the same sites, {_span(others)}." if others else first


def _span(others: Sequence[RegimeView]) -> str:
    """From the regime that permits fewest sites to the one that permits most."""
    most, least = max(others, key=lambda r: r.load.sites_permitted), min(others, key=lambda r: r.load.sites_permitted)
    if most.load.sites_permitted == least.load.sites_permitted:
        return f"{joined([r.short for r in others])} would permit {most.load.sites_permitted:,}"
    return (
        f"the {plural(len(others), 'text')} that are not in force would permit from {least.load.sites_permitted:,} ({least.short}) "
        f"to {most.load.sites_permitted:,} ({most.short})"
    )


def lead_load(c: Comparison) -> str:
    """What is known of the power behind the sites, and what is not."""
    counted = [o.site for o in c.sites if o.site.counted and o.site.capacity_kw is not None]
    silent = sum(o.site.capacity_kw is None for o in c.sites)
    if not counted:
        return "No site reports a capacity that can be counted, so nothing is said in megawatts."
    whole = mw(sum(s.capacity_kw or 0 for s in counted))
    have = f"Only {plural(len(counted), 'site')} report" if len(counted) > 1 else "Only 1 site reports"
    text = f"{have} a capacity that can be counted, {whole} together."
    beside = len(c.sites) - len(counted) - silent
    if beside:
        text += f" {beside:,} more {'name' if beside > 1 else 'names'} a power that would be added twice or is not mining load."
    return f"{text} For {silent:,} it is not reported: not reported is not zero." if silent else text
