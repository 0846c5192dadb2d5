"""`adit settlement`: payments of foreign trade in digital currency, from the draft to the block that shows them. Nothing here holds a key or pays."""

import json
import uuid
from hashlib import sha256
from pathlib import Path

import click

from adit import __version__
from adit.cli.output import (
    as_bold,
    as_warning,
    format_option,
    log,
    say,
    table_or_json,
    write_csv,
    write_json,
    write_table,
    write_whole,
)
from adit.cli.settlement_office import folder_option, hand_options, opened
from adit.cli.settlement_reading import read_data, read_evidence, read_state
from adit.cli.settlement_telling import print_settlement, told_of
from adit.terms.errors import BadInput

__all__ = ["settlement"]

_EXPORTS = ("json", "ivms101", "iso20022")


@click.group()
def settlement() -> None:
    """Settle contracts of foreign trade in digital currency, under the regime of the day, with everybody screened at every step.

    Adit holds no key, signs nothing and sends nothing. What looks like a key, a seed or a transaction to be signed is refused.
    """


@settlement.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@folder_option
@hand_options
@click.option(
    "--network", type=click.Choice(("mainnet", "testnet", "regtest")), default="mainnet", show_default=True,
    help="Of the addresses. A test network is for trials alone.",
)  # fmt: skip
@click.option(
    "--regime",
    default="",
    help="Under which regime; else the one in the file, else the office's. One that is not in force makes a trial.",
)
@click.option("--key", default="", help="Enter it once, however often this is sent.")
@format_option
def new(
    file: Path, folder: Path, login: str, password: str, code: str, network: str, regime: str, key: str, format_: str
) -> None:
    """Enter a draft from FILE (TOML or JSON): contract, participants with their owners, one payment.

    \b
    Example:
      adit settlement new examples/settlement/ten_contracts/10_state_tied_in_the_pilot.toml --network regtest --as olga
    """
    from adit import law
    from adit.register.records import TradeContract
    from adit.register.store import one
    from adit.settlement.cells import text_in
    from adit.settlement.papers import read_papers
    from adit.settlement.store import enter
    from adit.terms.errors import UnknownName

    data = read_data(file)
    named = text_in(data, "regime", "papers", "")
    if named and named not in law.names():  # rules are programs: none is run because a stranger's file names its folder
        raise UnknownName("regime", named, law.names(), where="regime")
    with opened(folder, login, password, code, regime) as office:
        act = office.act(regime or named or office.regime)
        if network != "mainnet" and act.status == "in force":
            raise BadInput(
                "What is really paid is paid on the main network.", where="--network", todo="Try it under a proposal."
            )
        with office.desk.reading() as connection:
            papers = read_papers(
                data, act=act, hand=office.hand, new_id=office.desk.new_id, uetr=str(uuid.uuid4()), network=network,
                contract_of=lambda id_: one(connection, TradeContract, id_).record, log=lambda s: log(f"refused: {s.kind} in {s.where}"),
            )  # fmt: skip
        hand, on = office.hand, office.desk.legal_day()
        asked = sha256(json.dumps([data, act.id, hand, network], default=str, sort_keys=True).encode()).digest()
        made = office.write_once(lambda t: enter(t, papers, hand=hand, on=on), key or office.desk.new_id("key"), asked)
        answer = dict(made.answer) | {"trial": papers.settlement[1].trial, "again": made.again}
    if format_ == "json":
        write_json({"adit": __version__, **answer})
    elif format_ == "csv":
        write_csv(tuple(answer), [tuple(answer.values())])
    else:
        say(str(answer["id"]))
        log(f"entered as a draft under {act.id}{', a trial: the regime is not in force' if answer['trial'] else ''}")


@settlement.command(name="list")
@folder_option
@click.option("--state", default="", help="Only those in this state, such as HOLD.")
@click.option("--trials/--real", default=None, help="Only trials, or only real ones.")
@format_option
def list_(folder: Path, state: str, trials: bool | None, format_: str) -> None:
    """List settlements, the newest change first.

    \b
    Example:
      adit settlement list --state HOLD
    """
    from adit.settlement.money import in_units
    from adit.settlement.states import State
    from adit.settlement.store import lines
    from adit.terms.errors import UnknownName

    if state and state.upper() not in [s.value for s in State]:
        raise UnknownName("state", state, [s.value for s in State])
    with opened(folder) as office, office.desk.reading() as connection:
        found = lines(connection, state=state.upper(), trial=trials)
    header = ("id", "state", "contract", "payer", "payee", "value", "satoshi", "trial")
    rows = [
        (x.stated.id, x.stated.record.state, x.contract, x.payer, x.payee, f"{in_units(x.stated.record.value_minor, x.currency)} {x.currency}",
         str(x.stated.record.amount_sat), x.stated.record.trial)
        for x in found
    ]  # fmt: skip
    match format_:
        case "json":
            write_json({"adit": __version__, "settlements": [dict(zip(header, r, strict=True)) for r in rows]})
        case "csv":
            write_csv(header, rows)
        case _:
            write_table("", header, rows, right=("value", "satoshi"))


