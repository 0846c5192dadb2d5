"""Screening as the office's service: hits that people look at, what two of them decided, the look of a third, waivers, and what was screened by what.

What one hand found another decides, and the log knows whose hand entered what: so the database looks there, and not at what a record says of itself.
"""

from alembic import op

revision = "0013"
down_revision = "0012"


def record(name: str, columns: str, more: str = "") -> str:
    return f"""
CREATE TABLE register.{name} (
    id text NOT NULL REFERENCES register.subject CHECK (id LIKE '{name}-%'),
    valid daterange NOT NULL CHECK (NOT isempty(valid)),
    known int8range NOT NULL CHECK (NOT isempty(known) AND NOT lower_inf(known)),
    entry bigint NOT NULL REFERENCES journal.entry,
    {columns},
    CONSTRAINT {name}_one_truth_a_day EXCLUDE USING gist (register.key(id) WITH &&, valid WITH &&, known WITH &&)
    {more}
);
CREATE INDEX {name}_id ON register.{name} (id);
CREATE INDEX {name}_entry ON register.{name} (entry);
"""


DIGEST = "~ '^[0-9a-f]{64}$'"
HITREVIEW = record(
    "hitreview",
    f"""about text NOT NULL CHECK (about <> ''),
    subject text NOT NULL CHECK (subject {DIGEST}),
    kind text NOT NULL CHECK (kind IN ('person', 'organisation', 'bank', 'vessel', 'address')),
    name text NOT NULL,
    list_id text NOT NULL CHECK (list_id <> ''), entry_id text NOT NULL,
    listed text NOT NULL CHECK (listed {DIGEST}),
    entry_name text NOT NULL, engine text NOT NULL CHECK (engine <> ''),
    score integer NOT NULL CHECK (score BETWEEN 0 AND 1000),
    found_by text NOT NULL CHECK (found_by IN ('name', 'identifier', 'address', 'text', 'ownership')),
    words text NOT NULL, list_day date, listed_on date,
    state text NOT NULL CHECK (state IN ('open', 'proposed', 'decided', 'gone')),
    outcome text NOT NULL CHECK (outcome IN ('', 'clear', 'confirm')),
    reason text NOT NULL, proposed_by text NOT NULL, decided_by text NOT NULL""",
    """, CONSTRAINT hitreview_once EXCLUDE USING gist (register.key(subject || ' ' || listed || ' ' || engine) WITH &&, valid WITH &&, known WITH &&)
    , CONSTRAINT hitreview_two_hands CHECK (decided_by = '' OR (proposed_by <> '' AND decided_by <> proposed_by))
    , CHECK ((state IN ('open', 'gone')) = (outcome = '' AND proposed_by = ''))
    , CHECK ((state = 'decided') = (decided_by <> ''))""",
)
CLEARING = record(
    "clearing",
    f"""hitreview text NOT NULL REFERENCES register.subject CHECK (hitreview LIKE 'hitreview-%'),
    subject text NOT NULL CHECK (subject {DIGEST}),
    listed text NOT NULL CHECK (listed {DIGEST}),
    engine text NOT NULL CHECK (engine <> ''),
    outcome text NOT NULL CHECK (outcome IN ('cleared', 'confirmed')),
    proposed_by text NOT NULL CHECK (proposed_by <> ''), decided_by text NOT NULL CHECK (decided_by <> ''),
    expires_on date""",
    """, CONSTRAINT clearing_two_hands CHECK (decided_by <> proposed_by)
    , CONSTRAINT clearing_expires CHECK ((outcome = 'confirmed') = (expires_on IS NULL) AND (expires_on IS NULL OR expires_on <= lower(valid) + 180))
    , CONSTRAINT clearing_once EXCLUDE USING gist (register.key(subject || ' ' || listed || ' ' || engine) WITH &&, valid WITH &&, known WITH &&)""",
)
SECONDLOOK = record(
    "secondlook",
    """clearing text NOT NULL REFERENCES register.subject CHECK (clearing LIKE 'clearing-%'),
    hand text NOT NULL CHECK (hand <> ''),
    outcome text NOT NULL CHECK (outcome IN ('clear', 'confirm')),
    agrees boolean NOT NULL, reason text NOT NULL""",
    ", CONSTRAINT secondlook_once EXCLUDE USING gist (register.key(clearing) WITH &&, valid WITH &&, known WITH &&)",
)
WAIVER = record(
    "waiver",
    """act text NOT NULL CHECK (act IN ('look', 'accept')),
    list_id text NOT NULL CHECK (list_id <> ''),
    sha256 text NOT NULL CHECK (sha256 ~ '^([0-9a-f]{64})?$'),
    list_state text NOT NULL CHECK (list_state IN ('STALE', 'MISSING', 'SUSPECT', 'RETIRED')),
    reason text NOT NULL CHECK (reason <> ''),
    expires_on date NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'given', 'declined')),
    proposed_by text NOT NULL CHECK (proposed_by <> ''), decided_by text NOT NULL""",
    """, CONSTRAINT waiver_two_hands CHECK (decided_by <> proposed_by AND (state = 'proposed') = (decided_by = ''))
    , CONSTRAINT waiver_expires CHECK (expires_on <= lower(valid) + 7)
    , CHECK (act <> 'accept' OR (list_state = 'SUSPECT' AND sha256 <> ''))""",
)
RESCREENING = record(
    "rescreening",
    f"""stamp text NOT NULL CHECK (stamp {DIGEST}), engine text NOT NULL CHECK (engine <> ''),
    lists jsonb NOT NULL CHECK (jsonb_typeof(lists) = 'array'),
    subjects integer NOT NULL CHECK (subjects >= 0), whole integer NOT NULL CHECK (whole BETWEEN 0 AND subjects),
    hits integer NOT NULL CHECK (hits >= 0), reviews integer NOT NULL CHECK (reviews >= 0), unchecked integer NOT NULL CHECK (unchecked >= 0)""",
)

