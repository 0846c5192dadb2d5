"""`adit explain`: a stored decision told again, from the file alone."""

from pathlib import Path

import click

from adit.cli.output import language_option, out_option, write_json, write_out

__all__ = ["explain"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--full", is_flag=True, help="Show every rule, fact and dated value that was looked at.")
@click.option("--schema", "wants_schema", is_flag=True, help="Print the JSON Schema of stored decisions instead.")
@out_option
@language_option
def explain(file: Path | None, full: bool, wants_schema: bool, out: tuple[Path, ...], language: str) -> None:
    """Tell a stored decision again: what was answered, and why, from FILE alone.

    No regime is read: the file holds every sentence, number, day and article, in each language that the act had on that day.

    \b
    Examples:
      adit explain examples/decision.json
      adit explain examples/decision.json --lang ru --out decision.html
    """
    from adit.cli.telling import print_telling
    from adit.decision.stored.store import read_record, schema
    from adit.decision.stored.telling import tell
    from adit.terms.errors import BadInput

    if wants_schema:
        write_json(schema())
        return
    if file is None:
        raise BadInput("No stored decision is named.", todo="Write adit explain decision.json.")
    record = read_record(file)
    try:
        telling = tell(record, language)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise BadInput(
            f"This is not a whole decision: {error!r} in one of its answers.",
            where=str(file),
            todo="Keep the file as it was written.",
        ) from error
    print_telling(telling, full=full)
    write_out(out, record, language)
