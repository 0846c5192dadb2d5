"""How `adit meters scan` tells what it found: a table for people, JSON and CSV for programs."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from adit import __version__
from adit.cli.output import as_bold, as_dim, as_warning, counted, say, write_table

if TYPE_CHECKING:
    from adit.audit.undeclared.findings import Asked, Scan
    from adit.audit.undeclared.scan import Table
    from adit.audit.undeclared.score import Model

__all__ = ["as_data", "as_rows", "print_scan"]

SHOWN = 20  # rows of the table


def as_data(found: "Scan") -> dict[str, Any]:
    from adit.audit.undeclared.words import NOT_TESTED, OBJECTION, WHAT_IT_IS

    data = asdict(found)
    data.pop("model")
    return {
        "adit": __version__,
        "what_it_is": WHAT_IT_IS,
        "objection": OBJECTION,
        "not_tested_means": NOT_TESTED,
        "points": dict(found.model.provenance),
        **_without_nothing(data),
    }


def _without_nothing(data: Any) -> Any:
    """JSON has no form for what is not a number: null."""
    if isinstance(data, float) and data != data:
        return None
    if isinstance(data, dict):
        return {k: _without_nothing(v) for k, v in data.items()}
    return [_without_nothing(v) for v in data] if isinstance(data, list | tuple) else data


def as_rows(
    table: "Table", found: "Scan", model: "Model", asked: "Asked"
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Every meter: what it was, its score and figures."""
    from adit.audit.undeclared.features import FEATURES, STATUSES
    from adit.audit.undeclared.score import scores_of

    listed = {s.meter: s for s in found.suspects}
    scores = scores_of(model, table).tolist() if table.names else []
    rows = []
    for i, name in enumerate(table.names):
        status = "declared" if name in asked.declared else STATUSES[int(table.side[i, 0])]
        suspect = listed.get(name)
        figures = [None if v != v else round(v, 6) for v in table.figures[i].tolist()]
        score = scores[i] if status == "tested" else None
        p = round(suspect.p, 6) if suspect else None
        rows.append((_safe(name), _safe(asked.groups.get(name, "")), status, score, suspect is not None, p, *figures))
    header = ("meter_id", "group", "status", "score", "listed", "p", *(f.name for f in FEATURES))
    return header, rows


def _safe(text: str) -> str:
    """A text that no spreadsheet works out."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def print_scan(found: "Scan") -> None:
    from adit.audit.undeclared.words import NOT_TESTED, WHAT_IT_IS

    per_1000 = f"{1000 * found.alpha:g} in 1,000"
    say(as_bold(f"{counted(len(found.suspects), 'connection')} of {found.judged:,} judged to look at first"))
    if found.confirmed:
        say(
            f"Listed: as high a score as at most {per_1000} of the {found.clean:,} connections confirmed to mine nothing have."
        )
        say(f"Discoveries, of which at most {100 * found.fdr:g} % in the mean mine nothing: {found.discovered:,}.")
    else:
        say(
            f"Listed: the {per_1000} of each group with the highest score. No meter is confirmed clean, so the scan is its own measure: "
            "the list would be as long if nobody mined."
        )
    rows = [
        (s.meter, s.group, s.score, f"{s.p:.4f}", f"{s.mean_kw:.2f}", s.reasons[0].says if s.reasons else "")
        for s in found.suspects[:SHOWN]
    ]
    if rows:
        write_table("", ("meter", "group", "score", "p", "kW", "first reason"), rows, right=("score", "p", "kW"))
    if len(found.suspects) > SHOWN:
        say(as_dim(f"{len(found.suspects) - SHOWN:,} more: --format csv, or --report scan.html"))
    for pool in found.pools[:SHOWN]:
        say(f"together  {pool.pool}: {', '.join(pool.meters)} (score {pool.score}, p {pool.p:.4f})")
    for meter, under, whole in found.under_limit[:SHOWN]:
        say(f"just below {found.limit_kwh:,} kWh  {meter}: {under} of {counted(whole, 'whole month')}")
    for group in found.untestable_groups:
        name = f"group '{group.name}'" if group.name else "the group of all"
        say(
            as_warning(
                f"not testable  {name}: {counted(group.peers, 'peer')} cannot tell {per_1000}; ask for at least {1000 * group.smallest_p:.1f}."
            )
        )
    if found.declared:
        say(as_dim(f"declared miners left out  {found.declared:,}"))
    for reason, n in found.not_tested.items():
        say(as_dim(f"not testable  {n:,}: {reason}"))
    if found.not_tested:
        say(as_dim(NOT_TESTED))
    say(as_dim(WHAT_IT_IS))
