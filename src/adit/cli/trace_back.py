"""`adit trace back`: where one coin, or all that an address received, came from."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit.cli.output import format_option, language_option, progress, say, write_csv, write_json
from adit.cli.trace_input import (
    basis,
    blocks_options,
    budget_option,
    checked_page,
    day_of,
    print_finding,
    read_chain,
    report_option,
    tell_basis,
    write_page,
)
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from adit.tracing.finding import Finding

__all__ = ["back"]

_HEADER = ("question", "subject", "grade", "end", "sat", "hops", "where", "label", "miner")
_FOUND = ("direct", "indirect", "not from mining")


@click.command()
@click.argument("coin", metavar="TXID:VOUT")
@blocks_options
@budget_option
@click.option(
    "--stops",
    type=click.Path(path_type=Path),
    help="CSV: address or script_hex, name, kind (listed, exchange, mixer, declared, pool).",
)
@click.option(
    "--registered", type=click.Path(path_type=Path), help="CSV: address, miner_id. The miners of the register."
)
@click.option(
    "--pools", type=click.Path(path_type=Path), help="Another list of pools, in the format of mempool/mining-pools."
)
@click.option(
    "--rules", type=click.Path(path_type=Path), help="TOML: when indirect exposure counts, each rule with its dates."
)
@click.option("--on", type=click.DateTime(formats=["%Y-%m-%d"]), help="The day whose rule is asked.")
@report_option
@language_option
@format_option
@click.pass_context
def back(
    context: click.Context, coin: str, blocks: tuple[Path, ...], start_height: int | None, incomplete: bool, network: str, budget: int,
    stops: Path | None, registered: Path | None, pools: Path | None, rules: Path | None, on: datetime | None, report: Path | None,
    language: str, format_: str,
) -> None:  # fmt: skip
    """Follow one coin back: to new coins, pools, exchanges, listed addresses, or to where nothing is known.

    An address in place of TXID:VOUT asks for its exposure to what --stops calls listed. Exit code 1: a direct or indirect exposure, a coin that
    is not from mining, with --registered one that is not a registered miner's, or something that did not hold.

    \b
    Example:
      adit trace back f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16:1 --blocks examples/chain/blk00000_first1MB.dat
    """
    from adit.evidence.sources.pools import read_pools
    from adit.tracing.answer import Answer, record
    from adit.tracing.backward import check_budget
    from adit.tracing.exposure import exposures, of_address, of_coin
    from adit.tracing.provenance import provenance
    from adit.tracing.sources.lists import read_labels, read_miners
    from adit.tracing.sources.rules import read_rules

    checked_page(report)
    check_budget(budget)
    script = _script(coin, network)
    labels = read_labels(stops, network=network) if stops else None
    miners = read_miners(registered, network=network) if registered else None
    known, pool_list = read_rules(rules) if rules else (), read_pools(pools)
    held = labels.of_script if labels else {}
    listed = any(label.kind == "listed" for label in held.values())
    if script is not None and not listed:
        raise BadInput(
            "An address is asked for its exposure, and nothing is listed.",
            todo="Give --stops with rows of the kind listed, or name one coin as TXID:VOUT.",
        )
    chain = read_chain(blocks, network, start_height, incomplete)
    findings: list[Finding] = []
    with progress("following the coin back"):
        if script is None:
            from adit.tracing.chain import output_at

            output = output_at(chain, coin)
            findings.append(
                provenance(
                    chain, output, miners.of_address if miners else {}, pools=pool_list, labels=held, budget=budget
                )
            )
        if listed:
            asked = exposures(chain, held, known, budget=budget)
            findings.append(
                of_coin(asked, output, on=day_of(on)) if script is None else of_address(asked, script, on=day_of(on))
            )
    files = [p for p in (stops, registered, pools, rules) if p]
    answer = Answer(tuple(findings), basis(chain, files, {"pools": pool_list.vintage}), {})
    write_page(report, answer, language)
    if format_ == "json":
        write_json(record(answer))
    elif format_ == "csv":
        write_csv(_HEADER, _rows(findings))
    else:
        for at, found in enumerate(findings):
            say() if at else None
            print_finding(found, language)
    problems = [(p, t.problems) for p, t in ((stops, labels), (registered, miners)) if p and t]
    wrong = tell_basis(chain, problems)
    bad = any(f.grade in _FOUND for f in findings) or (miners is not None and _not_a_miner_s(findings))
    context.exit(1 if bad or wrong else 0)


def _script(coin: str, network: str) -> bytes | None:
    """The script of an address; None for an output, which has a colon. Raises BadInput for what is neither."""
    if ":" in coin or len(coin) >= 64:
        return None
    from adit.terms.addresses import NETWORKS, decode

    try:
        address = decode(coin)
    except BadInput as bad:
        raise BadInput(bad.what, where=coin[:80], todo="Name one coin as TXID:VOUT, or give an address whole.") from bad
    if address.network != network and NETWORKS[address.network][:2] != NETWORKS[network][:2]:
        raise BadInput(
            f"{coin} is an address of {address.network}; the blocks are of {network}.",
            todo=f"Pass --network {address.network}.",
        )
    return address.script


def _rows(findings: "list[Finding]") -> list[tuple[Any, ...]]:
    """A row for each end of the coins; together they hold what the coin holds."""
    return [
        (f.question, f.subject, f.grade, e.code, e.sat, e.hops, e.where, e.label.name if e.label else "", e.miner)
        for f in findings
        for e in f.ends
    ]


def _not_a_miner_s(findings: "list[Finding]") -> bool:
    return any(f.question == "provenance" and f.grade not in ("mined and registered", "pool payout") for f in findings)