@settlement.command()
@click.argument("id_", metavar="ID")
@folder_option
@table_or_json
@click.pass_context
def show(context: click.Context, id_: str, folder: Path, format_: str) -> None:
    """Show a settlement: where it stands, each step with its reason, on which receipts it rests. Exit code 1: it is stopped.

    \b
    Example:
      adit settlement show settlement-8k2m4n6p8q
    """
    from adit.settlement.states import LINE, State

    with opened(folder) as office:
        told, _ = told_of(office, id_)
    if format_ == "json":
        write_json({"adit": __version__, **told})
    else:
        print_settlement(told)
    context.exit(0 if State(told["settlement"]["state"]) in LINE else 1)


@settlement.command()
@click.argument("id_", metavar="ID")
@folder_option
@hand_options
@click.option("--to", default="", help="Where to: RECALLED, REFUSED, DISPUTED ...; else the next state.")
@click.option("--reason", default="", help="Why it is stopped, as those concerned will read it.")
@click.option("--cites", default="", help="The article, for a refusal.")
@click.option(
    "--evidence", "evidence_file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="TOML with [acknowledgement], [payment] txid, [papers], as far as the step needs them.",
)  # fmt: skip
@click.option(
    "--blocks", type=click.Path(path_type=Path, exists=True), multiple=True,
    help="Blocks in which the coins are traced and the payment is seen: blk*.dat of a node, or raw blocks.",
)  # fmt: skip
@click.option("--start-height", type=click.IntRange(0), help="Height of the first block, where no block says it.")
@click.option("--regime", default="", help="The folder of the act, of a trial under one of your own.")
@click.option("--key", default="", help="Take the step once, however often this is sent.")
@table_or_json
@click.pass_context
def advance(
    context: click.Context, id_: str, folder: Path, login: str, password: str, code: str, to: str, reason: str, cites: str,
    evidence_file: Path | None, blocks: tuple[Path, ...], start_height: int | None, regime: str, key: str, format_: str,
) -> None:  # fmt: skip
    """Take a settlement one step further. Everybody is screened first; what is found is entered as the state to which it leads.

    Exit code 1: it was stopped, and the reason is told.

    \b
    Example:
      adit settlement advance settlement-8k2m4n6p8q --as petr --blocks blocks --evidence evidence.toml
    """
    from adit.settlement.running import advance as advance_it
    from adit.settlement.states import LINE, State

    with opened(folder, login, password, code, regime) as office:
        evidence = read_evidence(office, id_, read_data(evidence_file) if evidence_file else {}, blocks, start_height)
        done = advance_it(
            office.desk,
            id_,
            hand=office.hand,
            key=key or office.desk.new_id("key"),
            to=read_state(to),
            evidence=evidence,
            reason=reason,
            cites=cites,
        )
    if format_ == "json":
        write_json({"adit": __version__, **done})
    else:
        say(f"{as_bold(done['state'])}  {done['reason']}")
    context.exit(0 if State(done["state"]) in LINE else 1)


@settlement.command()
@click.argument("id_", metavar="ID")
@folder_option
@click.option(
    "--format", "format_", type=click.Choice(_EXPORTS), default="json", show_default=True, help="What to write."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write it to this file instead.")
@click.pass_context
def export(context: click.Context, id_: str, folder: Path, format_: str, out: Path | None) -> None:
    """Write a settlement for others: json (all of it), ivms101 (the data that travel with it), iso20022 (pacs.008, to be read; it pays nothing).

    Exit code 1: the data are not whole by the rules of IVMS101, and each breach is told.

    \b
    Example:
      adit settlement export settlement-8k2m4n6p8q --format ivms101 --out travel.json
    """
    from adit.settlement.messages.iso20022 import as_xml
    from adit.settlement.messages.ivms101 import as_json, payload
    from adit.settlement.messages.ivms101_rules import breaches

    found: list[str] = []
    with opened(folder) as office:
        told, of = told_of(office, id_)
        match format_:
            case "ivms101":
                travels = payload(of)
                found = breaches(travels, office.desk.legal_day())
                body = {"trial": True, **as_json(travels)} if of.settlement.trial else as_json(travels)
                text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
            case "iso20022":
                text = as_xml(of, office.desk.moment())
            case _:
                text = json.dumps({"adit": __version__, **told}, ensure_ascii=False, indent=1, default=str) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        write_whole(out, text)
        log(f"written to {out}")
    for breach in found:
        click.echo(as_warning(breach), err=True)
    context.exit(1 if found else 0)
