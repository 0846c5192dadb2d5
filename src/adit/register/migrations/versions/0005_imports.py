"""What became of each row of a table that was imported or taken back."""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
CREATE TABLE desk.import_row (
    job text NOT NULL REFERENCES desk.job,
    row integer NOT NULL CHECK (row > 0),
    state text NOT NULL CHECK (state IN ('entered', 'would be entered', 'refused', 'withdrawn', 'left')),
    entry bigint,
    id text,
    said text NOT NULL DEFAULT '',
    todo text NOT NULL DEFAULT '',
    PRIMARY KEY (job, row),
    CHECK ((state IN ('refused', 'left')) = (said <> '')),
    CHECK ((state IN ('entered', 'withdrawn')) <= (entry IS NOT NULL AND id IS NOT NULL))
);
CREATE INDEX import_row_wrong_first ON desk.import_row (job, (said = ''), row);
COMMENT ON COLUMN desk.import_row.row IS 'As the file counts its rows, the header included.';
COMMENT ON COLUMN desk.import_row.entry IS 'The first entry that the row led to.';
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute("GRANT SELECT, INSERT ON desk.import_row TO adit_office")
