"""The records in the database: what is stated goes through the journal and into the tables of versions in one transaction.

`Books` writes, within a transaction of the journal's writer. `get` and `listed` read: as it is known now, or as it was known when the log
had so many entries (`known`), of what was true on a day (`on`). `rebuild` makes every table anew from the journal.
"""

from adit.register.store.books import WITHDRAWN, Books
from adit.register.store.plain import plain, record_from
from adit.register.store.reading import Stated, count, get, history, listed, one
from adit.register.store.rebuilding import rebuild
from adit.register.store.tables import MIGRATIONS, clear_away, digests, migrate, steps

__all__ = [
    "MIGRATIONS",
    "WITHDRAWN",
    "Books",
    "Stated",
    "clear_away",
    "count",
    "digests",
    "get",
    "history",
    "listed",
    "migrate",
    "one",
    "plain",
    "rebuild",
    "record_from",
    "steps",
]  # fmt: skip
