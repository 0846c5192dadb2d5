"""Brings the tables of a database to the newest step. The steps are Alembic scripts; what they make is SQL of our own."""

import warnings
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg.sql import SQL, Identifier
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from adit.engines.database import OFFICE, OWNER, READER, Database, errors
from adit.terms.errors import BadInput

__all__ = ["SCHEMAS", "make_roles", "migrate", "newest", "standing"]

SCHEMAS = ("journal", "register", "desk")


def _config(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def newest(scripts: Path) -> str:
    """The newest step that this program knows."""
    return ScriptDirectory.from_config(_config(scripts)).get_current_head() or ""


def standing(database: Database) -> str:
    """The step at which a database stands; empty where it has none of the tables."""
    with database.connect(role="", autocommit=True) as connection:
        [(there,)] = connection.execute("SELECT to_regclass('journal.migration') IS NOT NULL").fetchall()
        rows = connection.execute("SELECT version_num FROM journal.migration").fetchall() if there else []
    return str(rows[0][0]) if rows else ""


def make_roles(database: Database) -> None:
    """The roles of the office, in a cluster that does not have them, granted to the user of the database.

    Raises BadInput where that user may not make what is missing.
    """
    try:
        with database.opened(role="") as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('adit migrations'))")
            for role in (OWNER, OFFICE, READER):
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    connection.execute(SQL("CREATE ROLE {} NOLOGIN").format(Identifier(role)))
                if not connection.execute("SELECT 1 WHERE pg_has_role(%s, 'member')", [role]).fetchone():
                    connection.execute(SQL("GRANT {} TO CURRENT_USER").format(Identifier(role)))
    except errors.InsufficientPrivilege as error:
        raise BadInput(
            f"The roles of the office cannot be made: {str(error).splitlines()[0]}.",
            todo=f"Have an administrator make {OWNER}, {OFFICE} and {READER}, and grant them to the user of the database.",
        ) from error


def migrate(database: Database, scripts: Path) -> None:
    """Make the roles and the tables, or bring them up to date; each step whole or not at all.

    Raises BadInput where the database belongs to a newer program, or its user may not make roles that are missing.
    """
    known = {s.revision for s in ScriptDirectory.from_config(_config(scripts)).walk_revisions()}
    at = standing(database)
    if at and at not in known:
        raise BadInput(
            f"The database stands at step {at}, which this program does not know.",
            todo="It was written by a newer Adit: install that one, or restore a backup of this one.",
        )
    if at == newest(scripts):
        return
    make_roles(database)
    engine = create_engine("postgresql+psycopg://", creator=lambda: database.connect(role=""), poolclass=NullPool)
    config = _config(scripts)
    try:
        with engine.connect() as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Alembic's own, about its configuration
            connection.exec_driver_sql("SELECT pg_advisory_lock(hashtext('adit migrations'))")
            for schema in SCHEMAS:
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {OWNER}")
            connection.exec_driver_sql(f"SET ROLE {OWNER}")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except (ProgrammingError, OperationalError) as error:
        raise BadInput(
            f"The tables cannot be made: {str(error.orig).splitlines()[0]}",
            todo="The user of the database has to own it.",
        ) from error
    finally:
        engine.dispose()
