"""`adit desk` opens the office for browsers; `adit register` looks after its journal."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adit.cli.backup import backup, restore
from adit.cli.keys import rotate_key, seal
from adit.cli.output import as_warning, counted, format_option, log, progress, say, write_csv, write_json, write_table

if TYPE_CHECKING:
    from adit.desk.office import Office

__all__ = ["desk", "register"]

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("office"),
    show_default=True,
    help="Of the office: its key, uploads, own database.",
)


@click.group(invoke_without_command=True)
@folder_option
@click.option(
    "--demo",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="A demonstration with invented people, built in the folder at first.",
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 16), help="Processes; they share the database."
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="ADIT_KEY_FILE",
    help="Of the keys that secrets are sealed with; else FOLDER/secrets.key.",
)
@click.pass_context
def desk(
    context: click.Context, folder: Path, demo: Path | None, host: str, port: int, workers: int, key_file: Path | None
) -> None:
    """Open the register and its desk at http://HOST:PORT.

    Settings come from the environment: ADIT_DATABASE (postgresql://...; else one of its own), ADIT_URL, ADIT_NAME_EN, ADIT_NAME_RU,
    ADIT_ADDRESS, ADIT_ZONE, ADIT_REGIME. The first administrator is made by `adit register administrator`.

    \b
    Example:
      adit desk --demo demo/office
    """
    if key_file is not None:
        os.environ["ADIT_KEY_FILE"] = str(key_file)  # read with the other settings, in other processes too
    if context.invoked_subcommand is None:
        _serve(folder, demo, host, port, workers)


for command in (rotate_key, seal):
    desk.add_command(command)


def _serve(folder: Path, demo: Path | None, host: str, port: int, workers: int) -> None:
    """Serve the office until it is told to stop."""
    import uvicorn

    from adit.desk.app import create_app, set_up_logs
    from adit.desk.demo import open_demo
    from adit.desk.office import open_office, read_settings

    set_up_logs()
    url = f"http://{host}:{port}"
    if demo is not None:
        with progress("building the demonstration") as step:
            office = open_demo(demo, url, progress=step)
        log(
            f"the demonstration is at {url}; sign in as miner, officer, second or admin with the password 'demonstration office'"
        )
    else:
        office = open_office(read_settings(folder))
        log(f"the desk is at {office.settings.url}")
    if workers == 1:
        uvicorn.run(
            create_app(office, close_with_app=True, work=True),
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
        )
        return
    import shutil

    counted = (demo or folder) / "metrics"  # where the processes count together
    shutil.rmtree(counted, ignore_errors=True)
    counted.mkdir(parents=True)
    os.environ.update(
        PROMETHEUS_MULTIPROC_DIR=str(counted),
        ADIT_SERVED_FOLDER=str(demo or folder),
        ADIT_SERVED_DEMO="yes" if demo else "",
        ADIT_DATABASE=office.database.address,
        ADIT_URL=office.settings.url,
    )
    try:
        uvicorn.run(
            "adit.desk.serve:app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=None,
            access_log=False,
            server_header=False,
        )
    finally:
        office.close()


@click.group()
def register() -> None:
    """Look after the register: verify its journal, sign and export it, make its tables anew."""


for command in (backup, restore):
    register.add_command(command)


def _open(folder: Path) -> "Office":
    """The office that is there. Raises NotFound for a folder without one."""
    from adit.desk.office import check_there, open_office, read_settings

    settings = read_settings(folder)
    check_there(settings)
    return open_office(settings)


@register.command()
@folder_option
@click.option("--login", required=True)
@click.option("--name", required=True)
@click.password_option(help="Asked for where it is not given.")
def administrator(folder: Path, login: str, name: str, password: str) -> None:
    """Make an administrator's account, the first one or another.

    \b
    Example:
      adit register administrator --login alla --name "Alla Petrova"
    """
    from adit.desk.office import open_office, read_settings
    from adit.desk.web.accounts import add_account

    office = open_office(read_settings(folder))
    try:
        say(add_account(office, login=login, name=name, roles=["administrator"], password=password, by="office-000001"))
    finally:
        office.close()


@register.command()
@folder_option
@format_option
@click.pass_context
def verify(context: click.Context, folder: Path, format_: str) -> None:
    """Work out every hash of the journal anew; exit 1 with each fault and its entry.

    \b
    Example:
      adit register verify --folder office
    """
    from adit import __version__
    from adit.journal import store as journal

    office = _open(folder)
    try:
        with progress("verifying") as step, office.reading() as connection:
            size, root, faults = journal.verify(connection, progress=lambda n: step(counted(n, "entry")))
    finally:
        office.close()
    match format_:
        case "json":
            write_json({"adit": __version__, "entries": size, "root": root.hex(), "faults": faults})
        case "csv":
            write_csv(("fault",), [(f,) for f in faults])
        case _:
            for fault in faults:
                say(as_warning(fault))
            say(f"{counted(size, 'entry')}, {counted(len(faults), 'fault')}, root {root.hex()}")
    context.exit(1 if faults else 0)


@register.command()
@folder_option
def checkpoint(folder: Path) -> None:
    """Sign the journal as it stands, and print the checkpoint: keep it where the office cannot reach it.

    \b
    Example:
      adit register checkpoint --folder office > 2025-04-01.txt
    """
    from adit.journal import store as journal

    office = _open(folder)
    try:
        with office.reading() as connection:
            say(journal.make_checkpoint(connection, office.key, office.now()).rstrip("\n"))
        log(f"verifier key: {office.key.verifier}")
    finally:
        office.close()


@register.command()
@folder_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="A folder for entries.jsonl, checkpoint.txt and verify.py.",
)
def export(folder: Path, out: Path) -> None:
    """Write the journal so that others verify it without Adit: python verify.py OUT KEY.

    \b
    Example:
      adit register export --folder office --out exported
    """
    from adit.journal import store as journal

    office = _open(folder)
    try:
        with progress("exporting") as step, office.reading() as connection:
            journal.make_checkpoint(connection, office.key, office.now())
            count = journal.export(connection, out, progress=lambda n: step(counted(n, "entry")))
        say(f"{counted(count, 'entry')} in {out}; verify with: python {out / 'verify.py'} {out} {office.key.verifier}")
    finally:
        office.close()


@register.command()
@folder_option
@format_option
@click.pass_context
def rebuild(context: click.Context, folder: Path, format_: str) -> None:
    """Make every table of records anew from the journal; exit 1 where one differed from what follows from it.

    \b
    Example:
      adit register rebuild --folder office
    """
    from adit import __version__
    from adit.register.store import rebuild as rebuild_tables

    office = _open(folder)
    try:
        with progress("rebuilding") as step:
            made = rebuild_tables(office.database, progress=lambda n: step(counted(n, "entry")))
    finally:
        office.close()
    rows = [(table, "as before" if before == after else "differed", after) for table, (before, after) in made.items()]
    match format_:
        case "json":
            write_json({"adit": __version__, "tables": [{"table": t, "state": s, "hash": h} for t, s, h in rows]})
        case "csv":
            write_csv(("table", "state", "hash"), rows)
        case _:
            write_table("", ("table", "state", "hash"), [(t, s, h[:16]) for t, s, h in rows])
    context.exit(1 if any(s == "differed" for _, s, _ in rows) else 0)
