"""How often something may be tried from one place."""

import time
from collections import OrderedDict
from threading import Lock

__all__ = ["Limits"]


class Limits:
    """So many requests a minute from one place, in the memory of this process."""

    def __init__(self, per_minute: float, burst: int, most: int = 20_000) -> None:
        self.rate, self.burst, self.most = per_minute / 60, burst, most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, place: str) -> tuple[bool, int]:
        """Whether one more may come, and how many more could."""
        now = time.monotonic()
        with self._lock:
            left, at = self._buckets.pop(place, (float(self.burst), now))
            left = min(float(self.burst), left + (now - at) * self.rate)
            allowed = left >= 1
            self._buckets[place] = (left - 1 if allowed else left, now)
            if len(self._buckets) > self.most:
                self._buckets.popitem(last=False)
        return allowed, int(left)
