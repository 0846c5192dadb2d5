"""Lists and figures over the whole register: what is looked up as it was known then, and in which order lists go.

The indexes of 0002 hold only the versions that are believed now. What is decided is read as it was known at a position of the log, and
for that the planner could use none of them: each such look-up read its whole table. These hold every version; they are hardly larger,
since few versions are ever superseded.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

KINDS = (
    "party", "identity", "share", "membership", "pool", "participation", "site", "client", "machine", "meter", "reading", "address",
    "declaration", "application", "exclusion", "appeal", "inspection", "decision", "proposal", "letter", "note",
)  # fmt: skip
# of versions believed now (0002) -> of every version, under the same name
WHOLE = (
    ("identity_party", "identity (party)"),
    ("membership_party", "membership (party)"),
    ("site_owner", "site (owner)"),
    ("site_operator", "site (operator)"),
    ("machine_owner", "machine (owner)"),
    ("machine_site", "machine (site)"),
    ("meter_site", "meter (site)"),
    ("reading_meter", "reading (meter, lower(valid))"),
    ("declaration_party", "declaration (party, lower(valid))"),
    ("declaration_month", "declaration (lower(valid), party)"),
)
NEW = """
CREATE INDEX membership_number ON register.membership (number, id);
CREATE INDEX membership_entered ON register.membership (lower(valid), id);
CREATE INDEX reading_month ON register.reading (lower(valid));
CREATE INDEX decision_period ON register.decision (period, entry);
"""


def upgrade() -> None:
    for kind in KINDS:
        op.execute(f"CREATE INDEX {kind}_id ON register.{kind} (id)")
        op.execute(f"DROP INDEX register.{kind}_current")
    for name, columns in WHOLE:
        op.execute(f"DROP INDEX register.{name}")
        op.execute(f"CREATE INDEX {name} ON register.{columns}")
    op.execute(NEW)
