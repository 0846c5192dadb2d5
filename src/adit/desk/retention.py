"""How long what people sent is kept: tables that were imported go after a number of days, each with an entry in the journal. Photos are evidence and stay.

Files that are downloaded are not kept at all: they are made when they are asked for, in a temporary file that has no name.
"""

from datetime import timedelta

from adit.desk.office import Office
from adit.journal.entries import Draft
from adit.journal.writer import Transaction

__all__ = ["AT_ONCE", "KIND", "clean"]

KIND = "upload"  # of the entry that says that a file was removed
AT_ONCE = 500  # files of one round
_OLD = """
SELECT arguments->>'sha256', max(id) FROM desk.job j WHERE arguments ? 'sha256' AND NOT arguments ? 'removed'
GROUP BY 1 HAVING bool_and(ended_at IS NOT NULL) AND max(ended_at) <= %s ORDER BY max(ended_at) LIMIT %s"""
_PHOTO = (
    "SELECT FROM register.inspection WHERE photos @> jsonb_build_array(jsonb_build_object('sha256', %s::text)) LIMIT 1"
)


def clean(office: Office, hand: str) -> int:
    """Remove tables all of whose imports ended so many days ago; how many. Cut off half-way, it removes the rest the next time."""
    before = office.now() - timedelta(days=office.settings.import_days)
    with office.reading() as connection:
        old = connection.execute(_OLD, (before, AT_ONCE)).fetchall()
    for digest, job in old:
        _remove(office, hand, str(digest), str(job))
    return len(old)


def _remove(office: Office, hand: str, digest: str, job: str) -> None:
    with office.reading() as connection:
        evidence = bool(connection.execute(_PHOTO, [digest]).fetchall())
    file = office.settings.folder / "uploads" / digest

    def work(transaction: Transaction) -> dict[str, str]:
        transaction.append(Draft(KIND, job, hand, {"act": "removed", "days": office.settings.import_days}))
        return {}

    if not evidence and file.exists():
        office.write(work, key=f"removed {job} {digest}")
        file.unlink(missing_ok=True)
    with office.reading() as connection:
        connection.execute(
            "UPDATE desk.job SET arguments = arguments || '{\"removed\": true}' WHERE arguments->>'sha256' = %s AND ended_at IS NOT NULL",
            [digest],
        )
        if not evidence:
            connection.execute("DELETE FROM desk.upload WHERE sha256 = %s AND state <> 'found'", [digest])
