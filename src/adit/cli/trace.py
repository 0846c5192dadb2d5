"""`adit trace`: where coins went from listed addresses; its other commands stand beside."""

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit.cli.output import (
    as_dim,
    counted,
    format_option,
    language_option,
    log,
    printed,
    progress,
    say,
    write_csv,
    write_json,
    write_table,
    write_whole,
)
from adit.cli.trace_back import back
from adit.cli.trace_clusters import clusters
from adit.cli.trace_input import (
    basis,
    blocks_options,
    budget_option,
    checked_page,
    day_of,
    print_finding,
    read_chain,
    report_option,
    shortened,
    tell_basis,
    write_page,
)
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from adit.tracing.chain import Chain
    from adit.tracing.exposure import Exposures
    from adit.tracing.finding import Finding

__all__ = ["trace"]

_HEADER = (
    "output",
    "height",
    "address",
    "amount_sat",
    "sources",
    "hops",
    "poison_sat",
    "haircut_sat",
    "fifo_sat",
    "fifo_unresolved_sat",
)
_ON_PAGE = 5


@click.group()
def trace() -> None:
    """Where coins went, and where they came from: three exact numbers, the paths behind them, and what is not resolved."""


trace.add_command(back)
trace.add_command(clusters)


@trace.command()
@click.option(
    "--sources",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV: address or script_hex, name; entry and content_date if known.",
)
@blocks_options
@click.option(
    "--stops",
    type=click.Path(path_type=Path),
    help="CSV: address or script_hex, name, kind (exchange, mixer, declared, pool).",
)
@click.option(
    "--rules", type=click.Path(path_type=Path), help="TOML: when indirect exposure counts, each rule with its dates."
)
@click.option("--on", type=click.DateTime(formats=["%Y-%m-%d"]), help="The day whose rule is asked.")
@click.option(
    "--top",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Unspent outputs to show, those with the most marked satoshi.",
)
@budget_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder: reached.csv with every output reached and unspent.",
)
@report_option
@language_option
@format_option
@click.pass_context
def forward(
    context: click.Context, sources: Path, blocks: tuple[Path, ...], start_height: int | None, incomplete: bool, network: str,
    stops: Path | None, rules: Path | None, on: datetime | None, top: int, budget: int, out: Path | None, report: Path | None,
    language: str, format_: str,
) -> None:  # fmt: skip
    """Follow coins from listed addresses through the blocks, and show who holds them now.

    Each unspent output has three numbers side by side: poison, haircut, first in first out. Exit code 1: something was reached, or did not hold.

    \b
    Example:
      adit trace forward --sources examples/tracing/listed.csv --blocks examples/chain/blk00000_first1MB.dat
    """
    from adit.tracing.answer import Answer, record
    from adit.tracing.backward import check_budget
    from adit.tracing.exposure import exposures, of_coin
    from adit.tracing.forward import reached
    from adit.tracing.sources.lists import read_labels
    from adit.tracing.sources.rules import read_rules

    checked_page(report)
    check_budget(budget)
    listed = read_labels(sources, network=network, kind="listed")
    held = read_labels(stops, network=network) if stops else None
    known = read_rules(rules) if rules else ()
    chain = read_chain(blocks, network, start_height, incomplete)
    with progress("following the coins") as step:
        asked = exposures(chain, {**(held.of_script if held else {}), **listed.of_script}, known, budget=budget)
        if asked.flow is None:
            wrong_rows = "".join(f"\n  {problem}" for problem in listed.problems[:5])
            raise BadInput(
                f"None of the sources was paid in these blocks.{wrong_rows}",
                where=str(sources),
                todo="Give the blocks in which they were.",
            )
        outputs = [int(o) for o in reached(chain.graph, asked.flow)]
        step(f"{counted(len(outputs), 'unspent output')} reached")
        findings = [of_coin(asked, o, on=day_of(on)) for o in outputs[:top]]
    rested = basis(chain, [p for p in (sources, stops, rules) if p], {})
    totals = _totals(chain, asked, outputs)
    answer = Answer(tuple(findings), rested, totals)
    if out is not None:
        _write(out, chain, asked, outputs)
    write_page(report, Answer(tuple(findings[:_ON_PAGE]), rested, totals), language)
    rows = [_row(chain, asked, o, f) for o, f in zip(outputs, findings, strict=False)]
    match format_:
        case "json":
            write_json(record(answer))
        case "csv":
            write_csv(_HEADER, rows)
        case _:
            _print(totals, rows, findings, language)
    problems = [(sources, listed.problems), *([(stops, held.problems)] if held and stops else [])]
    wrong = tell_basis(chain, problems)
    context.exit(1 if outputs or wrong else 0)


