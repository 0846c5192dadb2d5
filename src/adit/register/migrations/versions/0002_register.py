"""The records: each a table of versions, believed from one position of the log to another, true from one day to another.

They follow from the journal and can be dropped and made again (`adit register rebuild`). What must never be true at once is
refused here and not only in the program: periods of one record that overlap, two owners of one serial number, a second hand that is
the first.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

SUBJECT = """
CREATE TABLE register.subject (
    id text PRIMARY KEY CHECK (id ~ '^[a-z]+-[0-9a-z]{8,16}$'),
    created bigint NOT NULL REFERENCES journal.entry
);
CREATE FUNCTION register.key(text) RETURNS int8range LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN int8range(hashtextextended($1, 0) >> 1, hashtextextended($1, 0) >> 1, '[]');
COMMENT ON FUNCTION register.key IS 'A text as a range, so that GiST compares it without an extension.';
"""


def record(name: str, columns: str, more: str = "") -> str:
    """The table of one kind of record. A version is current while `known` has no upper end."""
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


def to(kind: str, *, required: bool = True) -> str:
    """A reference to a record of another kind."""
    return f"text {'NOT NULL' if required else ''} REFERENCES register.subject CHECK ({{}} LIKE '{kind}-%')"


def ref(column: str, kind: str, *, required: bool = True) -> str:
    return f"{column} {to(kind, required=required).format(column)}"


def words(column: str, *allowed: str, required: bool = True) -> str:
    listed = ", ".join(f"'{w}'" for w in allowed)
    return f"{column} text {'NOT NULL' if required else ''} CHECK ({column} IN ({listed}))"


KINDS = ("citizen", "entrepreneur", "company", "foreign_person", "foreign_company")

TABLES = (
    record(
        "party",
        f"""{words("kind", *KINDS)},
    country text NOT NULL CHECK (country ~ '^[A-Z]{{2}}$'),
    state_tied boolean NOT NULL, energy_company boolean NOT NULL, conviction_unspent boolean NOT NULL,
    terror_listed boolean NOT NULL, tax_resident boolean NOT NULL, only_mining boolean NOT NULL,
    {words("tax_regime", "general", "USN", "ESHN", "AUSN", "NPD", "PSN")}""",
    ),
    record(
        "identity",
        f"""{ref("party", "party")},
    name text NOT NULL CHECK (name <> ''),
    inn text NOT NULL CHECK (inn ~ '^([0-9]{{10}}|[0-9]{{12}})?$'),
    ogrn text NOT NULL CHECK (ogrn ~ '^([0-9]{{13}}|[0-9]{{15}})?$'),
    address text NOT NULL, email text NOT NULL, phone text NOT NULL""",
        ", CONSTRAINT identity_one_party_an_inn EXCLUDE USING gist (register.key(NULLIF(inn, '')) WITH &&, valid WITH &&, known WITH &&)",
    ),
    record(
        "share",
        f"""{ref("owner", "party")}, {ref("owned", "party")} CHECK (owned <> owner),
    share_ppm integer NOT NULL CHECK (share_ppm BETWEEN 1 AND 1000000), control boolean NOT NULL""",
    ),
    record(
        "membership",
        f"""{ref("party", "party")}, {words("register", "miners", "operators")},
    number text NOT NULL CHECK (number <> '')""",
        """, CONSTRAINT membership_once EXCLUDE USING gist (register.key(register || party) WITH &&, valid WITH &&, known WITH &&)
    , CONSTRAINT membership_one_number EXCLUDE USING gist (register.key(number) WITH &&, valid WITH &&, known WITH &&)""",
    ),
    record("pool", "name text NOT NULL CHECK (name <> ''), country text NOT NULL, accredited boolean NOT NULL, url text NOT NULL"),
    record("participation", f"""{ref("party", "party")}, {ref("pool", "pool")}, account text NOT NULL"""),
    record(
        "site",
        f"""{ref("owner", "party")}, {ref("operator", "party", required=False)},
    name text NOT NULL CHECK (name <> ''), region text NOT NULL CHECK (region <> ''), municipality text NOT NULL,
    address text NOT NULL,
    latitude_e6 integer CHECK (latitude_e6 BETWEEN -90000000 AND 90000000),
    longitude_e6 integer CHECK (longitude_e6 BETWEEN -180000000 AND 180000000),
    connection_kw integer NOT NULL CHECK (connection_kw >= 0), supplier text NOT NULL,
    {words("power_source", "grid", "imported", "own_fossil", "own_renewable", "own_solar")},
    isolated_generation boolean NOT NULL, residential boolean NOT NULL""",
    ),
    record(
        "client",
        f"""{ref("operator", "party")}, {ref("miner", "party")} CHECK (miner <> operator), {ref("site", "site")},
    contract text NOT NULL, tariff_rub_e4_per_kwh bigint NOT NULL CHECK (tariff_rub_e4_per_kwh >= 0)""",
    ),
    record(
        "machine",
        f"""{ref("owner", "party")}, {ref("site", "site")},
    maker text NOT NULL CHECK (maker <> ''), model text NOT NULL CHECK (model <> ''), serial text NOT NULL CHECK (serial <> ''),
    hashrate_ghs bigint NOT NULL CHECK (hashrate_ghs >= 0), power_w integer NOT NULL CHECK (power_w >= 0),
    algorithm text NOT NULL""",
        ", CONSTRAINT machine_one_owner_a_serial EXCLUDE USING gist (register.key(upper(maker || ' ' || serial)) WITH &&, valid WITH &&, known WITH &&)",
    ),
    record(
        "meter",
        f"""{ref("site", "site")}, serial text NOT NULL CHECK (serial <> ''),
    {words("counts", "mining", "site")}, class_ppm integer NOT NULL CHECK (class_ppm BETWEEN 0 AND 100000)""",
        ", CONSTRAINT meter_one_site_a_serial EXCLUDE USING gist (register.key(serial) WITH &&, valid WITH &&, known WITH &&)",
    ),
    record(
        "reading",
        f"""{ref("meter", "meter")}, energy_wh bigint NOT NULL CHECK (energy_wh >= 0)""",
        ", CONSTRAINT reading_once EXCLUDE USING gist (register.key(meter) WITH &&, valid WITH &&, known WITH &&)",
    ),
    record(
        "address",
        f"""{ref("party", "party")}, {words("coin", "BTC")}, {words("network", "mainnet", "testnet", "regtest")},
    address text NOT NULL CHECK (address <> ''), script bytea NOT NULL,
    message text NOT NULL, signature text NOT NULL, {words("proof", "none", "message", "bip322")}""",
        """, CHECK ((proof = 'none') = (signature = ''))
    , CONSTRAINT address_one_party_a_script EXCLUDE USING gist (register.key(encode(script, 'hex')) WITH &&, valid WITH &&, known WITH &&)""",
    ),
    record(
        "declaration",
        f"""{ref("party", "party")}, {words("coin", "BTC")},
    amount_sat bigint NOT NULL CHECK (amount_sat BETWEEN 0 AND 2100000000000000),
    energy_wh bigint NOT NULL CHECK (energy_wh >= 0),
    costs_kopecks bigint NOT NULL CHECK (costs_kopecks >= 0),
    receipts jsonb NOT NULL CHECK (jsonb_typeof(receipts) = 'array'), note text NOT NULL""",
        ", CONSTRAINT declaration_once EXCLUDE USING gist (register.key(party || coin) WITH &&, valid WITH &&, known WITH &&)",
    ),
    record(
        "application",
        f"""{ref("party", "party")}, {words("register", "miners", "operators")},
    {words("state", "sent", "in review", "more asked", "approved", "refused", "withdrawn")},
    statement text NOT NULL, answer text NOT NULL, cites text NOT NULL""",
    ),
    record(
        "exclusion",
        f"""{ref("membership", "membership")},
    {words("ground", "false data", "laundering breaches", "power rules", "banned territory", "bankruptcy")},
    {words("state", "noticed", "excluded", "dropped", "restored")},
    evidence text NOT NULL, cites text NOT NULL, noticed_on date NOT NULL,
    answer_by date NOT NULL CHECK (answer_by > noticed_on), answer text NOT NULL""",
    ),
    record(
        "appeal",
        f"""{ref("party", "party")}, about text NOT NULL REFERENCES register.subject,
    {words("state", "sent", "upheld", "rejected", "withdrawn")}, statement text NOT NULL, answer text NOT NULL""",
    ),
    record(
        "inspection",
        f"""{ref("site", "site")}, inspector text NOT NULL, {words("state", "planned", "filed", "cancelled")},
    machines_found integer CHECK (machines_found >= 0), reading_wh bigint CHECK (reading_wh >= 0),
    protocol text NOT NULL, photos jsonb NOT NULL CHECK (jsonb_typeof(photos) = 'array')""",
        ", CHECK ((state = 'filed') <= (machines_found IS NOT NULL))",
    ),
    record(
        "decision",
        f"""{ref("party", "party")}, regime text NOT NULL, regime_digest text NOT NULL, period text NOT NULL,
    answers jsonb NOT NULL, replaces text REFERENCES register.subject, facts_known bigint NOT NULL""",
    ),
    record(
        "proposal",
        f"""about text NOT NULL REFERENCES register.subject, act text NOT NULL CHECK (act <> ''), writes jsonb NOT NULL,
    reason text NOT NULL CHECK (reason <> ''), proposed_by text NOT NULL, decided_by text,
    {words("state", "pending", "approved", "declined")}, answer text NOT NULL""",
        """, CONSTRAINT proposal_two_hands CHECK (decided_by <> proposed_by)
    , CHECK ((state = 'pending') = (decided_by IS NULL))""",
    ),
    record(
        "letter",
        f"""{ref("party", "party")}, about text NOT NULL REFERENCES register.subject, paper text NOT NULL,
    number text NOT NULL, code text NOT NULL CHECK (code <> ''), content jsonb NOT NULL, read_on date""",
        ", CONSTRAINT letter_one_code EXCLUDE USING gist (register.key(code) WITH &&, known WITH &&)",
    ),
    record("note", "about text NOT NULL REFERENCES register.subject, text text NOT NULL CHECK (text <> '')"),
)  # fmt: skip

INDEXES = """
CREATE UNIQUE INDEX proposal_one_pending ON register.proposal (about) WHERE upper_inf(known) AND state = 'pending';
CREATE UNIQUE INDEX application_one_open ON register.application (party, register)
    WHERE upper_inf(known) AND upper_inf(valid) AND state IN ('sent', 'in review', 'more asked');
