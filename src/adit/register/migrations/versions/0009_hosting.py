"""What a client says to being entered by an operator; and whom an operator hosts, looked up as it was known then."""

from alembic import op

revision = "0009"
down_revision = "0008"

# Until a client says something it stands as the operator entered it. The indexes held only what is believed now (0006).
CLIENT = """
ALTER TABLE register.client ADD COLUMN consent text NOT NULL DEFAULT 'asked'
    CHECK (consent IN ('asked', 'confirmed', 'objected', 'stands'));
ALTER TABLE register.client ALTER COLUMN consent DROP DEFAULT;
DROP INDEX register.client_operator;
DROP INDEX register.client_miner;
CREATE INDEX client_operator ON register.client (operator);
CREATE INDEX client_miner ON register.client (miner);
"""


def upgrade() -> None:
    op.execute(CLIENT.replace(":", "\\:"))