# Looked at when everything of an entry is there. An entry that a version was cut out of stays the one that stated it, and so does its hand.
HANDS = """
CREATE FUNCTION register.hand_of(seq_ bigint) RETURNS text LANGUAGE sql STABLE AS $$ SELECT hand FROM journal.entry WHERE seq = seq_ $$;

CREATE FUNCTION register.hitreview_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'proposed' AND register.hand_of(NEW.entry) <> NEW.proposed_by THEN
        RAISE EXCEPTION '% is proposed in another hand''s name', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'hitreview_own_hand';
    END IF;
    IF NEW.state = 'decided' AND register.hand_of(NEW.entry) <> NEW.decided_by THEN
        RAISE EXCEPTION '% is decided in another hand''s name', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'hitreview_own_hand';
    END IF;
    IF NEW.state = 'decided' AND NOT EXISTS (
        SELECT FROM register.hitreview p WHERE p.id = NEW.id AND p.state = 'proposed' AND p.proposed_by = NEW.proposed_by
            AND p.outcome = NEW.outcome AND p.entry < NEW.entry) THEN
        RAISE EXCEPTION '% was not proposed as it is decided', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'hitreview_was_proposed';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER hitreview_holds AFTER INSERT ON register.hitreview DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION register.hitreview_holds();

CREATE FUNCTION register.clearing_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF register.hand_of(NEW.entry) <> NEW.decided_by OR NOT EXISTS (
        SELECT FROM register.hitreview r JOIN journal.entry a ON a.seq = r.entry JOIN journal.entry b ON b.seq = NEW.entry
        WHERE r.id = NEW.hitreview AND r.state = 'decided' AND a.recorded_at_utc = b.recorded_at_utc
            AND r.decided_by = NEW.decided_by AND r.proposed_by = NEW.proposed_by
            AND r.outcome = CASE NEW.outcome WHEN 'cleared' THEN 'clear' ELSE 'confirm' END
            AND (r.subject, r.listed, r.engine) = (NEW.subject, NEW.listed, NEW.engine)) THEN
        RAISE EXCEPTION '% rests on no review that two hands decided', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clearing_rests_on_a_review';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER clearing_holds AFTER INSERT ON register.clearing DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION register.clearing_holds();

CREATE FUNCTION register.is_sampled(leaf bytea) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (get_byte(leaf, 0)::bigint * 16777216 + get_byte(leaf, 1) * 65536 + get_byte(leaf, 2) * 256 + get_byte(leaf, 3)) % 20 = 0
$$;
CREATE FUNCTION register.secondlook_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF register.hand_of(NEW.entry) <> NEW.hand OR NOT EXISTS (
        SELECT FROM register.clearing c JOIN journal.entry e ON e.seq = c.entry
        WHERE c.id = NEW.clearing AND c.entry < NEW.entry AND register.is_sampled(e.leaf_hash) AND NEW.hand NOT IN (c.proposed_by, c.decided_by)
            AND NEW.agrees = (NEW.outcome = CASE c.outcome WHEN 'cleared' THEN 'clear' ELSE 'confirm' END)) THEN
        RAISE EXCEPTION '% is no look of a third hand at a decision that was drawn', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'secondlook_of_a_third_hand';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER secondlook_holds AFTER INSERT ON register.secondlook DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION register.secondlook_holds();

CREATE FUNCTION register.waiver_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF register.hand_of(NEW.entry) <> (CASE NEW.state WHEN 'proposed' THEN NEW.proposed_by ELSE NEW.decided_by END) THEN
        RAISE EXCEPTION '% is entered in another hand''s name', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'waiver_own_hand';
    END IF;
    IF NEW.state = 'given' AND NOT EXISTS (
        SELECT FROM register.waiver p WHERE p.id = NEW.id AND p.state = 'proposed' AND p.entry < NEW.entry
            AND (p.proposed_by, p.act, p.list_id, p.sha256, p.list_state, p.reason, p.expires_on)
                = (NEW.proposed_by, NEW.act, NEW.list_id, NEW.sha256, NEW.list_state, NEW.reason, NEW.expires_on)) THEN
        RAISE EXCEPTION '% was not proposed as it is given', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'waiver_was_proposed';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER waiver_holds AFTER INSERT ON register.waiver DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION register.waiver_holds();
"""