CREATE UNIQUE INDEX exclusion_one_open ON register.exclusion (membership) WHERE upper_inf(known) AND upper_inf(valid) AND state = 'noticed';
CREATE INDEX identity_inn ON register.identity (inn) WHERE upper_inf(known);
CREATE INDEX identity_party ON register.identity (party) WHERE upper_inf(known);
CREATE INDEX membership_party ON register.membership (party) WHERE upper_inf(known);
CREATE INDEX site_owner ON register.site (owner) WHERE upper_inf(known);
CREATE INDEX site_operator ON register.site (operator) WHERE upper_inf(known);
CREATE INDEX site_region ON register.site (region) WHERE upper_inf(known);
CREATE INDEX client_operator ON register.client (operator) WHERE upper_inf(known);
CREATE INDEX client_miner ON register.client (miner) WHERE upper_inf(known);
CREATE INDEX machine_owner ON register.machine (owner) WHERE upper_inf(known);
CREATE INDEX machine_site ON register.machine (site) WHERE upper_inf(known);
CREATE INDEX meter_site ON register.meter (site) WHERE upper_inf(known);
CREATE INDEX reading_meter ON register.reading (meter, lower(valid)) WHERE upper_inf(known);
CREATE INDEX address_party ON register.address (party) WHERE upper_inf(known);
CREATE INDEX share_owned ON register.share (owned) WHERE upper_inf(known);
CREATE INDEX share_owner ON register.share (owner) WHERE upper_inf(known);
CREATE INDEX participation_party ON register.participation (party) WHERE upper_inf(known);
CREATE INDEX declaration_party ON register.declaration (party, lower(valid)) WHERE upper_inf(known);
CREATE INDEX declaration_month ON register.declaration (lower(valid), party) WHERE upper_inf(known);
CREATE INDEX application_party ON register.application (party) WHERE upper_inf(known);
CREATE INDEX application_state ON register.application (state, entry) WHERE upper_inf(known) AND upper_inf(valid);
CREATE INDEX exclusion_membership ON register.exclusion (membership) WHERE upper_inf(known);
CREATE INDEX exclusion_state ON register.exclusion (state, entry) WHERE upper_inf(known) AND upper_inf(valid);
CREATE INDEX appeal_party ON register.appeal (party) WHERE upper_inf(known);
CREATE INDEX appeal_state ON register.appeal (state, entry) WHERE upper_inf(known) AND upper_inf(valid);
CREATE INDEX inspection_site ON register.inspection (site) WHERE upper_inf(known);
CREATE INDEX inspection_inspector ON register.inspection (inspector, state) WHERE upper_inf(known) AND upper_inf(valid);
CREATE INDEX decision_party ON register.decision (party, period) WHERE upper_inf(known);
CREATE INDEX proposal_state ON register.proposal (state, entry) WHERE upper_inf(known) AND upper_inf(valid);
CREATE INDEX letter_party ON register.letter (party) WHERE upper_inf(known);
CREATE INDEX letter_about ON register.letter (about) WHERE upper_inf(known);
CREATE INDEX note_about ON register.note (about) WHERE upper_inf(known);
"""

# What search looks through: words folded and cut in threes by register/search, since no extension is to be had everywhere.
FOUND = """
CREATE TABLE register.found (
    id text NOT NULL REFERENCES register.subject,
    entry bigint NOT NULL REFERENCES journal.entry,
    party text REFERENCES register.subject,
    label text NOT NULL,
    trigrams text[] NOT NULL,
    PRIMARY KEY (id, entry)
);
CREATE INDEX found_trigrams ON register.found USING gin (trigrams);
CREATE INDEX found_entry ON register.found (entry);
"""

NAMES = (
    "party", "identity", "share", "membership", "pool", "participation", "site", "client", "machine", "meter", "reading", "address",
    "declaration", "application", "exclusion", "appeal", "inspection", "decision", "proposal", "letter", "note", "found",
)  # fmt: skip


def upgrade() -> None:
    op.execute(SUBJECT)
    for table in TABLES:
        op.execute(table.replace(":", "\\:"))
    op.execute(INDEXES)
    op.execute(FOUND)
    op.execute("GRANT USAGE ON SCHEMA register TO adit_office, adit_reader")
    op.execute("GRANT SELECT, INSERT ON register.subject TO adit_office")
    for name in NAMES:
        # a version is closed by writing its end; it is removed only where what an entry says is erased, and made again by a rebuild
        op.execute(
            f"GRANT SELECT, INSERT, DELETE, UPDATE {'' if name == 'found' else '(known)'} ON register.{name} TO adit_office"
        )
    op.execute("GRANT SELECT ON ALL TABLES IN SCHEMA register TO adit_reader")
