"""Brings the tables of a database to the newest step. The steps are Alembic scripts; what they make is SQL of our own."""

import warnings
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from adit.engines.database import OFFICE, OWNER, READER, Database
from adit.terms.errors import BadInput

__all__ = ["migrate", "newest", "standing"]

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
    engine = create_engine("postgresql+psycopg://", creator=lambda: database.connect(role=""), poolclass=NullPool)
    config = _config(scripts)
    try:
        with engine.connect() as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Alembic's own, about its configuration
            connection.exec_driver_sql("SELECT pg_advisory_lock(hashtext('adit migrations'))")
            for role in (OWNER, OFFICE, READER):
                there = connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
                if not there:
                    connection.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN")
                connection.exec_driver_sql(f"GRANT {role} TO CURRENT_USER")
            for schema in SCHEMAS:
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {OWNER}")
            connection.exec_driver_sql(f"SET ROLE {OWNER}")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except (ProgrammingError, OperationalError) as error:
        raise BadInput(
            f"The tables cannot be made: {str(error.orig).splitlines()[0]}",
            todo=f"The user of the database has to own it and may make roles; or have an administrator make {OWNER}, {OFFICE} and {READER}.",
        ) from error
    finally:
        engine.dispose()
