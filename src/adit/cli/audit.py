"""`adit audit`: electricity, hashes, coins and chain held against each other, for a register or for one site."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli.output import (
    as_bold,
    as_dim,
    as_warning,
    counted,
    format_option,
    language_option,
    log,
    progress,
    say,
    table_or_json,
    write_csv,
    write_json,
    write_table,
    write_whole,
)
from adit.terms.errors import BadInput, UnknownName

if TYPE_CHECKING:
    from adit.audit.answer import Answer

__all__ = ["audit"]

_TOO_FEW, _TOO_MANY = {"coins_missing", "nothing_declared"}, {"coins_beyond_energy"}
LISTED = 40  # findings in a table; the other formats have them all
FILES = {
    "machines": "Machines of each site: site_id, model, count.",
    "declarations": "What was declared: line_id, site_id, miner_id, month, amount_sat, kind, address, txid, vout.",
    "energy": "Energy by month: site_id, month, energy_wh.",
    "readings": "Readings of meters, as `adit meters check` reads them.",
    "meters": "Meters of each site: meter_id, site_id, class_percent, from, to.",
    "addresses": "Addresses: address, miner_id, site_id, proven_from.",
    "receipts": "What addresses received: adit chain receipts --format csv.",
    "calibration": "Hash rates that the pool reported: site_id, month, mean_hashrate_ths.",
}


def question(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say what is asked, for both commands."""
    path = click.Path(path_type=Path)
    options = [
        click.option("--sites", type=path, required=True, help="Sites: site_id, miner_id, scheme (solo, pps, fpps, pplns). The other tables lie beside it."),
        *(click.option(f"--{name}", type=path, help=help_) for name, help_ in FILES.items()),
        click.option("--zone", default="UTC", show_default=True, help="Of times in the readings that name none."),
        click.option("--unit", default="", help="Of readings that name none: wh, kwh, mwh."),
        click.option("--network", type=click.Choice(["mainnet", "testnet", "regtest"]), default="mainnet", show_default=True, help="Whose addresses they are."),
        click.option("--alpha", type=click.FloatRange(1e-6, 0.2), default=0.01, show_default=True, help="How often an honest miner may be accused."),
        click.option("--rate", type=click.FloatRange(1e-3, 0.5), default=0.10, show_default=True, help="Share of honest ones among those that are put first."),
        click.option("--assumptions", type=path, help="Bounds in place of the shipped ones, where a file says nothing."),
        click.option("--skip-bad-rows", is_flag=True, help="Go on without the rows that cannot be read; they are counted."),
        language_option,
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def audit() -> None:
    """Hold electricity, hashes, declared coins and the chain against each other."""


@audit.command()
@click.option("--months", required=True, help="2024-01..2024-12, or one month.")
@question
@click.option("--all", "every", is_flag=True, help="Every site and month, not only findings.")
@click.option("--report", type=click.Path(path_type=Path), help="Also write a page to read and print: FILE.html.")
@format_option
@click.pass_context
def run(context: click.Context, /, months: str, every: bool, report: Path | None, format_: str, **asked: Any) -> None:
    """Audit every site of a table for these months.

    Exit code 1: there are findings. A finding says what cannot be, with its probability; it starts a question and is no verdict.

    \b
    Example:
      adit audit run --sites examples/audit/sites.csv --months 2024-01..2024-06 --report audit.html
    """
    from adit.audit.answer import places, row_of

    _check_page(report)
    answer, seen = _answer(months, asked)
    listed = places(answer, every=every)
    if report is not None:
        from adit.desk.audit_page import register_page

        with progress("writing the page"):
            write_whole(report, register_page(answer, asked["language"]))
        log(f"written to {report}")
    if format_ == "json":
        write_json(_envelope(answer, seen, asked) | {"rows": [row_of(answer, *at) for at in listed]})
    elif format_ == "csv":
        _write_rows([row_of(answer, *at) for at in listed])
    else:
        _print(answer, listed, asked["language"], every)
    found = listed if not every else places(answer, every=False)
    _tell_reports(answer)
    context.exit(1 if found else 0)


@audit.command()
@click.argument("site")
@click.argument("month")
@click.option("--since", default="", help="The first month that counts in the months taken together; else MONTH alone.")
@question
@click.option("--report", type=click.Path(path_type=Path), help="Also write the inspector's page: FILE.html.")
@table_or_json
@click.pass_context
def explain(
    context: click.Context, /, site: str, month: str, since: str, report: Path | None, format_: str, **asked: Any
) -> None:
    """Say of one site and month what was found, from which figures, and what would clear it.

    \b
    Example:
      adit audit explain A-3 2024-03 --sites examples/audit/sites.csv
    """
    from adit.audit.answer import explained, leftovers
    from adit.audit.telling import btc, phrase, tell

    _check_page(report)
    answer, seen = _answer(f"{since}..{month}" if since else month, asked)
    if site not in answer.sites:
        raise UnknownName("site", site, answer.sites, where=str(asked["sites"]))
    place = (answer.sites.index(site), len(answer.months) - 1)
    found = explained(answer, *place)
    if report is not None:
        from adit.desk.audit_page import site_page

        write_whole(report, site_page(answer, *place, asked["language"]))
        log(f"written to {report}")
    if format_ == "json":
        from adit.audit.answer import as_data

        write_json(_envelope(answer, seen, asked) | {"explained": as_data(found)})
    else:
        told = tell(found, asked["language"], alpha=answer.settings.alpha)
        say(as_bold(f"{found.name or found.site_id}, {found.month}: {told.headline}"))
        for sentence in told.sentences:
            say(sentence)
        say()
        for what, figure in told.steps:
            say(f"  {what:<28} {figure}")
        say()
        for what, figure, who in told.corners:
            say(f"  {what:<46} {figure:<12} {as_dim(who)}")
        for text in told.clears:
            say(f"  {as_warning(phrase('clears', asked['language']))}  {text}")
        for left in leftovers(answer, *place, asked["language"]):
            say(f"  {as_warning(left.status)}  {left.what}  {btc(left.amount_sat, asked['language'])}")
            say(f"    {as_dim(left.why)}")
        for text in told.notes:
            say(f"  {as_dim(text)}")
    _tell_reports(answer)
    context.exit(1 if found.findings else 0)


def _answer(months: str, asked: dict[str, Any]) -> "tuple[Answer, dict[str, Path]]":
    from adit.audit.answer import answered
    from adit.audit.files import beside, read
    from adit.audit.run import Settings, audit
    from adit.audit.store import SHIPPED_ASSUMPTIONS
    from adit.terms.days import months_between

    settings = Settings(asked["alpha"], asked["rate"])
    files = beside(asked["sites"], {name: asked[name] for name in FILES})
    with progress("reading") as step:
        question_ = read(
            files,
            months_between(months),
            now_s=int(datetime.now(UTC).timestamp()),
            zone=asked["zone"],
            unit=asked["unit"],
            network=asked["network"],
            assumptions=asked["assumptions"] or SHIPPED_ASSUMPTIONS,
            skip_bad_rows=asked["skip_bad_rows"],
            progress=step,
        )
        step("auditing")
        found = audit(
            question_.loaded.case,
            question_.loaded.spans,
            settings,
            step=lambda sites: step(f"auditing: {sites:,} sites"),
        )
    return answered(question_, found, settings), files


def _envelope(answer: "Answer", files: dict[str, Path], asked: dict[str, Any]) -> dict[str, Any]:
    from adit.evidence.sources.catalogue import dataset
    from adit.evidence.sources.fees import FILE

    loaded = answer.asked.loaded
    epochs = "network/btc_retarget_epochs.csv"
    return {
        "adit": __version__,
        "data": {name: dataset(name).vintage for name in (epochs, FILE)},
        "files": {r.source: r.vintage for r in answer.asked.reports},
        "alpha": answer.settings.alpha,
        "rate": answer.settings.rate,
        "assumptions": {"source": loaded.assumptions.source, "bounds": loaded.assumptions.bounds},
        "months": list(answer.months),
        "sites": len(answer.sites),
        "chain": "looked at" if answer.chain else "not looked at: no receipts were given",
    }


def _print(answer: "Answer", listed: list[tuple[int, int]], language: str, every: bool) -> None:
    from adit.audit.answer import row_of
    from adit.audit.explanation import LUCKY
    from adit.audit.telling import amount, btc, phrase, probability

    rows = []
    for at in listed[:LISTED]:
        row = row_of(answer, *at)
        sides = {"p_under": _TOO_FEW, "p_over": _TOO_MANY}
        tests = [
            row[side]
            for side, codes in sides.items()
            if row[side] is not None and (every or codes & {*row["findings"]})
        ]
        codes = row["findings"] or (["consistent"] if row["p_under"] is not None else ["not_testable"])
        bounds = {
            side: float("inf") if row[f"honest_{side}_sat"] is None else row[f"honest_{side}_sat"]
            for side in ("least", "most")
        }
        span = phrase("span", language, **{side: btc(sat, language) for side, sat in bounds.items()})
        rows.append(
            (
                as_warning("first") if row["discovered"] else "",
                row["site_id"],
                row["month"],
                "; ".join(phrase(c, language) for c in codes),
                btc(row["declared_sat"], language),
                phrase("on average", language, span=span) if row["scheme"] in LUCKY else span,
                probability(min(1.0, 2 * min(tests)), language) if tests else "",
            )
        )
    if rows:
        write_table(
            "", ("", "site", "month", "finding", "declared", "honest", "probability"), rows, right=("declared",)
        )
    if len(listed) > LISTED:
        log(f"{len(listed) - LISTED:,} more: --format csv or json has them all, --report a page")
    sites = len({site for site, _ in listed})
    say(
        f"{counted(len(listed), 'row')}"
        if every
        else f"{counted(len(listed), 'site-month')} of {len(answer.sites) * len(answer.months):,} with a finding, at {counted(sites, 'site')}."
    )
    untested = int((~answer.audited.testable_under).sum())
    say(
        as_dim(
            f"{untested:,} not testable for too few coins, which is not the same as clean. An honest miner is accused with at most "
            f"{amount(answer.settings.alpha, '1', 'en')} in a month. "
            + (
                _apart(answer.chain.apart_sat)
                if answer.chain
                else "The chain was not looked at: no receipts were given."
            )
        )
    )


def _apart(sat: int) -> str:
    from adit.audit.telling import btc

    return f"{btc(sat, 'en')} were received at addresses of no site in the table." if sat else ""


def _write_rows(rows: list[dict[str, Any]]) -> None:
    header = list(rows[0]) if rows else ["site_id", "miner_id", "month", "findings"]
    write_csv(header, [[";".join(v) if isinstance(v, list) else v for v in row.values()] for row in rows])


def _tell_reports(answer: "Answer") -> None:
    """On standard error: what was left out, and what was wrong with readings."""
    for report in answer.asked.reports:
        if report.problems:
            log(
                f"{report.source}: {counted(len({p.line for p in report.problems}), 'row')} of {report.total:,} left out"
            )
    readings = answer.asked.readings
    if readings is not None and readings.counts:
        said = ", ".join(f"{kind} {n:,}" for kind, n in sorted(readings.counts.items()))
        log(f"{answer.asked.files['readings']}: {said} (adit meters check says each)")


def _check_page(report: Path | None) -> None:
    if report is not None and report.suffix != ".html":
        raise BadInput(f"{report} is not a page.", todo="Write --report audit.html.")
