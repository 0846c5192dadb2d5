"""Settlements of foreign trade: who takes part, contracts, payments, their steps, and the receipts of screening without which no step can be written.

What is refused here is refused to whoever holds the office's role and knows SQL: a step without a clear and recent receipt for every participant, owner,
bank, ship and address; a state without its step; an arrow that there is none; the same hand twice; more than the contract's sum; a trial that becomes real.
"""

from itertools import pairwise

from alembic import op

revision = "0012"
down_revision = "0011"

LINE = (
    "DRAFT", "IDENTIFIED", "CONTRACT_LINKED", "SCREENED", "TRAVEL_RULE_ACKED", "AUTHORISED", "OBSERVED", "CONFIRMED", "RECONCILED", "CLOSED",
)  # fmt: skip
EARLY, PAID = LINE[:5], LINE[6:]
PAUSES = ("HOLD", "REVIEW", "FROZEN")
STATES = (*LINE, *PAUSES, "REFUSED", "EXPIRED", "RECALLED", "DISPUTED")
ARROWS = sorted(
    {(a, b) for a, b in pairwise(LINE)} | {("TRAVEL_RULE_ACKED", "TRAVEL_RULE_ACKED"), ("DISPUTED", "OBSERVED")}
    | {(s, "HOLD") for s in (*LINE[:-1], "DISPUTED", "REVIEW")} | {("HOLD", s) for s in (*LINE[:-1], "DISPUTED")}
    | {(s, "REVIEW") for s in (*EARLY, "HOLD")} | {("REVIEW", s) for s in EARLY}
    | {(s, "FROZEN") for s in ("AUTHORISED", *PAID, "DISPUTED", "HOLD")} | {("FROZEN", s) for s in ("AUTHORISED", *PAID, "DISPUTED")}
    | {(s, "DISPUTED") for s in PAID[:-1]} | {(s, "REFUSED") for s in (*EARLY, *PAUSES)}
    | {(s, "RECALLED") for s in (*EARLY, "AUTHORISED", "HOLD", "REVIEW")} | {(s, "EXPIRED") for s in ("AUTHORISED", "HOLD")}
)  # fmt: skip


def listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{w}'" for w in words)


def record(name: str, columns: str, more: str = "") -> str:
    return f"""
CREATE TABLE register.{name} (
    id text NOT NULL REFERENCES register.subject CHECK (id LIKE '{name}-%'),
    valid daterange NOT NULL CHECK (NOT isempty(valid)),
    known int8range NOT NULL CHECK (NOT isempty(known) AND NOT lower_inf(known)),
    entry bigint NOT NULL REFERENCES journal.entry,
    {columns.strip().rstrip(",")},
    CONSTRAINT {name}_one_truth_a_day EXCLUDE USING gist (register.key(id) WITH &&, valid WITH &&, known WITH &&)
    {more}
);
CREATE INDEX {name}_current ON register.{name} (id) WHERE upper_inf(known);
CREATE INDEX {name}_entry ON register.{name} (entry);
"""


def ref(column: str, kind: str, *, required: bool = True) -> str:
    return (
        f"{column} text {'NOT NULL' if required else ''} REFERENCES register.subject CHECK ({column} LIKE '{kind}-%')"
    )


