"""Alerts of laundering and the cases made of them, which only those see who handle them; a new role for them."""

from alembic import op

revision = "0014"
down_revision = "0013"

ALERT = """
CREATE TABLE register.alert (
    id text NOT NULL REFERENCES register.subject CHECK (id LIKE 'alert-%'),
    valid daterange NOT NULL CHECK (NOT isempty(valid)),
    known int8range NOT NULL CHECK (NOT isempty(known) AND NOT lower_inf(known)),
    entry bigint NOT NULL REFERENCES journal.entry,
    party text NOT NULL REFERENCES register.subject CHECK (party LIKE 'party-%'),
    month text NOT NULL CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    sign text NOT NULL CHECK (sign <> ''),
    rule text NOT NULL CHECK (rule ~ '^[0-9a-f]{16}$'),
    regime text NOT NULL CHECK (regime <> ''),
    value bigint NOT NULL,
    unit text NOT NULL,
    threshold bigint NOT NULL,
    points integer NOT NULL CHECK (points BETWEEN 1 AND 100),
    figures jsonb NOT NULL CHECK (jsonb_typeof(figures) = 'object'),
    evidence jsonb NOT NULL CHECK (jsonb_typeof(evidence) = 'array' AND jsonb_array_length(evidence) > 0),
    CONSTRAINT alert_one_truth_a_day EXCLUDE USING gist (register.key(id) WITH &&, valid WITH &&, known WITH &&)
);
CREATE INDEX alert_id ON register.alert (id);
CREATE INDEX alert_entry ON register.alert (entry);
CREATE INDEX alert_party ON register.alert (party, month);
COMMENT ON TABLE register.alert IS 'Signs of laundering, each with its rule, its figures and what it rests on. Only those see them who handle suspicions.';
"""

SUSPICION = """
CREATE TABLE register.suspicion (
    id text NOT NULL REFERENCES register.subject CHECK (id LIKE 'suspicion-%'),
    valid daterange NOT NULL CHECK (NOT isempty(valid)),
    known int8range NOT NULL CHECK (NOT isempty(known) AND NOT lower_inf(known)),
    entry bigint NOT NULL REFERENCES journal.entry,
    party text NOT NULL REFERENCES register.subject CHECK (party LIKE 'party-%'),
    state text NOT NULL CHECK (state IN ('open', 'in work', 'proposed', 'reported', 'closed')),
    reference text NOT NULL CHECK (reference <> ''),
    alerts jsonb NOT NULL CHECK (jsonb_typeof(alerts) = 'array' AND jsonb_array_length(alerts) > 0),
    points integer NOT NULL CHECK (points BETWEEN 1 AND 100),
    opened_on date NOT NULL,
    due_on date NOT NULL CHECK (due_on > opened_on),
    holder text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('', 'report', 'no report')),
    reason text NOT NULL,
    action text NOT NULL,
    prepared_by text NOT NULL,
    decided_by text NOT NULL,
    report jsonb,
    CHECK ((state IN ('open', 'in work')) = (outcome = '')),
    CHECK (state = 'open' OR holder <> ''),
    CHECK (outcome = '' OR reason <> ''),
    CHECK ((state = 'reported') = (report IS NOT NULL)),
    CHECK ((state IN ('reported', 'closed')) = (decided_by <> '')),
    CONSTRAINT suspicion_two_hands CHECK (decided_by = '' OR (prepared_by <> '' AND decided_by <> prepared_by)),
    CONSTRAINT suspicion_one_truth_a_day EXCLUDE USING gist (register.key(id) WITH &&, valid WITH &&, known WITH &&)
);
CREATE INDEX suspicion_id ON register.suspicion (id);
CREATE INDEX suspicion_entry ON register.suspicion (entry);
CREATE INDEX suspicion_party ON register.suspicion (party);
CREATE INDEX suspicion_due ON register.suspicion (due_on) WHERE upper_inf(known) AND upper_inf(valid);
CREATE UNIQUE INDEX suspicion_one_open ON register.suspicion (party)
    WHERE upper_inf(known) AND upper_inf(valid) AND state IN ('open', 'in work', 'proposed');
COMMENT ON TABLE register.suspicion IS 'Cases of suspected laundering. The party they are about is not told that one exists.';
"""


def upgrade() -> None:
    for statements in (ALERT, SUSPICION):
        op.execute(statements.replace(":", "\\:"))
    for kind in ("alert", "suspicion"):
        op.execute(f"GRANT SELECT, INSERT, DELETE, UPDATE (known) ON register.{kind} TO adit_office")
