"""What the desk has to do with others: sign-ins under way at a provider, webhooks and their deliveries."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE desk.oidc_pending (
    browser bytea PRIMARY KEY CHECK (octet_length(browser) = 32),
    state bytea NOT NULL CHECK (octet_length(state) = 32),
    nonce text NOT NULL CHECK (nonce <> ''),
    verifier text NOT NULL CHECK (verifier <> ''),
    goes_to text NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX oidc_pending_made ON desk.oidc_pending (made_at);
COMMENT ON TABLE desk.oidc_pending IS 'Sign-ins that were sent to the provider and have not come back; of cookie and state only hashes.';
CREATE TABLE desk.webhook (
    id text PRIMARY KEY,
    hand text NOT NULL REFERENCES desk.account,
    url text NOT NULL CHECK (url <> ''),
    secret text NOT NULL CHECK (starts_with(secret, 'whsec_')),
    kinds text[] NOT NULL CHECK (cardinality(kinds) > 0),
    next_entry bigint NOT NULL CHECK (next_entry >= 0),
    made_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX webhook_hand ON desk.webhook (hand);
COMMENT ON COLUMN desk.webhook.next_entry IS 'Deliveries were made of all entries below it.';
CREATE TABLE desk.delivery (
    id text PRIMARY KEY,
    webhook text NOT NULL REFERENCES desk.webhook,
    entry bigint NOT NULL REFERENCES journal.entry,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'given up', 'cancelled')),
    tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    next_try_at timestamptz,
    last_status integer,
    last_error text NOT NULL DEFAULT '',
    UNIQUE (webhook, entry),
    CHECK ((state = 'waiting') = (next_try_at IS NOT NULL))
);
CREATE INDEX delivery_due ON desk.delivery (next_try_at, entry) WHERE state = 'waiting';
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute("GRANT SELECT, INSERT, UPDATE ON desk.webhook, desk.delivery TO adit_office")
    op.execute("GRANT SELECT, INSERT, DELETE ON desk.oidc_pending TO adit_office")
