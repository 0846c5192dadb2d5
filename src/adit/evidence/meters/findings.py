"""Findings about readings, and a report of bounded size that counts all of them and keeps the first of each kind."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from adit.evidence.meters.kinds import KINDS

__all__ = ["Finding", "Report"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where it stands, what stands there, what is wrong, what to do. The header of a file is row 1."""

    kind: str
    file: str
    row: int  # 0 where it is of no single row
    column: str
    meter: str
    value: str
    what: str
    todo: str

    @property
    def became(self) -> str:
        return KINDS[self.kind].became


@dataclass(slots=True)
class Report:
    """Counts every finding, keeps the first `keep` of each kind, and hands all of them on to `sink` where there is one."""

    keep: int = 10
    sink: Callable[[Finding], None] | None = None
    counts: Counter[str] = field(default_factory=Counter)
    kept: dict[str, list[Finding]] = field(default_factory=dict)

    def add(
        self, kind: str, *, file: str = "", row: int = 0, column: str = "", meter: str = "", value: str = "", more: str = ""
    ) -> None:  # fmt: skip
        """One finding; `more` says what its kind cannot know."""
        self.add_many(kind, 1, lambda _: self.made(kind, file, row, column, meter, value, more))

    def add_many(self, kind: str, n: int, make: Callable[[int], Finding]) -> None:
        """So many findings of one kind, of which only those are made that somebody will see."""
        self.counts[kind] += n
        kept = self.kept.setdefault(kind, [])
        for i in range(n if self.sink is not None else min(n, self.keep - len(kept))):
            finding = make(i)
            if len(kept) < self.keep:
                kept.append(finding)
            if self.sink is not None:
                self.sink(finding)

    @staticmethod
    def made(kind: str, file: str, row: int, column: str, meter: str, value: str, more: str = "") -> Finding:
        about = KINDS[kind]
        return Finding(
            kind, file, row, column, meter, value[:100], f"{about.what}: {more}" if more else about.what, about.todo
        )

    @property
    def findings(self) -> Iterator[Finding]:
        """Those that were kept, in the order of the kinds."""
        for kind in KINDS:
            yield from self.kept.get(kind, ())

    @property
    def total(self) -> int:
        return self.counts.total()
