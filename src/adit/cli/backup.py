"""`adit register backup` writes an office into one file; `adit register restore` makes an office of it again, and verifies it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from adit.cli.output import as_warning, counted, log, progress, say

__all__ = ["backup", "restore"]

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("office"),
    show_default=True,
    help="Of the office: its own database, unless ADIT_DATABASE names one.",
)


@click.command()
@folder_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder for the file, which is named after the office and the minute.",
)
@click.option(
    "--with-keys",
    is_flag=True,
    help="Put the keys into it, too: whoever has the file then signs and reads as the office does.",
)
@click.pass_context
def backup(context: click.Context, folder: Path, out: Path, with_keys: bool) -> None:
    """Write the register into one file while the desk goes on working; exit 1 where its journal has faults.

    The key of the checkpoints and the keys of secrets are not in it, nor are acts of the office's own: keep FOLDER/checkpoint.key and
    FOLDER/secrets.key apart from the backups.

    \b
    Example:
      adit register backup --folder office --out backups
    """
    from adit.desk.backup import back_up
    from adit.desk.office import check_there, read_settings
    from adit.engines.database import open_database

    settings = read_settings(folder)
    check_there(settings)
    with progress("backing up") as step:
        step("reaching the database")
        database = open_database(settings.database, settings.folder)
        try:
            file, manifest = back_up(
                database,
                out,
                datetime.now(UTC),
                name=folder.resolve().name or "office",
                uploads=settings.folder / "uploads",
                keys=[f for f in (folder / "checkpoint.key", settings.keys) if f.exists()] if with_keys else [],
                progress=step,
            )
        finally:
            database.close()
    say(f"{file}: {counted(manifest.size, 'entry')}, root {manifest.root}")
    if with_keys:
        log("the keys of the office are in it: keep it where only those come who may sign and read as the office does")
    else:
        log(
            f"the key of the checkpoints is not in it: keep {folder / 'checkpoint.key'} apart, where the backups are not"
        )
        log(f"nor are the keys of secrets: keep {settings.keys} there, too")
    for fault in manifest.faults:
        say(as_warning(fault))
    if manifest.faults:
        log("a journal with faults is not restored: keep the older backups")
    context.exit(1 if manifest.faults else 0)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@folder_option
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A published checkpoint: what is restored has to go on from it.",
)
@click.option("--key", help="The office's verifier key, with which the checkpoint is verified.")
def restore(file: Path, folder: Path, checkpoint: Path | None, key: str | None) -> None:
    """Restore a backup into an office without entries, and verify its whole journal; where anything is wrong, nothing is restored.

    Without a checkpoint from outside, a backup proves only that it is whole, not that it is the newest or the true one.
    A dump is a program that the database runs: restore only what comes from hands you trust.

    \b
    Example:
      adit register restore backups/office-2025-04-01T0900Z.adit-backup --folder office2
    """
    from adit.desk.backup import opened
    from adit.desk.backup import restore as restore_backup
    from adit.desk.office import read_settings
    from adit.desk.sealing import needed
    from adit.engines.database import open_database
    from adit.journal.checkpoint import open_note

    if (checkpoint is None) != (key is None):
        raise click.UsageError("--checkpoint and --key belong together: give both or neither.")
    published = open_note(checkpoint.read_text(encoding="utf-8"), key) if checkpoint is not None and key else None
    settings = read_settings(folder)
    with progress("checking") as step, opened(file, progress=step) as found:
        step("reaching the database")
        database = open_database(settings.database, settings.folder)
        try:
            restore_backup(found, database, uploads=settings.folder / "uploads", published=published, progress=step)
            sealed_under = needed(database)
        finally:
            database.close()
        for name, content in found.keys.items():
            _put_back(settings.keys if name == settings.keys.name else folder / name, content)
    manifest = found.manifest
    say(f"{counted(manifest.size, 'entry')} of {manifest.made_at_utc} restored, root {manifest.root}")
    if published is not None:
        log(f"they go on from the checkpoint that was signed over {published.size:,} entries")
    if not (folder / "checkpoint.key").exists():
        log(
            f"put the key of the checkpoints back as {folder / 'checkpoint.key'} before the desk opens, or it makes a new one"
        )
    if not settings.keys.exists() and sealed_under:
        log(
            f"put the keys of secrets back as {settings.keys}: what is sealed needs {', '.join(sorted(sealed_under))}, and the desk does not open without"
        )


def _put_back(file: Path, content: bytes) -> None:
    """Write a file of keys for its owner alone, unless it is there."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
