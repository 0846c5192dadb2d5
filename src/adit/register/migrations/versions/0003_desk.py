"""The desk: accounts and how they sign in, tokens, jobs, saved filters. What an account did stands in the journal and not here."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
CREATE TABLE desk.account (
    hand text PRIMARY KEY CHECK (hand ~ '^[a-z]+-[0-9a-z]{6,16}$'),
    login text NOT NULL UNIQUE CHECK (login = lower(login) AND login <> ''),
    name text NOT NULL CHECK (name <> ''),
    roles text[] NOT NULL,
    password text NOT NULL,
    totp_secret text,
    totp_last bigint NOT NULL DEFAULT 0,
    recovery text[] NOT NULL DEFAULT '{}',
    issuer text, external_subject text,
    failures integer NOT NULL DEFAULT 0,
    wait_until timestamptz,
    closed_at timestamptz,
    language text NOT NULL DEFAULT 'ru' CHECK (language IN ('ru', 'en')),
    theme text NOT NULL DEFAULT 'auto' CHECK (theme IN ('auto', 'light', 'dark')),
    CHECK ((issuer IS NULL) = (external_subject IS NULL)),
    UNIQUE (issuer, external_subject)
);
CREATE TABLE desk.account_party (
    hand text NOT NULL REFERENCES desk.account,
    party text NOT NULL REFERENCES register.subject,
    PRIMARY KEY (hand, party)
);
CREATE TABLE desk.session (
    id bytea PRIMARY KEY CHECK (octet_length(id) = 32),
    hand text NOT NULL REFERENCES desk.account,
    csrf text NOT NULL,
    second_factor boolean NOT NULL,
    agent text NOT NULL,
    made_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_hand ON desk.session (hand);
CREATE TABLE desk.token (
    id text PRIMARY KEY,
    hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    hand text NOT NULL REFERENCES desk.account,
    name text NOT NULL CHECK (name <> ''),
    scopes text[] NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX token_hand ON desk.token (hand);
CREATE TABLE desk.job (
    id text PRIMARY KEY,
    kind text NOT NULL,
    hand text NOT NULL REFERENCES desk.account,
    arguments jsonb NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    done bigint NOT NULL DEFAULT 0, total bigint,
    result jsonb, error text,
    fence bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    made_at timestamptz NOT NULL, ended_at timestamptz
);
CREATE INDEX job_open ON desk.job (made_at) WHERE state IN ('waiting', 'running');
CREATE INDEX job_hand ON desk.job (hand, made_at);
CREATE TABLE desk.saved_filter (
    hand text NOT NULL REFERENCES desk.account,
    page text NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    query text NOT NULL,
    PRIMARY KEY (hand, page, name)
);
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute("GRANT USAGE ON SCHEMA desk TO adit_office")
    op.execute("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA desk TO adit_office")
    op.execute("GRANT DELETE ON desk.account_party, desk.session, desk.saved_filter TO adit_office")