INDEXES = """
CREATE INDEX hitreview_state ON register.hitreview (state, score) WHERE upper_inf(known) AND upper_inf(valid);
CREATE INDEX hitreview_subject ON register.hitreview (subject) WHERE upper_inf(known);
CREATE INDEX hitreview_about ON register.hitreview (about);
CREATE INDEX clearing_subject ON register.clearing (subject) WHERE upper_inf(known);
CREATE INDEX clearing_hitreview ON register.clearing (hitreview);
CREATE INDEX waiver_list ON register.waiver (list_id) WHERE upper_inf(known);
COMMENT ON TABLE register.hitreview IS 'Subjects that may be listed ones, as they were found, and what two people made of each.';
COMMENT ON TABLE register.clearing IS 'What two people decided of a hit. It holds for this subject, this entry and this engine, and for no other.';
COMMENT ON TABLE register.secondlook IS 'The look of a third person, who was not shown the outcome, at decisions that a hash has drawn.';
COMMENT ON TABLE register.waiver IS 'look: hits may be looked at although a list is not fresh; nobody is cleared by it. accept: a file that differs is taken.';
"""

# By what each subject was screened last. It follows from lists and register, and can be emptied at any time: then everybody is screened whole.
SCREENED = f"""
CREATE TABLE desk.screening_stamp (
    stamp text PRIMARY KEY CHECK (stamp {DIGEST}),
    entries bytea NOT NULL CHECK (octet_length(entries) % 32 = 0),
    made_at timestamptz NOT NULL
);
CREATE TABLE desk.screened (
    subject text PRIMARY KEY CHECK (subject {DIGEST}),
    stamp text NOT NULL REFERENCES desk.screening_stamp,
    met text[] NOT NULL
);
CREATE INDEX screened_met ON desk.screened (subject) WHERE met <> '{{}}';
CREATE INDEX screened_stamp ON desk.screened (stamp);
COMMENT ON TABLE desk.screening_stamp IS 'The entries that stood when somebody was screened, by their hashes one after another.';
COMMENT ON TABLE desk.screened IS 'By digest alone: what was screened by what, and the hashes of the entries that it met. No names.';

ALTER TABLE desk.job ADD COLUMN account_hand text GENERATED ALWAYS AS (NULLIF(hand, 'office-000001')) STORED REFERENCES desk.account;
ALTER TABLE desk.job DROP CONSTRAINT job_hand_fkey;
COMMENT ON COLUMN desk.job.account_hand IS 'The hand, where it is somebody''s: the office itself has jobs too, and no account.';
"""


def upgrade() -> None:
    for statements in (HITREVIEW, CLEARING, SECONDLOOK, WAIVER, RESCREENING, HANDS, INDEXES, SCREENED):
        op.execute(statements.replace(":", "\\:"))
    for kind in ("hitreview", "clearing", "secondlook", "waiver", "rescreening"):
        erased = ", DELETE" if kind in ("hitreview", "secondlook") else ""
        op.execute(f"GRANT SELECT, INSERT, UPDATE (known){erased} ON register.{kind} TO adit_office")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON desk.screened, desk.screening_stamp TO adit_office")
