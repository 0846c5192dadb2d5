"""Where a meter's readings begin to be a thousand times what they were, or a thousandth: kWh taken for Wh, or the other way round."""

import numpy as np

from adit.evidence.meters.layout import Ints

__all__ = ["jumps"]

_BLOCK = 24  # readings, of whose medians the level is made: one odd reading does not move it
_BEFORE, _AFTER = 5, 2  # blocks
_LEAST, _MOST = 500.0, 2000.0


def jumps(start_s: Ints, end_s: Ints, energy_wh: Ints) -> list[tuple[int, float]]:
    """The readings of one meter at which its level jumps by a factor near 1000, with that factor.

    Readings of zero are passed over. A jump is seen where it lasts for two days of hourly readings; the way back is seen only after
    several more. A load may jump so by itself, from stand-by to full: this is a question to be asked, and no proof.
    """
    some = np.flatnonzero(energy_wh > 0)
    whole = len(some) // _BLOCK
    if whole < 1 + _AFTER:
        return []
    power = energy_wh[some] / (end_s[some] - start_s[some])
    medians = np.median(power[: whole * _BLOCK].reshape(whole, _BLOCK), axis=1)
    if medians.max() < _LEAST * medians.min():
        return []
    found: list[tuple[int, float]] = []
    k = 1
    while k <= whole - _AFTER:
        before = float(np.median(medians[max(0, k - _BEFORE) : k]))
        after = medians[k : k + _AFTER]
        up, down = float(after.min()) / before, before / float(after.max())
        if _LEAST <= up <= _MOST or _LEAST <= down <= _MOST:
            factor = up if up > 1 else 1 / down
            middle = before * factor**0.5
            near = power[(k - 1) * _BLOCK : (k + 1) * _BLOCK]
            beyond = near > middle if factor > 1 else near < middle
            place = len(beyond) - int(np.argmin(beyond[::-1])) if not beyond.all() else 0  # after the last that is not
            found.append((int(some[(k - 1) * _BLOCK + min(place, len(near) - 1)]), factor))
            k += _BEFORE
        else:
            k += 1
    return found
