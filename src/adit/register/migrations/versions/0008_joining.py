"""Who asks to act for a party and who acts for it; owners that add up; how a pool pays; by what a party is tied to the state."""

from alembic import op

revision = "0008"
down_revision = "0007"

JOINING = """
CREATE TABLE register.joining (
    id text NOT NULL REFERENCES register.subject CHECK (id LIKE 'joining-%'),
    valid daterange NOT NULL CHECK (NOT isempty(valid)),
    known int8range NOT NULL CHECK (NOT isempty(known) AND NOT lower_inf(known)),
    entry bigint NOT NULL REFERENCES journal.entry,
    hand text NOT NULL CHECK (hand <> ''),
    state text NOT NULL CHECK (state IN ('sent', 'more asked', 'confirmed', 'refused', 'withdrawn', 'expired', 'cleared')),
    kind text NOT NULL CHECK (kind IN ('citizen', 'entrepreneur', 'company', 'foreign_person', 'foreign_company')),
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    name text NOT NULL,
    inn text NOT NULL CHECK (inn ~ '^([0-9]{10}|[0-9]{12})?$'),
    ogrn text NOT NULL CHECK (ogrn ~ '^([0-9]{13}|[0-9]{15})?$'),
    address text NOT NULL, email text NOT NULL, phone text NOT NULL, person text NOT NULL,
    role text NOT NULL CHECK (role IN ('self', 'director', 'attorney')),
    document text NOT NULL, document_on date, document_until date,
    hosts boolean NOT NULL, statement text NOT NULL, answer text NOT NULL,
    party text REFERENCES register.subject CHECK (party LIKE 'party-%'),
    CHECK ((state IN ('withdrawn', 'expired', 'cleared')) = (name = '')),
    CHECK ((state = 'confirmed') = (party IS NOT NULL)),
    CONSTRAINT joining_one_truth_a_day EXCLUDE USING gist (register.key(id) WITH &&, valid WITH &&, known WITH &&)
);
CREATE INDEX joining_id ON register.joining (id);
CREATE INDEX joining_entry ON register.joining (entry);
CREATE INDEX joining_hand ON register.joining (hand);
CREATE INDEX joining_inn ON register.joining (inn) WHERE upper_inf(known);
CREATE INDEX joining_party ON register.joining (party);
CREATE INDEX joining_state ON register.joining (state, entry) WHERE upper_inf(known) AND upper_inf(valid);
CREATE UNIQUE INDEX joining_one_open ON register.joining (hand)
    WHERE upper_inf(known) AND upper_inf(valid) AND state IN ('sent', 'more asked');
COMMENT ON TABLE register.joining IS 'Requests to act for a party. What they claim is checked by nobody until they are confirmed.';
"""

MANDATE = """
CREATE TABLE register.mandate (
    id text NOT NULL REFERENCES register.subject CHECK (id LIKE 'mandate-%'),
    valid daterange NOT NULL CHECK (NOT isempty(valid)),
    known int8range NOT NULL CHECK (NOT isempty(known) AND NOT lower_inf(known)),
    entry bigint NOT NULL REFERENCES journal.entry,
    hand text NOT NULL CHECK (hand <> ''),
    party text NOT NULL REFERENCES register.subject CHECK (party LIKE 'party-%'),
    role text NOT NULL CHECK (role IN ('self', 'director', 'attorney')),
    seen text NOT NULL CHECK (seen IN ('passport in person', 'power of attorney', 'code by letter', 'state sign-in')),
    remark text NOT NULL CHECK (remark <> ''),
    document text NOT NULL, document_on date,
    joining text REFERENCES register.subject CHECK (joining LIKE 'joining-%'),
    CONSTRAINT mandate_one_truth_a_day EXCLUDE USING gist (register.key(id) WITH &&, valid WITH &&, known WITH &&),
    CONSTRAINT mandate_once EXCLUDE USING gist (register.key(hand || ' ' || party) WITH &&, valid WITH &&, known WITH &&)
);
CREATE INDEX mandate_id ON register.mandate (id);
CREATE INDEX mandate_entry ON register.mandate (entry);
CREATE INDEX mandate_hand ON register.mandate (hand, party);
CREATE INDEX mandate_party ON register.mandate (party);
"""

