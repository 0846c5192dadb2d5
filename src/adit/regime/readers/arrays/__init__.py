"""The `arrays` reader: the same rules as one compiled loop over columns in memory, in exact 64-bit integers.

One kernel is written for a set of questions: it goes over the rows once and works out every rule in local variables, so
that nothing is kept but the answers. Running sums are kept by subject between batches, so a panel of any length streams
through in the memory of one batch. Rows of a subject have to come in the order of their periods.

Absent facts and silence are `ABSENT`; words are codes of the kernel's vocabulary; flags are 0 and 1. Not here: Parquet and
threads (`streamed`).
"""

from adit.regime.readers.arrays.body import Body, write_body
from adit.regime.readers.arrays.integers import ABSENT
from adit.regime.readers.arrays.kernel import Kernel, Memory, write_kernel
from adit.regime.readers.arrays.module import loop_of, write_module

__all__ = ["ABSENT", "Body", "Kernel", "Memory", "loop_of", "write_body", "write_kernel", "write_module"]
