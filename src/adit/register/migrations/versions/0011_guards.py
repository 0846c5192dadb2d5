"""What guards accounts and persons: first passwords that run out, resets by two hands, sealed secrets, salted digests, files that wait for a scanner."""

from alembic import op

revision = "0011"
down_revision = "0010"

# A first password is good until `password_until`; once its owner has another, that is empty. `second_by`: how long it may do without a second factor.
ACCOUNTS = """
ALTER TABLE desk.account ADD COLUMN password_until timestamptz, ADD COLUMN second_by timestamptz;
ALTER TABLE desk.session ADD COLUMN must_change boolean NOT NULL DEFAULT false;
CREATE TABLE desk.reset (
    id text PRIMARY KEY,
    hand text NOT NULL REFERENCES desk.account,
    what text NOT NULL CHECK (what IN ('password', 'second factor')),
    state text NOT NULL CHECK (state IN ('asked', 'proposed', 'approved', 'used', 'declined')),
    asked_at timestamptz NOT NULL,
    proposed_by text REFERENCES desk.account,
    approved_by text REFERENCES desk.account,
    first_hash bytea CHECK (octet_length(first_hash) = 32),
    second_hash bytea CHECK (octet_length(second_hash) = 32),
    good_until timestamptz,
    ended_at timestamptz,
    told_at timestamptz,
    CONSTRAINT reset_two_hands CHECK (approved_by <> proposed_by AND hand <> approved_by AND hand <> proposed_by),
    CHECK ((state IN ('asked', 'declined')) OR proposed_by IS NOT NULL),
    CHECK ((state IN ('asked', 'proposed', 'declined')) OR (approved_by IS NOT NULL AND good_until IS NOT NULL)),
    CHECK ((state IN ('used', 'declined')) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX reset_one_open ON desk.reset (hand, what) WHERE state IN ('asked', 'proposed', 'approved');
CREATE INDEX reset_hand ON desk.reset (hand, asked_at);
COMMENT ON TABLE desk.reset IS 'New passwords and second factors for those who lost theirs. Each half of the code is known to one hand, and kept as a hash.';
GRANT SELECT, INSERT, UPDATE ON desk.reset TO adit_office;
"""

# Seeds and secrets are sealed under a key that is not here; the text tells which.
SEALED = """
ALTER TABLE desk.webhook DROP CONSTRAINT webhook_secret_check;
ALTER TABLE desk.webhook ADD CONSTRAINT webhook_secret_check CHECK (starts_with(secret, 'whsec_') OR starts_with(secret, 'sealed:'));
"""

# What a short request said could be guessed from its digest: that is salted, once, with what is not in the database. It has a byte more then.
SALTED = """
ALTER TABLE journal.request DROP CONSTRAINT request_digest_check;
ALTER TABLE journal.request ADD CONSTRAINT request_digest_check CHECK (octet_length(digest) IN (32, 33));
CREATE INDEX request_unsalted ON journal.request (key) WHERE octet_length(digest) = 32;
DROP TRIGGER only_added ON journal.request;
CREATE TRIGGER only_added BEFORE DELETE OR TRUNCATE ON journal.request
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse();
CREATE FUNCTION journal.only_salt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF octet_length(OLD.digest) <> 32 OR octet_length(NEW.digest) <> 33
        OR (NEW.key, NEW.first_seq, NEW.count, NEW.answer) IS DISTINCT FROM (OLD.key, OLD.first_seq, OLD.count, OLD.answer) THEN
        RAISE EXCEPTION 'the journal is only ever added to: % on % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', HINT = 'Enter a correction as a new entry.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_salted BEFORE UPDATE ON journal.request FOR EACH ROW EXECUTE FUNCTION journal.only_salt();
GRANT UPDATE (digest) ON journal.request TO adit_office;
"""

# What was erased is looked for by the code of a paper; there is little of it.
ERASED = """
CREATE INDEX payload_erased ON journal.payload (seq) WHERE body IS NULL;
GRANT UPDATE (said, todo) ON desk.import_row TO adit_office;
"""

UPLOADS = """
CREATE TABLE desk.upload (
    sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    state text NOT NULL CHECK (state IN ('waiting', 'clean', 'found')),
    found text NOT NULL DEFAULT '',
    kept_at timestamptz NOT NULL,
    scanned_at timestamptz,
    CHECK ((state = 'found') = (found <> '')),
    CHECK ((state = 'waiting') = (scanned_at IS NULL))
);
CREATE INDEX upload_waiting ON desk.upload (kept_at) WHERE state = 'waiting';
COMMENT ON TABLE desk.upload IS 'What a scanner said of files. A file that is not here came when none was named.';
GRANT SELECT, INSERT, UPDATE, DELETE ON desk.upload TO adit_office;
"""

# Whoever acts for a party may be told of what is entered about it, and of imports that ended.
OWN = """
ALTER TABLE desk.delivery ALTER COLUMN entry DROP NOT NULL;
ALTER TABLE desk.delivery ADD COLUMN job text REFERENCES desk.job, ADD CONSTRAINT delivery_one_job UNIQUE (webhook, job),
    ADD CONSTRAINT delivery_of_one CHECK ((entry IS NULL) <> (job IS NULL));
CREATE INDEX job_ended ON desk.job (hand, ended_at) WHERE ended_at IS NOT NULL;
"""


def upgrade() -> None:
    for part in (ACCOUNTS, SEALED, SALTED, ERASED, UPLOADS, OWN):
        op.execute(part.replace(":", "\\:"))
