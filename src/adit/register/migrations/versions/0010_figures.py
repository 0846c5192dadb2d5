"""The sums behind figures that were asked for, each as known at one entry. They follow from the records and can be dropped."""

from alembic import op

revision = "0010"
down_revision = "0009"

TABLE = """
CREATE TABLE desk.figures (
    asked text PRIMARY KEY,
    known bigint NOT NULL CHECK (known >= 0),
    day date NOT NULL,
    made_at timestamptz NOT NULL,
    took_ms integer NOT NULL CHECK (took_ms >= 0),
    looked_at timestamptz NOT NULL,
    sums jsonb NOT NULL
);
COMMENT ON TABLE desk.figures IS 'known: how long the log was when they were summed; day: the legal day on which; looked_at: when somebody last wanted them';
"""


def upgrade() -> None:
    op.execute(TABLE.replace(":", "\\:"))
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON desk.figures TO adit_office")