PARTICIPANT = record(
    "participant",
    f"""kind text NOT NULL CHECK (kind IN ('person', 'organisation', 'bank', 'vessel')),
    name text NOT NULL CHECK (name <> ''),
    subject text NOT NULL CHECK (subject ~ '^[0-9a-f]{{64}}$'),
    country text NOT NULL CHECK (country ~ '^([A-Z]{{2}})?$'),
    other_names jsonb NOT NULL CHECK (jsonb_typeof(other_names) = 'array'),
    born text NOT NULL,
    inn text NOT NULL CHECK (inn ~ '^([0-9]{{10}}|[0-9]{{12}})?$'),
    ogrn text NOT NULL CHECK (ogrn ~ '^([15][0-9]{{12}}|3[0-9]{{14}})?$'),
    lei text NOT NULL CHECK (lei ~ '^([0-9A-Z]{{18}}[0-9]{{2}})?$'),
    bic text NOT NULL CHECK (bic ~ '^([0-9A-Z]{{8}}([0-9A-Z]{{3}})?)?$'),
    imo text NOT NULL CHECK (imo ~ '^([1-9][0-9]{{6}})?$'),
    authority text NOT NULL CHECK (authority ~ '^(RA[0-9]{{6}})?$'),
    place text NOT NULL, state_tied boolean NOT NULL, in_pilot boolean NOT NULL, no_owners text NOT NULL,
    {ref("party", "party", required=False)}""",
)
STAKE = record(
    "stake",
    f"""{ref("owner", "participant")}, {ref("owned", "participant")} CHECK (owned <> owner),
    share_ppm integer NOT NULL CHECK (share_ppm BETWEEN 1 AND 1000000), control boolean NOT NULL""",
    ", CONSTRAINT stake_once EXCLUDE USING gist (register.key(owner || ' ' || owned) WITH &&, valid WITH &&, known WITH &&)",
)
CONTRACT = record(
    "tradecontract",
    f"""kind text NOT NULL CHECK (kind IN ('export', 'import')), number text NOT NULL CHECK (number <> ''), signed_on date NOT NULL,
    {ref("exporter", "participant")}, {ref("importer", "participant")} CHECK (importer <> exporter),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{{3}}$'), value_minor bigint NOT NULL CHECK (value_minor > 0),
    value_rub_kopecks bigint NOT NULL CHECK (value_rub_kopecks > 0),
    unk text NOT NULL CHECK (unk ~ '^([0-9]{{8}}/[0-9]{{4}}/[0-9]{{4}}/[1-9]/[1-9])?$'), goods text NOT NULL""",
    """, CHECK (upper_inf(valid))
    , CHECK (currency <> 'RUB' OR value_minor = value_rub_kopecks)
    , CONSTRAINT tradecontract_one_unk EXCLUDE USING gist (register.key(NULLIF(unk, '')) WITH &&, valid WITH &&, known WITH &&)""",
)
SETTLEMENT = record(
    "settlement",
    f"""state text NOT NULL CHECK (state IN ({listed(STATES)})), trial boolean NOT NULL,
    {ref("contract", "tradecontract")},
    regime text NOT NULL CHECK (regime <> ''), regime_status text NOT NULL, regime_digest text NOT NULL CHECK (regime_digest <> ''),
    prepared_by text NOT NULL CHECK (prepared_by <> ''),
    {ref("payer", "participant")}, {ref("payee", "participant")} CHECK (payee <> payer),
    {ref("payer_bank", "participant", required=False)}, {ref("payee_bank", "participant", required=False)},
    {ref("miner", "participant", required=False)},
    vessels jsonb NOT NULL CHECK (jsonb_typeof(vessels) = 'array'),
    asset text NOT NULL CHECK (asset = 'BTC'), amount_sat bigint NOT NULL CHECK (amount_sat BETWEEN 1 AND 2100000000000000),
    value_minor bigint NOT NULL CHECK (value_minor > 0),
    from_addresses jsonb NOT NULL CHECK (jsonb_typeof(from_addresses) = 'array' AND jsonb_array_length(from_addresses) > 0),
    to_address text NOT NULL CHECK (to_address <> ''), to_subject text NOT NULL CHECK (to_subject ~ '^[0-9a-f]{{64}}$'),
    invoice text NOT NULL CHECK (invoice <> ''), invoiced_on date NOT NULL,
    uetr text NOT NULL CHECK (uetr ~ '^[0-9a-f]{{8}}-[0-9a-f]{{4}}-4[0-9a-f]{{3}}-[89ab][0-9a-f]{{3}}-[0-9a-f]{{12}}$'),
    {ref("step", "settlementstep", required=False)},
    before text NOT NULL CHECK (before IN ('', {listed((*LINE, "DISPUTED"))})),
    first_hand text NOT NULL, second_hand text NOT NULL, pay_by date, acknowledgement text NOT NULL,
    txid text NOT NULL CHECK (txid ~ '^([0-9a-f]{{64}})?$'), height integer CHECK (height >= 0), papers text NOT NULL""",
    f""", CHECK (upper_inf(valid))
    , CHECK (trial = (regime_status <> 'in force'))
    , CHECK ((before <> '') = (state IN ({listed(PAUSES)})))
    , CONSTRAINT settlement_two_hands CHECK (
        first_hand <> prepared_by AND second_hand <> prepared_by AND (second_hand = '' OR second_hand <> first_hand)
        AND ((first_hand <> '' AND second_hand <> '' AND pay_by IS NOT NULL)
            OR (state NOT IN ('AUTHORISED', {listed(PAID)}, 'DISPUTED') AND before NOT IN ('AUTHORISED', {listed(PAID)}, 'DISPUTED'))))
    , CHECK ((txid <> '' AND height IS NOT NULL)
        OR (state NOT IN ({listed(PAID)}, 'DISPUTED') AND before NOT IN ({listed(PAID)}, 'DISPUTED')))
    , CONSTRAINT settlement_one_uetr EXCLUDE USING gist (register.key(uetr) WITH &&, known WITH &&)
    , CONSTRAINT settlement_one_payment EXCLUDE USING gist
        (register.key(CASE WHEN txid <> '' THEN trial::text || ' ' || txid || ' ' || to_address END) WITH &&, known WITH &&)""",
)
STEP = record(
    "settlementstep",
    f"""{ref("settlement", "settlement")}, number integer NOT NULL CHECK (number > 0),
    from_state text NOT NULL, to_state text NOT NULL, hand text NOT NULL CHECK (hand <> ''), reason text NOT NULL CHECK (reason <> ''),
    cites text NOT NULL, evidence jsonb NOT NULL CHECK (jsonb_typeof(evidence) = 'object')""",
    f""", CHECK (upper_inf(valid) AND upper_inf(known) AND lower(known) = entry)
    , CONSTRAINT settlementstep_is_an_arrow CHECK (from_state || ' ' || to_state IN ({listed(tuple(f"{a} {b}" for a, b in ARROWS))}))""",
)
SCREENING = record(
    "screening",
    f"""{ref("settlementstep", "settlementstep")}, about text NOT NULL CHECK (about <> ''),
    subject text NOT NULL CHECK (subject ~ '^[0-9a-f]{{64}}$'),
    outcome text NOT NULL CHECK (outcome IN ('clear', 'review', 'listed', 'hold')), engine text NOT NULL CHECK (engine <> ''),
    screened_at_utc text NOT NULL CHECK (screened_at_utc ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9:.]+[+]00:00$'),
    lists jsonb NOT NULL CHECK (jsonb_typeof(lists) = 'array'), receipt text NOT NULL CHECK (receipt ~ '^[0-9a-f]{{64}}$'),
    said text NOT NULL""",
    """, CHECK (upper_inf(valid) AND upper_inf(known) AND lower(known) = entry)
    , CHECK (outcome <> 'clear' OR jsonb_array_length(lists) > 0)""",
)

