"""What operators report of their clients: with how much electricity each was hosted, month by month."""

from alembic import op

revision = "0007"
down_revision = "0006"

TABLE = """
CREATE TABLE register.clientreport (
    id text NOT NULL REFERENCES register.subject CHECK (id LIKE 'clientreport-%'),
    valid daterange NOT NULL CHECK (NOT isempty(valid)),
    known int8range NOT NULL CHECK (NOT isempty(known) AND NOT lower_inf(known)),
    entry bigint NOT NULL REFERENCES journal.entry,
    operator text NOT NULL REFERENCES register.subject CHECK (operator LIKE 'party-%'),
    client text NOT NULL REFERENCES register.subject CHECK (client LIKE 'client-%'),
    energy_wh bigint NOT NULL CHECK (energy_wh >= 0),
    CONSTRAINT clientreport_one_truth_a_day EXCLUDE USING gist (register.key(id) WITH &&, valid WITH &&, known WITH &&),
    CONSTRAINT clientreport_client_one_truth_a_day EXCLUDE USING gist (register.key(client) WITH &&, valid WITH &&, known WITH &&)
);
CREATE INDEX clientreport_id ON register.clientreport (id);
CREATE INDEX clientreport_entry ON register.clientreport (entry);
CREATE INDEX clientreport_client ON register.clientreport (client, lower(valid));
CREATE INDEX clientreport_operator ON register.clientreport (operator, lower(valid));
"""


def upgrade() -> None:
    op.execute(TABLE.replace(":", "\\:"))
    op.execute("GRANT SELECT, INSERT, DELETE, UPDATE (known) ON register.clientreport TO adit_office")
    op.execute("GRANT SELECT ON register.clientreport TO adit_reader")