DESK = """
ALTER TABLE desk.account ADD COLUMN wanted text CHECK (wanted <> '');
COMMENT ON COLUMN desk.account.wanted IS 'The login that somebody asked for. Until they are confirmed they sign in with the number of their request.';
ALTER TABLE desk.account_party ADD COLUMN mandate text REFERENCES register.subject;
COMMENT ON COLUMN desk.account_party.mandate IS 'On which the link rests: it holds no longer. Empty where an administrator made it.';
CREATE TABLE desk.joining_code (
    joining text PRIMARY KEY REFERENCES register.subject,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    sent_to text NOT NULL,
    made_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    given_at timestamptz
);
COMMENT ON TABLE desk.joining_code IS 'Codes that went by letter to the registered address of a party; of each only its hash.';
"""

COLUMNS = """
ALTER TABLE register.party ADD COLUMN state_tied_ground text NOT NULL DEFAULT '';
ALTER TABLE register.participation
    ADD COLUMN scheme text NOT NULL DEFAULT '' CHECK (scheme IN ('', 'PPS', 'FPPS', 'PPS+', 'PPLNS', 'solo', 'other')),
    ADD COLUMN fee_ppm integer CHECK (fee_ppm BETWEEN 0 AND 1000000),
    ADD COLUMN addresses jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(addresses) = 'array'),
    ADD CONSTRAINT participation_once EXCLUDE USING gist
        (register.key(party || ' ' || pool || ' ' || account) WITH &&, valid WITH &&, known WITH &&);
ALTER TABLE register.share
    ADD CONSTRAINT share_once EXCLUDE USING gist (register.key(owner || ' ' || owned) WITH &&, valid WITH &&, known WITH &&);
CREATE INDEX share_owned_known ON register.share (owned, lower(valid));
CREATE INDEX participation_pool ON register.participation (pool);
"""

# Looked at when everything of an entry is there: who sells is entered before who buys, or after.
SHARES = """
CREATE FUNCTION register.share_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM register.share WHERE entry = NEW.entry AND id = NEW.id AND upper_inf(known)) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT FROM register.share a JOIN register.share b ON b.owned = a.owned AND upper_inf(b.known) AND b.valid @> lower(a.valid)
        WHERE a.owned = NEW.owned AND upper_inf(a.known) GROUP BY a.id, a.valid HAVING sum(b.share_ppm) > 1000000) THEN
        RAISE EXCEPTION 'the shares in % add up to more than the whole', NEW.owned
            USING ERRCODE = 'check_violation', CONSTRAINT = 'share_within_the_whole';
    END IF;
    IF EXISTS (
        WITH RECURSIVE below AS (
            SELECT NEW.owned AS party, NEW.valid AS days
            UNION SELECT s.owned, s.valid * b.days FROM register.share s JOIN below b ON s.owner = b.party AND s.valid && b.days
            WHERE upper_inf(s.known))
        SELECT FROM below WHERE party = NEW.owner) THEN
        RAISE EXCEPTION '% would own itself through others', NEW.owner
            USING ERRCODE = 'check_violation', CONSTRAINT = 'share_in_no_circle';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER share_holds AFTER INSERT ON register.share DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION register.share_holds();
"""


def upgrade() -> None:
    for statements in (JOINING, MANDATE, DESK, COLUMNS, SHARES):
        op.execute(statements.replace(":", "\\:"))
    for kind in ("joining", "mandate"):
        op.execute(f"GRANT SELECT, INSERT, DELETE, UPDATE (known) ON register.{kind} TO adit_office")
        op.execute(f"GRANT SELECT ON register.{kind} TO adit_reader")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON desk.joining_code TO adit_office")
