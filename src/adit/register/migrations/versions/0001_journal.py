"""The journal: entries that are only ever added, what they say kept apart, tiles of the Merkle tree, checkpoints."""

from alembic import op

revision = "0001"
down_revision = None

ENTRY = """
CREATE TABLE journal.entry (
    seq bigint PRIMARY KEY CHECK (seq >= 0),
    kind text NOT NULL CHECK (kind <> ''),
    subject text NOT NULL CHECK (subject <> ''),
    hand text NOT NULL CHECK (hand <> ''),
    valid_from date,
    valid_to date CHECK (valid_to > valid_from),
    recorded_at_utc timestamptz NOT NULL,
    commitment bytea NOT NULL CHECK (octet_length(commitment) = 32),
    previous bytea NOT NULL CHECK (octet_length(previous) = CASE WHEN seq = 0 THEN 0 ELSE 32 END),
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32)
);
CREATE INDEX entry_subject ON journal.entry (subject, seq);
CREATE INDEX entry_hand ON journal.entry (hand, seq);
CREATE INDEX entry_recorded ON journal.entry (recorded_at_utc, seq);
COMMENT ON TABLE journal.entry IS 'What was entered, by whose hand, about what. Rows are added and never changed.';
"""

# What an entry says stands apart, so that it can be erased by law; the entry keeps the salted hash of it.
PAYLOAD = """
CREATE TABLE journal.payload (
    seq bigint PRIMARY KEY REFERENCES journal.entry,
    salt bytea CHECK (octet_length(salt) = 16),
    body text,
    erased_by bigint REFERENCES journal.entry CHECK (erased_by > seq),
    CHECK ((salt IS NULL) = (body IS NULL)),
    CHECK ((body IS NULL) = (erased_by IS NOT NULL))
);
"""

# A request that came twice is entered once: its answer is kept under its key.
REQUEST = """
CREATE TABLE journal.request (
    key text PRIMARY KEY CHECK (key <> ''),
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    first_seq bigint REFERENCES journal.entry,
    count integer NOT NULL CHECK (count >= 0),
    answer jsonb
);
"""

TILE = """
CREATE TABLE journal.tile (
    level smallint NOT NULL CHECK (level >= 0),
    index bigint NOT NULL CHECK (index >= 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    hashes bytea NOT NULL CHECK (octet_length(hashes) = 8192),
    PRIMARY KEY (level, index)
);
ALTER TABLE journal.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
CREATE TABLE journal.checkpoint (
    size bigint PRIMARY KEY CHECK (size > 0),
    made_at_utc timestamptz NOT NULL,
    note text NOT NULL
);
"""

# The door is shut three times: no grant, no trigger that lets it through, and hashes that an outsider holds.
GUARDS = """
CREATE FUNCTION journal.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is only ever added to: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Enter a correction as a new entry.';
END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON journal.entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse();
CREATE TRIGGER only_added BEFORE DELETE OR TRUNCATE ON journal.payload
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse();
CREATE FUNCTION journal.only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.body IS NULL OR NEW.body IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.seq <> OLD.seq OR NOT EXISTS (
        SELECT FROM journal.entry WHERE seq = NEW.erased_by AND kind = 'erasure') THEN
        RAISE EXCEPTION 'what an entry says can be erased and not changed' USING ERRCODE = 'restrict_violation',
            HINT = 'Erase it by an entry of the kind erasure.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_erased BEFORE UPDATE ON journal.payload FOR EACH ROW EXECUTE FUNCTION journal.only_erase();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON journal.request
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON journal.checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse();
"""

GRANTS = """
GRANT USAGE ON SCHEMA journal TO adit_office, adit_reader;
GRANT SELECT, INSERT ON journal.entry, journal.payload, journal.request, journal.tile, journal.checkpoint TO adit_office;
GRANT UPDATE (salt, body, erased_by) ON journal.payload TO adit_office;
GRANT SELECT ON journal.entry, journal.tile, journal.checkpoint TO adit_reader;
"""


def upgrade() -> None:
    for statement in (ENTRY, PAYLOAD, REQUEST, TILE, GUARDS, GRANTS):
        op.execute(statement)
