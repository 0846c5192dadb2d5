"""`adit desk rotate-key` takes a new key for the secrets of an office; `adit desk seal` seals a file of the operator with it."""

from pathlib import Path

import click

from adit.cli.output import counted, log, say

__all__ = ["rotate_key", "seal"]

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Of the office; else the one that is named before the command, or office.",
)


def _folder(context: click.Context, named: Path | None) -> Path:
    """The folder of the office: named after this command, or after `adit desk`."""
    found = named if named is not None or context.parent is None else context.parent.params.get("folder")
    return found if isinstance(found, Path) else Path("office")


@click.command("rotate-key")
@folder_option
@click.option("--forget", is_flag=True, help="Remove earlier keys that nothing in the database uses any more.")
@click.option(
    "--lost", is_flag=True, help="The keys are gone for good: let go what they sealed, and begin with new ones."
)
@click.pass_context
def rotate_key(context: click.Context, folder: Path | None, forget: bool, lost: bool) -> None:
    """Take a new key, and seal every secret of the office anew under it. The desk may go on working.

    With --forget earlier keys are removed: backups made under them need the file as it was, so keep a copy of it apart. With --lost second factors
    have to be set up anew, webhooks have ended, and the key of checkpoints, which was locked under the keys, gives way to a new one.

    \b
    Example:
      adit desk rotate-key --folder office
    """
    from adit.desk.keys import open_keys
    from adit.desk.office import check_there, read_settings
    from adit.desk.sealing import let_go, needed, renew
    from adit.engines.database import open_database
    from adit.journal.store import open_key, set_aside
    from adit.register.store import migrate

    settings = read_settings(_folder(context, folder))
    check_there(settings)
    database = open_database(settings.database, settings.folder)
    try:
        migrate(database)
        if lost:
            accounts, webhooks = let_go(database)
            say(f"{counted(accounts, 'second factor')} to be set up anew, {counted(webhooks, 'webhook')} ended")
            aside = set_aside(settings.folder)
            open_keys(settings.keys)
            if aside is not None:
                log(
                    f"the key of the checkpoints cannot be opened any more, and lies at {aside}: tell those who verify that a new one follows"
                )
            return
        keys = open_keys(settings.keys, needed(database))
        made = renew(
            database,
            keys,
            lock=lambda: open_key(settings.folder, settings.log_name, keys.passwords()),
            forget=forget,
        )
    finally:
        database.close()
    say(f"{made.key}: {counted(made.secrets, 'secret')} sealed under it")
    for gone in made.gone:
        say(f"{gone}: removed")
    log(f"keep a copy of {settings.keys} apart, where neither the database nor its backups are")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@folder_option
@click.pass_context
def seal(context: click.Context, file: Path, folder: Path | None) -> None:
    """Seal the secret for the provider of sign-ins in its file, so that only this office can read it.

    \b
    Example:
      adit desk seal office/provider.secret --folder office
    """
    import os

    from adit.desk.keys import SEALED, open_keys
    from adit.desk.office import read_settings
    from adit.desk.sealing import ABOUT_PROVIDER

    settings = read_settings(_folder(context, folder))
    text = file.read_text(encoding="utf-8").strip()
    keys = open_keys(settings.keys)
    plain = keys.unseal(text, ABOUT_PROVIDER) if text.startswith(SEALED) else text
    partial = file.with_name(f".{file.name}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(keys.seal(plain, ABOUT_PROVIDER) + "\n")
    partial.replace(file)
    say(f"{file} is sealed under {keys.current}")
