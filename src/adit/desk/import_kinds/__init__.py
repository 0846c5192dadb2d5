"""What can be imported: the columns of each kind of table, and what one of its rows states.

What contradicts the register is found for a whole chunk by one query, so that a table that comes twice is told quickly; the database has the
last word. Not here: the reading of files (`tables`), or entering in chunks (`importing`).
"""

from adit.desk.import_kinds import declarations, machines, parties, readings
from adit.desk.import_kinds.cells import Cells, Wrong
from adit.desk.import_kinds.kind import Kind, Line
from adit.desk.import_kinds.surroundings import Surroundings, surroundings
from adit.desk.web.languages import Words
from adit.register.refusals import REFUSALS

__all__ = ["KINDS", "Cells", "Kind", "Line", "Surroundings", "Wrong", "refusal", "surroundings"]

KINDS = {kind.name: kind for kind in (machines.KIND, readings.KIND, declarations.KIND, parties.KIND)}


def refusal(name: str, said: str, todo: str, words: Words) -> Wrong:
    """What the database refuses, in words for whoever sent the row."""
    if name == "machine_one_owner_a_serial":
        return machines.of_others(words)
    what, advice = REFUSALS.get(name, (said, todo))
    return words.told(what), words.told(advice)
