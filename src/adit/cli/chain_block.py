"""`adit chain block`: what one block shows."""

from pathlib import Path
from typing import Any

import click

from adit import __version__
from adit.cli.output import (
    amount,
    as_bold,
    as_dim,
    as_warning,
    counted,
    printed,
    say,
    table_or_json,
    write_json,
    write_table,
)

__all__ = ["EPOCHS", "block", "network_option", "vintages"]

EPOCHS = "network/btc_retarget_epochs.csv"

network_option = click.option(
    "--network",
    type=click.Choice(("mainnet", "testnet", "regtest")),
    default="mainnet",
    show_default=True,
    help="Whose blocks they are.",
)


def vintages(*files: str) -> dict[str, str]:
    """The vintage of each shipped file, as answers carry it."""
    from adit.evidence.sources.catalogue import dataset

    return {file: dataset(file).vintage for file in files}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--height", type=click.IntRange(0), help="Its height, where the block is too old to say it (before version 2)."
)
@click.option(
    "--pools", type=click.Path(path_type=Path), help="Another list of pools, in the format of mempool/mining-pools."
)
@network_option
@table_or_json
@click.pass_context
def block(
    context: click.Context, file: Path, height: int | None, pools: Path | None, network: str, format_: str
) -> None:
    """Show one block: height, time, what its finder wrote and was paid, fees, and the pool with how sure that is.

    FILE is a raw block, in bytes or hexadecimal, as `getblock HASH 0` gives it. It is verified first.

    \b
    Example:
      adit chain block examples/chain/blocks/333961.raw
    """
    from adit.evidence.chain.sight import look
    from adit.evidence.sources.block_bytes import read_bytes
    from adit.evidence.sources.pools import read_pools

    known = read_pools(pools)
    seen = look(read_bytes(file), str(file), network, known, height)
    match format_:
        case "json":
            write_json(
                {"adit": __version__, "data": {"pools": known.vintage, **vintages(EPOCHS)}, "file": str(file), **seen}
            )
        case _:
            _print_block(seen, known.vintage)
    for finding in seen["findings"]:
        click.echo(as_warning(finding), err=True)
    context.exit(1 if seen["findings"] else 0)


def _print_block(seen: dict[str, Any], vintage: str) -> None:
    pool, between = seen["pool"], seen["heights_by_difficulty"]
    if seen["height"] is not None:
        height = printed(seen["height"])
    else:
        height = f"not said; by its difficulty {between[0]:,} to {between[1]:,}" if between else "not known"
    name = "not known" if pool["name"] is None else f"{pool['name']}, by {pool['grade']}"
    lines = [
        ("block", seen["hash"]), ("height", height), ("time", seen["time_utc"]), ("version", f"0x{seen['version'] & 0xFFFFFFFF:08x}"),
        ("size", f"{seen['size']:,} bytes, {counted(seen['transactions'], 'transaction')}"),
        ("coinbase", seen["coinbase_text"] or "no text"),
        ("pool", name),
        *([("group", f"{pool['group']} (suspected)")] if pool["group"] else []),
        ("coinbase pays", amount(seen["coinbase_sat"], "satoshi")),
        ("fees", "not known" if seen["fees_sat"] is None else amount(seen["fees_sat"], "satoshi")),
        ("all outputs", amount(seen["output_sat"], "satoshi")),
        ("verified", ", ".join(seen["verified"])),
    ]  # fmt: skip
    for label, text in lines:
        say(f"{as_bold(f'{label:<14}')} {text}")
    rows = [(p["address"] or f"script {p['script_hex']}", printed(p["amount_sat"])) for p in seen["payees"]]
    write_table("Payees", ("address", "satoshi"), rows, right=("satoshi",))
    say(as_dim(f"pools: {vintage}"))