INDEXES = """
CREATE UNIQUE INDEX settlementstep_numbered ON register.settlementstep (settlement, number);
CREATE UNIQUE INDEX settlement_one_step ON register.settlement (step) WHERE step IS NOT NULL;
CREATE UNIQUE INDEX screening_once ON register.screening (settlementstep, about);
CREATE INDEX settlement_contract ON register.settlement (contract) WHERE upper_inf(known);
CREATE INDEX settlement_state ON register.settlement (state, entry) WHERE upper_inf(known);
CREATE INDEX settlement_versions ON register.settlement (id, lower(known));
CREATE INDEX screening_subject ON register.screening (subject, entry);
CREATE INDEX screening_about ON register.screening (about, entry);
CREATE INDEX stake_owned ON register.stake (owned) WHERE upper_inf(known);
CREATE INDEX stake_owner ON register.stake (owner) WHERE upper_inf(known);
CREATE INDEX participant_subject ON register.participant (subject) WHERE upper_inf(known);
CREATE INDEX tradecontract_unk ON register.tradecontract (unk) WHERE upper_inf(known);
COMMENT ON TABLE register.settlement IS 'Payments of foreign trade. trial: under a regime that is not in force; it is none that anybody pays.';
COMMENT ON TABLE register.screening IS 'Receipts of screening, each for one step. Without all of them the step cannot be written.';
"""

