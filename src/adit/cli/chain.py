"""`adit chain receipts`: who was paid on the Bitcoin chain."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli.chain_block import EPOCHS, block, network_option, vintages
from adit.cli.output import (
    as_bold,
    as_warning,
    counted,
    format_option,
    log,
    plain,
    printed,
    progress,
    say,
    write_json,
    write_table,
    write_whole,
)
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from adit.evidence.chain.layout import Blocks
    from adit.evidence.chain.receipts import Found, Receipt, Scan
    from adit.evidence.sources.core_node import Node

__all__ = ["chain"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run
Read = Callable[[], Iterator["Blocks"]]


@click.group()
def chain() -> None:
    """What the Bitcoin chain shows: receipts at addresses, and single blocks."""


chain.add_command(block)


@chain.command()
@click.option(
    "--blocks",
    type=click.Path(path_type=Path, exists=True),
    help="blk*.dat of a node with their xor.dat, or raw blocks: a folder or a file.",
)
@click.option(
    "--parquet", default="", metavar="GLOB", help="Transactions in the schema of bitcoin-etl, as AWS publishes them."
)
@click.option(
    "--csv",
    "table",
    type=click.Path(path_type=Path, exists=True),
    help="Outputs: txid, vout, script_hex or address, sat.",
)
@click.option(
    "--node",
    "url",
    default="",
    metavar="URL",
    help="A running Bitcoin Core, as http://127.0.0.1:8332, and from which to which height.",
)
@click.option(
    "--cookie",
    type=click.Path(path_type=Path, exists=True),
    help="Ask the node over RPC with this cookie file, else over REST.",
)
@click.option(
    "--plain-host", default="", help="Host of a node that may be asked without TLS, on a network that you trust."
)
@click.option("--from-height", type=click.IntRange(0), help="First block to ask the node for.")
@click.option("--to-height", type=click.IntRange(0), help="Last block to ask the node for.")
@click.option(
    "--addresses", type=click.Path(path_type=Path), required=True, help="CSV with a column address, or script_hex."
)
@click.option(
    "--min-confirmations",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Leave out what is less deep. A coinbase needs 100 in any case.",
)
@click.option("--start-height", type=click.IntRange(0), help="Height of the first block, where no block says it.")
@click.option(
    "--tip",
    type=click.IntRange(0),
    help="Height of the chain's last block, if you know it; else only the blocks at hand confirm.",
)
@click.option(
    "--payers/--no-payers",
    default=True,
    show_default=True,
    help="Look up, in a second pass, from which addresses each payment came.",
)
@click.option("--incomplete", is_flag=True, help="The newest blk file may end inside a block, as while a node writes.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the receipts to FILE.csv or FILE.json instead.")
@network_option
@format_option
@click.pass_context
def receipts(
    context: click.Context, blocks: Path | None, parquet: str, table: Path | None, url: str, cookie: Path | None, plain_host: str,
    from_height: int | None, to_height: int | None, addresses: Path, min_confirmations: int,
    start_height: int | None, tip: int | None, payers: bool, incomplete: bool, out: Path | None, network: str, format_: str,
) -> None:  # fmt: skip
    """List what was paid to addresses: each output with its block, depth and payers.

    Blocks are verified: every transaction hash, Merkle root, proof of work and link. Tables are read as told, and the answer says so.
    Exit code 1: something did not hold and was left out; each such row is named on standard error.

    \b
    Example:
      adit chain receipts --blocks examples/chain/blocks --addresses examples/chain/addresses.csv --tip 702960
    """
    from adit.evidence.chain.heights import difficulty_at
    from adit.evidence.chain.receipts import Scan, with_payers
    from adit.evidence.chain.watched import watch
    from adit.evidence.sources import declared_addresses

    if out is not None and out.suffix not in (".csv", ".json"):
        raise BadInput(f"{out} is neither CSV nor JSON.", todo="Write --out receipts.csv or --out receipts.json.")
    node, heights = _node(url, cookie, plain_host, from_height, to_height)
    read, source = _source(blocks, parquet, table, network, incomplete, node, heights)
    declared = declared_addresses.read(addresses, network=network)
    scan = Scan(watch(declared.scripts), network)
    with progress("reading the chain") as step:
        done = 0
        for batch in read():
            scan.take(batch)
            done += len(batch.hash)
            step(f"{done:,} blocks")
        if payers:
            step("looking up the payers")
            if node is not None:
                _ask_for_payers(scan, node, heights)
            else:
                with_payers(scan, read())
    found = scan.found(
        start_height=heights[0] if node is not None else -1 if start_height is None else start_height, tip=-1 if tip is None else tip,
        min_confirmations=min_confirmations, difficulty_at=difficulty_at if network == "mainnet" else lambda height: None,
    )  # fmt: skip
    problems = [*(f"{addresses} {p}" for p in declared.problems), *(str(f) for f in found.faults)]
    answer = _answer(found, source, network, len(declared.scripts), problems)
    if out is not None:
        text = (
            _csv(found.receipts)
            if out.suffix == ".csv"
            else json.dumps(answer, ensure_ascii=False, indent=1, default=plain)
        )
        write_whole(out, text if text.endswith("\n") else text + "\n")
        log(f"{counted(len(found.receipts), 'receipt')} written to {out}")
    elif format_ == "json":
        write_json(answer)
    elif format_ == "csv":
        sys.stdout.write(_csv(found.receipts))
    else:
        _print(found, source)
    _report(found, problems)
    context.exit(1 if problems or found.withdrawn else 0)


def _node(
    url: str, cookie: Path | None, plain_host: str, first: int | None, last: int | None
) -> "tuple[Node | None, tuple[int, int]]":
    """The node and the heights that it is asked for. Raises BadInput for half of it."""
    if not url:
        return None, (-1, -1)
    if first is None or last is None:
        raise BadInput("A node is asked for some blocks, not for all.", todo="Pass --from-height and --to-height.")
    from adit.evidence.sources.core_node import node_at

    return node_at(url, cookie=cookie, plain_host=plain_host or None), (first, last)


def _ask_for_payers(scan: "Scan", node: "Node", heights: tuple[int, int]) -> None:
    from adit.evidence.chain.receipts import address_of
    from adit.evidence.sources import node_blocks

    wanted = scan.spent()
    if wanted:
        named = node_blocks.payers(node, *heights, wanted, lambda s: address_of(s, scan.network) or s.hex())
        scan.name_payers(named)


def _source(
    blocks: Path | None, parquet: str, table: Path | None, network: str, incomplete: bool, node: "Node | None", heights: tuple[int, int],
) -> tuple[Read, str]:  # fmt: skip
    """What reads the blocks, as often as it is called, and what it reads. Raises BadInput unless one source is named."""
    if sum((blocks is not None, bool(parquet), table is not None, node is not None)) != 1:
        raise BadInput("Name one source of blocks.", todo="Pass one of --blocks, --node, --parquet and --csv.")
    if node is not None:
        from adit.evidence.sources import node_blocks

        return lambda: node_blocks.read(node, *heights, network=network), node.url
    if parquet:
        from adit.evidence.sources import chain_parquet

        return lambda: chain_parquet.read(parquet, network=network), parquet
    if table is not None:
        from adit.evidence.sources import chain_csv

        return lambda: chain_csv.read(table, network=network), str(table)
    assert blocks is not None
    from adit.evidence.sources import blk_files, raw_blocks

    if blk_files.are_block_files(blocks):
        return lambda: blk_files.read(blocks, network=network, incomplete=incomplete), str(blocks)
    return lambda: raw_blocks.read(blocks, network=network), str(blocks)


def _answer(found: "Found", source: str, network: str, watched: int, problems: list[str]) -> dict[str, Any]:
    from adit.evidence.chain.receipts import COLUMNS, cells

    def rows(receipts: "Iterable[Receipt]") -> list[dict[str, Any]]:
        return [dict(zip(COLUMNS, cells(r), strict=True)) | {"payers": list(r.payers)} for r in receipts]

    return {
        "adit": __version__, "data": vintages(EPOCHS) if network == "mainnet" and found.proven else {}, "source": source,
        "network": network, "verified": found.proven, "blocks": found.blocks, "transactions": found.transactions,
        "pieces": found.pieces, "tip": found.tip, "watched": watched, "receipts": rows(found.receipts),
        "waiting": rows(found.waiting), "withdrawn": rows(found.withdrawn), "lost_blocks": list(found.lost_blocks),
        "problems": problems,
    }  # fmt: skip


def _csv(receipts: "Iterable[Receipt]") -> str:
    """The receipts as CSV; no cell that a spreadsheet would take for a formula."""
    from adit.evidence.chain.receipts import COLUMNS, cells

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in cells(receipt)] for receipt in receipts)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _print(found: "Found", source: str) -> None:
    counts = f"{counted(found.blocks, 'block')}, {counted(found.transactions, 'transaction')}"
    proof = "every hash worked out anew" if found.proven else "as the table tells it; nothing of it can be verified"
    say(f"{as_bold(source)} · {counts} · {proof}")
    rows = [
        (f"{r.txid[:12]}...:{r.vout}", "" if r.height is None else printed(r.height),
         f"{r.block_time_utc:%Y-%m-%d %H:%M}" if r.block_time_utc else "", r.address or f"script {r.script_hex}",
         printed(r.amount_sat), "coinbase" if r.coinbase else "\n".join(r.payers) or "not known",
         "" if r.confirmations is None else printed(r.confirmations))
        for r in found.receipts
    ]  # fmt: skip
    header = ("output", "height", "UTC", "address", "satoshi", "paid from", "deep")
    write_table("", header, rows, right=("height", "satoshi", "deep"))
    total = sum(r.amount_sat for r in found.receipts)
    say(f"{counted(len(found.receipts), 'receipt')}, {printed(total)} satoshi")


def _report(found: "Found", problems: list[str]) -> None:
    """To standard error: what waits, what was taken back, what does not hold."""
    if found.waiting:
        new = sum(r.coinbase for r in found.waiting)
        log(
            f"{counted(len(found.waiting), 'receipt')} not deep enough yet, {new:,} of them new coins, which count after 100 "
            "confirmations. Pass --tip if blocks are known that are not here."
        )
    if found.pieces > 1:
        log(f"The blocks form {found.pieces:,} pieces that no link joins; what lies between them was not seen.")
    if found.lost_blocks:
        log(
            f"{counted(len(found.lost_blocks), 'block')} lost to a branch with more work: {', '.join(found.lost_blocks[:5])}"
        )
    for receipt in found.withdrawn:
        click.echo(as_warning(f"withdrawn: {receipt.txid} output {receipt.vout}, its block does not stand"), err=True)
    for problem in problems:
        click.echo(as_warning(problem), err=True)
