"""Alembic's door: the connection is handed in by `adit.engines.migrations`."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="migration", version_table_schema="journal")
with context.begin_transaction():
    context.run_migrations()