# Whoever has to be screened, worked out from the records as they were known when the step was entered: who is named, who owns those, each address.
WHO = """
CREATE FUNCTION register.to_be_screened(of text, at bigint, day date) RETURNS TABLE (about text, subject text) LANGUAGE sql STABLE AS $$
    WITH RECURSIVE stated AS (
        SELECT * FROM register.settlement WHERE id = of AND lower(known) <= at AND (upper_inf(known) OR upper(known) > at)),
    contract AS (
        SELECT c.* FROM register.tradecontract c JOIN stated s ON c.id = s.contract
        WHERE lower(c.known) <= at AND (upper_inf(c.known) OR upper(c.known) > at)),
    named (id) AS (
        SELECT n.id FROM (
            SELECT unnest(ARRAY[payer, payee, payer_bank, payee_bank, miner]) AS id FROM stated
            UNION SELECT jsonb_array_elements_text(vessels) FROM stated
            UNION SELECT unnest(ARRAY[exporter, importer]) FROM contract) n
        WHERE n.id IS NOT NULL
        UNION SELECT k.owner FROM register.stake k JOIN named n ON k.owned = n.id
        WHERE k.valid @> day AND lower(k.known) <= at AND (upper_inf(k.known) OR upper(k.known) > at))
    SELECT n.id, p.subject FROM named n LEFT JOIN register.participant p
        ON p.id = n.id AND p.valid @> day AND lower(p.known) <= at AND (upper_inf(p.known) OR upper(p.known) > at)
    UNION SELECT to_address, to_subject FROM stated
    UNION SELECT a ->> 'address', a ->> 'subject' FROM stated, jsonb_array_elements(from_addresses) a
$$;
"""

STEP_HOLDS = """
CREATE FUNCTION register.settlementstep_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entered timestamptz;
    by_hand text;
    onward boolean := NEW.to_state NOT IN ('HOLD', 'REVIEW', 'REFUSED', 'EXPIRED', 'RECALLED', 'FROZEN', 'DISPUTED')
        OR (NEW.to_state = 'DISPUTED' AND NEW.from_state IN ('HOLD', 'FROZEN'));
    who text;
BEGIN
    SELECT recorded_at_utc, hand INTO entered, by_hand FROM journal.entry WHERE seq = NEW.entry;
    IF by_hand <> NEW.hand THEN
        RAISE EXCEPTION 'step % was entered by another hand', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlementstep_by_its_hand';
    END IF;
    IF NOT EXISTS (SELECT FROM register.settlement WHERE step = NEW.id AND id = NEW.settlement AND state = NEW.to_state) THEN
        RAISE EXCEPTION 'step % leads nowhere', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'settlementstep_has_its_state';
    END IF;
    SELECT w.about INTO who FROM register.to_be_screened(NEW.settlement, NEW.entry, lower(NEW.valid)) w
        WHERE NOT EXISTS (SELECT FROM register.screening s WHERE s.settlementstep = NEW.id AND s.about = w.about AND s.subject = w.subject) LIMIT 1;
    IF FOUND OR NOT EXISTS (SELECT FROM register.to_be_screened(NEW.settlement, NEW.entry, lower(NEW.valid))) THEN
        RAISE EXCEPTION '% was not screened for step %', COALESCE(who, 'nobody'), NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlementstep_is_screened';
    END IF;
    IF abs(lower(NEW.valid) - (entered AT TIME ZONE 'UTC')::date) > 1 THEN  -- who owned whom is asked of that day
        RAISE EXCEPTION 'step % is not of the day on which it was entered', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlementstep_screened_lately';
    END IF;
    IF EXISTS (SELECT FROM register.screening s WHERE s.settlementstep = NEW.id
            AND (entered - s.screened_at_utc::timestamptz > interval '24 hours' OR s.screened_at_utc::timestamptz - entered > interval '5 minutes')) THEN
        RAISE EXCEPTION 'a screening of step % is not of this day', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlementstep_screened_lately';
    END IF;
    IF onward AND EXISTS (SELECT FROM register.screening s WHERE s.settlementstep = NEW.id AND s.outcome <> 'clear') THEN
        RAISE EXCEPTION 'not everybody was clear at step %', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlementstep_is_clear';
    END IF;
    IF onward AND (EXISTS (
        SELECT FROM register.screening s, jsonb_to_recordset(s.lists) AS l (list_id text, sha256 text, state text, mandatory boolean)
        WHERE s.settlementstep = NEW.id GROUP BY l.list_id
        HAVING count(DISTINCT l.sha256) > 1 OR bool_or(l.mandatory IS NULL OR l.mandatory AND (l.state IS DISTINCT FROM 'FRESH' OR l.sha256 IS NULL)))
      OR (SELECT count(DISTINCT m.lists) <> 1 OR bool_or(m.lists IS NULL) FROM (
            SELECT (SELECT string_agg(l.list_id, ' ' ORDER BY l.list_id) FROM jsonb_to_recordset(s.lists) AS l (list_id text, mandatory boolean)
                WHERE l.mandatory) AS lists  -- everybody was asked for in the same mandatory lists, of which there is one at least
            FROM register.screening s WHERE s.settlementstep = NEW.id) m)) THEN
        RAISE EXCEPTION 'the screenings of step % saw lists that were not fresh, or two versions of one', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlementstep_one_version_a_list';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER settlementstep_holds AFTER INSERT ON register.settlementstep DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION register.settlementstep_holds();
"""