def _totals(chain: "Chain", asked: "Exposures", outputs: Sequence[int]) -> dict[str, int]:
    from adit.tracing.forward import marked_of

    assert asked.flow is not None
    flow = asked.flow
    return {
        "source_outputs": len(flow.sources.outputs), "put_in_sat": flow.put_in_sat, "with_fees_sat": flow.with_fees_sat,
        "unspent_reached": len(outputs), "unspent_poison_sat": int(chain.graph.amount_sat[outputs].sum()) if outputs else 0,
        "unspent_haircut_sat": sum(marked_of(flow, o) for o in outputs),
    }  # fmt: skip


def _row(chain: "Chain", asked: "Exposures", output: int, found: "Finding | None") -> tuple[Any, ...]:
    from adit.tracing.chain import address_of, block_of, outpoint
    from adit.tracing.forward import bits_of, hops_of, marked_of, names_of
    from adit.tracing.graph import tx_of

    assert asked.flow is not None
    height = int(chain.block_height[block_of(chain, tx_of(chain.graph, output))])
    amount = int(chain.graph.amount_sat[output])
    return (
        outpoint(chain, output), height if height >= 0 else None, address_of(chain, output), amount,
        ";".join(names_of(asked.flow.sources, bits_of(asked.flow, output))), hops_of(asked.flow, output), amount,
        marked_of(asked.flow, output), found.numbers.fifo_sat if found else None,
        found.numbers.fifo_unresolved_sat if found else None,
    )  # fmt: skip


def _write(folder: Path, chain: "Chain", asked: "Exposures", outputs: Sequence[int]) -> None:
    """Every unspent output that was reached; by FIFO only what is shown is followed, so those columns are left out."""
    import io

    folder.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER[:-2])
    writer.writerows(_row(chain, asked, o, None)[:-2] for o in outputs)
    write_whole(folder / "reached.csv", text.getvalue())
    log(f"{counted(len(outputs), 'output')} written to {folder / 'reached.csv'}")


def _print(
    totals: dict[str, int], rows: Sequence[tuple[Any, ...]], findings: Sequence["Finding"], language: str
) -> None:
    say(
        f"{counted(totals['source_outputs'], 'output')} of sources, {printed(totals['put_in_sat'])} satoshi put in; "
        f"{printed(totals['with_fees_sat'])} went with fees, {printed(totals['unspent_haircut_sat'])} lie in "
        f"{counted(totals['unspent_reached'], 'unspent output')} (haircut)."
    )
    shown = [
        (f"{r[0][:12]}...:{r[0].partition(':')[2]}", "" if r[1] is None else r[1], shortened(r[2]), *r[3:])
        for r in rows
    ]
    right = ("height", "amount_sat", "hops", "poison_sat", "haircut_sat", "fifo_sat", "fifo_unresolved_sat")
    write_table("", _HEADER, shown, right=right)
    if totals["unspent_reached"] > len(rows):
        say(as_dim(f"{totals['unspent_reached'] - len(rows):,} more: --top shows them, --out writes all."))
    if len(findings) == 1:
        print_finding(findings[0], language)
