"""What the commands of tracing have in common: reading blocks with progress, labels, the basis of an answer, printing a finding."""

import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adit import __version__
from adit.cli.output import as_bold, as_dim, as_warning, counted, log, progress, say, write_table, write_whole
from adit.cli.screen_telling import harmless
from adit.terms.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from adit.evidence.chain.layout import Blocks
    from adit.terms.errors import RowProblem
    from adit.tracing.answer import Answer, Basis
    from adit.tracing.chain import Chain
    from adit.tracing.finding import Finding

__all__ = [
    "basis",
    "blocks_options",
    "budget_option",
    "checked_page",
    "day_of",
    "print_finding",
    "read_chain",
    "report_option",
    "shortened",
    "tell_basis",
    "write_page",
]  # fmt: skip

_LONGEST = 64  # signs of an address; a script in hexadecimal may have thousands
report_option = click.option(
    "--report", type=click.Path(path_type=Path), help="Also write a page to read and print: FILE.html."
)
budget_option = click.option(
    "--budget", type=int, default=100_000, show_default=True, help="Fragments to look at when following back; what is left is reported in satoshi."
)  # fmt: skip


def blocks_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which blocks are read."""
    from adit.cli.chain_block import network_option

    options = [
        click.option(
            "--blocks", type=click.Path(path_type=Path, exists=True), multiple=True, required=True,
            help="blk*.dat of a node with their xor.dat, or raw blocks: a folder or a file. May be given several times.",
        ),
        click.option("--start-height", type=click.IntRange(0), help="Height of the first block, where no block says it."),
        click.option("--incomplete", is_flag=True, help="The newest blk file may end inside a block, as while a node writes."),
        network_option,
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def read_chain(blocks: Sequence[Path], network: str, start_height: int | None, incomplete: bool) -> "Chain":
    """The chain of these files."""
    from adit.tracing.reading import Reading

    reading = Reading(network)
    with progress("reading the chain") as step:
        done = 0
        for batch in _batches(blocks, network, incomplete):
            reading.take(batch)
            done += len(batch.hash)
            step(f"{done:,} blocks")
        step("putting it in order")
        return reading.chain(start_height=-1 if start_height is None else start_height)


def basis(chain: "Chain", files: Sequence[Path], vintages: Mapping[str, str]) -> "Basis":
    """What an answer of the command that runs now rests on."""
    from adit.evidence.sources.tables import digest
    from adit.tracing.answer import basis_of

    command = shlex.join(["adit", *sys.argv[1:]])
    return basis_of(
        chain, command=command, files={str(f): digest(f) for f in files}, vintages=vintages, version=__version__
    )


def day_of(on: datetime | None) -> "date | None":
    """The day that an option names."""
    return on.date() if on else None


def checked_page(report: Path | None) -> None:
    """Raises BadInput for a report that is no page, before anything is read."""
    if report is not None and report.suffix != ".html":
        raise BadInput(f"{report} is not a page.", todo="Write --report trace.html.")


def write_page(report: Path | None, answer: "Answer", language: str) -> None:
    """The answer as a page, where one was asked for."""
    if report is not None:
        from adit.desk.trace_page import page

        write_whole(report, page(answer, language))
        log(f"written to {report}")


def print_finding(found: "Finding", language: str) -> None:
    """One finding for people."""
    from adit.tracing.telling import path_said, phrase, tell

    told = tell(found, language)
    say(as_bold(told.headline))
    for sentence in told.sentences:
        say(harmless(sentence))
    write_table("", ("", phrase("satoshi", language), "%"), told.numbers, right=(phrase("satoshi", language), "%"))
    if told.ends:
        write_table(
            phrase("ends", language), ("", phrase("satoshi", language), phrase("transaction", language)), told.ends
        )
    names = tuple(phrase(k, language) for k in ("height", "transaction", "from", "to", "satoshi", "hops"))
    for path in found.paths:
        rows = [
            ("" if s.height is None else s.height, s.txid, shortened(s.payer), shortened(s.payee), s.sat, s.hops)
            for s in path.steps
        ]
        write_table(path_said(path, language), names, rows, right=(names[0], names[4], names[5]))
    for text, grey in told.labels:
        say(f"  {as_dim(harmless(text)) if grey else harmless(text)}")
    for text in told.clears:
        say(f"  {as_warning(phrase('clears', language))}  {text}")
    for text in told.notes:
        say(f"  {as_dim(text)}")


def shortened(text: str) -> str:
    """A script that has no address, cut to what tells it from others; an address stays whole."""
    return text if len(text) <= _LONGEST else f"script {text[:16]}..."


def tell_basis(chain: "Chain", problems: "Sequence[tuple[Path, Sequence[RowProblem]]]" = ()) -> bool:
    """On standard error: what is not known, and what does not hold. Whether anything did not hold."""
    if chain.pieces > 1:
        log(f"The blocks form {chain.pieces:,} pieces that no link joins; what lies between them was not seen.")
    if chain.graph.unseen:
        log(
            f"{counted(chain.graph.unseen, 'input')} of {len(chain.graph.prev):,} spend what is not among these blocks; "
            "what hangs on them is not resolved."
        )
    rows = [f"{path} {problem}" for path, found in problems for problem in found]
    for text in (*chain.faults, *rows):
        click.echo(as_warning(text), err=True)
    return bool(chain.faults or rows)


def _batches(blocks: Sequence[Path], network: str, incomplete: bool) -> "Iterator[Blocks]":
    from adit.evidence.sources import blk_files, raw_blocks

    for path in blocks:
        if blk_files.are_block_files(path):
            yield from blk_files.read(path, network=network, incomplete=incomplete)
        else:
            yield from raw_blocks.read(path, network=network)