# A receipt that came later than its step would be one that nobody saw when it was taken.
SCREENING_HOLDS = """
CREATE FUNCTION register.screening_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM register.settlementstep t JOIN journal.entry a ON a.seq = t.entry JOIN journal.entry b ON b.seq = NEW.entry
        WHERE t.id = NEW.settlementstep AND a.recorded_at_utc = b.recorded_at_utc AND a.hand = b.hand) THEN
        RAISE EXCEPTION 'screening % came without its step', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'screening_with_its_step';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER screening_holds AFTER INSERT ON register.screening DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION register.screening_holds();
"""

SETTLEMENT_HOLDS = f"""
CREATE FUNCTION register.settlement_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was register.settlement;
    arrow register.settlementstep;
BEGIN
    SELECT * INTO was FROM register.settlement WHERE id = NEW.id AND upper(known) = lower(NEW.known);
    IF NOT FOUND THEN
        IF NEW.state <> 'DRAFT' OR NEW.step IS NOT NULL OR NEW.first_hand || NEW.second_hand || NEW.txid || NEW.acknowledgement <> ''
            OR EXISTS (SELECT FROM register.settlement WHERE id = NEW.id AND lower(known) <> lower(NEW.known) AND lower(known) < lower(NEW.known))
            OR NOT EXISTS (SELECT FROM journal.entry WHERE seq = NEW.entry AND hand = NEW.prepared_by)
            OR EXISTS (SELECT FROM register.tradecontract c WHERE c.id = NEW.contract AND upper_inf(c.known)
                AND (c.exporter = NEW.payer OR c.importer = NEW.payee)) THEN
            RAISE EXCEPTION 'settlement % does not begin as a draft', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_begins_as_a_draft';
        END IF;
    ELSE
        IF (was.trial, was.contract, was.regime, was.regime_status, was.regime_digest, was.prepared_by, was.payer, was.payee, was.payer_bank,
            was.payee_bank, was.miner, was.vessels, was.asset, was.amount_sat, was.value_minor, was.from_addresses, was.to_address, was.to_subject,
            was.invoice, was.invoiced_on, was.uetr)
            IS DISTINCT FROM
            (NEW.trial, NEW.contract, NEW.regime, NEW.regime_status, NEW.regime_digest, NEW.prepared_by, NEW.payer, NEW.payee, NEW.payer_bank,
            NEW.payee_bank, NEW.miner, NEW.vessels, NEW.asset, NEW.amount_sat, NEW.value_minor, NEW.from_addresses, NEW.to_address, NEW.to_subject,
            NEW.invoice, NEW.invoiced_on, NEW.uetr) THEN
            RAISE EXCEPTION 'settlement % would become another one', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_stays_itself';
        END IF;
        SELECT * INTO arrow FROM register.settlementstep
            WHERE id = NEW.step AND settlement = NEW.id AND from_state = was.state AND to_state = NEW.state;
        IF NOT FOUND OR (NEW.step IS NOT DISTINCT FROM was.step) THEN
            RAISE EXCEPTION 'settlement % came to % without a step', NEW.id, NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_goes_by_steps';
        END IF;
        IF (NEW.first_hand NOT IN (was.first_hand, '')
                AND (NEW.first_hand <> arrow.hand OR was.first_hand <> '' OR was.state <> 'TRAVEL_RULE_ACKED' OR NEW.state <> 'TRAVEL_RULE_ACKED'))
            OR (NEW.second_hand IS DISTINCT FROM was.second_hand
                AND (NEW.second_hand <> arrow.hand OR was.state <> 'TRAVEL_RULE_ACKED' OR NEW.state <> 'AUTHORISED')) THEN
            RAISE EXCEPTION 'settlement % is authorised by a hand that was not there', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_own_hands';
        END IF;
        IF (was.pay_by IS DISTINCT FROM NEW.pay_by AND (was.state <> 'TRAVEL_RULE_ACKED' OR NEW.state <> 'AUTHORISED'))
            OR (was.txid <> NEW.txid AND (was.state <> 'AUTHORISED' OR NEW.state <> 'OBSERVED'))
            OR (was.acknowledgement <> NEW.acknowledgement AND (was.state <> 'SCREENED' OR NEW.state <> 'TRAVEL_RULE_ACKED'))
            OR (was.papers <> NEW.papers AND (was.state <> 'CONFIRMED' OR NEW.state <> 'RECONCILED')) THEN
            RAISE EXCEPTION 'settlement % would rest on other evidence than it did', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_stays_itself';
        END IF;
        IF (NEW.state IN ({listed(PAUSES)}) AND NEW.before <> CASE WHEN was.before <> '' THEN was.before ELSE was.state END)
            OR (was.before <> '' AND NEW.before = '' AND NEW.state NOT IN (was.before, 'REFUSED', 'EXPIRED', 'RECALLED'))
            OR (NEW.state IN ('REFUSED', 'EXPIRED', 'RECALLED') AND was.before IN ({listed((*PAID, "DISPUTED"))})) THEN
            RAISE EXCEPTION 'settlement % does not go back to where it was', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_goes_back_to_where_it_was';
        END IF;
    END IF;
    IF upper_inf(NEW.known) THEN
        PERFORM register.contract_covers(NEW.contract);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER settlement_holds AFTER INSERT ON register.settlement DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION register.settlement_holds();

CREATE FUNCTION register.contract_covers(of text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(of, 12));  -- of two that come at once, the second sees the first
    IF EXISTS (
        SELECT FROM register.settlement s JOIN register.tradecontract c ON c.id = s.contract AND upper_inf(c.known)
        WHERE s.contract = of AND upper_inf(s.known)
            AND CASE WHEN s.before <> '' THEN s.before ELSE s.state END IN ({listed((*LINE[2:], "DISPUTED"))})
        GROUP BY s.trial, c.value_minor HAVING sum(s.value_minor) > c.value_minor) THEN
        RAISE EXCEPTION 'the payments of % add up to more than the contract', of
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_within_the_contract';
    END IF;
END $$;
CREATE FUNCTION register.tradecontract_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF upper_inf(NEW.known) THEN
        PERFORM register.contract_covers(NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER tradecontract_holds AFTER INSERT ON register.tradecontract DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION register.tradecontract_holds();

-- what is no longer believed has something in its place: nobody makes room in a contract by forgetting
CREATE FUNCTION register.stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stands boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM register.%I WHERE id = $1 AND lower(known) = $2)', TG_TABLE_NAME)
        INTO stands USING NEW.id, upper(NEW.known);
    IF NOT stands THEN
        RAISE EXCEPTION '% would vanish', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_never_vanishes';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER settlement_stays AFTER UPDATE ON register.settlement DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION register.stays();
CREATE CONSTRAINT TRIGGER tradecontract_stays AFTER UPDATE ON register.tradecontract DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION register.stays();

-- an owner may be gone from a day on; an entry says so, and who made it
CREATE FUNCTION register.stake_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM journal.entry WHERE seq = upper(NEW.known) AND subject = NEW.id AND kind LIKE 'stake%') THEN
        RAISE EXCEPTION '% would vanish', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_never_vanishes';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER stake_stays AFTER UPDATE ON register.stake DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION register.stake_stays();
"""

GRANTS = """
GRANT SELECT, INSERT, DELETE, UPDATE (known) ON register.participant TO adit_office;
GRANT SELECT, INSERT, UPDATE (known) ON register.stake, register.tradecontract, register.settlement TO adit_office;
GRANT SELECT, INSERT ON register.settlementstep, register.screening TO adit_office;
GRANT SELECT ON register.participant, register.stake, register.tradecontract, register.settlement, register.settlementstep, register.screening TO adit_reader;
"""


def upgrade() -> None:
    for part in (
        PARTICIPANT, STAKE, CONTRACT, SETTLEMENT, STEP, SCREENING, INDEXES, WHO, STEP_HOLDS, SCREENING_HOLDS, SETTLEMENT_HOLDS, GRANTS,
    ):  # fmt: skip
        op.execute(part.replace(":", "\\:"))
