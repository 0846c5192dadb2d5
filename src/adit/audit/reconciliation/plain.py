"""The plain twins of the compiled kernels: the same answers in readable Python, for small inputs and for the tests."""

from collections.abc import Sequence

from adit.audit.reconciliation.holders import ANOTHERS, CLAIMED, PROVEN, UNLISTED

__all__ = ["Claim", "days_between", "holder", "pair_one_group", "stand"]

Claim = tuple[int, int, int]  # miner, proven from, up to but not including; in the order of miners and first days
Span = tuple[int, int]  # first and last day


def days_between(line: Span, day: int) -> int:
    """How far a day lies from the days that a line names."""
    return max(line[0] - day, day - line[1], 0)


def pair_one_group(lines: Sequence[Span], days: Sequence[int], window: int) -> list[int]:
    """For each line the place of its receipt or -1: lines and receipts of one amount at one address, both in order.

    No line may lie within another. best[i][j] is what the first i lines and the first j receipts can have: pairs, and days not lost.
    """
    best = [[(0, 0)] * (len(days) + 1) for _ in range(len(lines) + 1)]

    def paired(i: int, j: int) -> tuple[int, int]:
        away = days_between(lines[i - 1], days[j - 1])
        pairs, saved = best[i - 1][j - 1]
        return (pairs + 1, saved - away) if away <= window else (-1, 0)

    for i in range(1, len(lines) + 1):
        for j in range(1, len(days) + 1):
            best[i][j] = max(best[i - 1][j], best[i][j - 1], paired(i, j))
    found = [-1] * len(lines)
    i, j = len(lines), len(days)
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            found[i] = j
    return found


def stand(miner: int, since: int, until: int, claims: Sequence[Claim]) -> int:
    """How a miner stands to an address with these claims, in the days from `since` through `until`."""
    proven = {m for m, start, end in claims if start <= until and since < end}
    if not claims:
        return UNLISTED
    if miner in proven:
        return PROVEN
    return CLAIMED if miner in {m for m, _, _ in claims} and not proven else ANOTHERS


def holder(day: int, claims: Sequence[Claim]) -> tuple[int, bool, bool]:
    """The claim of the holder on a day, whether it is proven, whether several miners have proven it; -1 where nobody claims."""
    standing = [i for i, (_, start, end) in enumerate(claims) if start <= day < end]
    if not standing:
        return (0 if claims else -1), False, False
    first = min(standing, key=lambda i: (claims[i][1], i))
    return first, True, len({claims[i][0] for i in standing}) > 1
