"""The `sql` reader: the same rules as one query over a table of cases, for millions of rows.

Dated values are resolved into a small table of periods before the query, so law reaches the engine only as columns of
that table. The text is ours and plain: integers, comparisons, CASE, equality joins, one form of window. Where engines
spell a thing differently the spelling stands in `Dialect`.

A row that cannot be decided (a value that is not in force, two exceptions at once) is not answered and not dropped: its
`problem` says why, in the same cases in which the `case` reader raises. Not here: running a query (`engines`).
"""

from adit.regime.readers.sql.dialects import DIALECTS, Dialect
from adit.regime.readers.sql.query import Query, write_query

__all__ = ["DIALECTS", "Dialect", "Query", "write_query"]
