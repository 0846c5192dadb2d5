"""What a monitor asks for: requests by route, how long they took, what waits, how far the journal has come. Nothing names anybody.

Several processes count together where PROMETHEUS_MULTIPROC_DIR names a folder, which `adit desk --workers` sees to.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from adit.desk.office import Office
from adit.journal import store as journal

__all__ = ["count", "exposed"]

_own = CollectorRegistry()
_REQUESTS = Counter("adit_requests", "Requests that were answered.", ("method", "route", "status"), registry=_own)
_SECONDS = Histogram(
    "adit_request_seconds", "Time to the end of the answer.", ("route",), registry=_own,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10),
)  # fmt: skip


def count(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered. Routes are our own; what leads nowhere counts as one."""
    _REQUESTS.labels(method, route or "none", str(status)).inc()
    _SECONDS.labels(route or "none").observe(seconds)


class _Standing(Collector):
    """How the office stands at this moment."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def collect(self) -> list[GaugeMetricFamily]:
        with self._office.reading() as connection:
            size, newest = journal.size(connection), journal.latest_checkpoint(connection)
            states = connection.execute("SELECT state, count(*) FROM desk.job GROUP BY state").fetchall()
            [(sessions,)] = connection.execute(
                "SELECT count(*) FROM desk.session WHERE expires_at > %s", [self._office.now()]
            ).fetchall()
        jobs = GaugeMetricFamily("adit_jobs", "Jobs, by their state.", labels=("state",))
        for state, number in states:
            jobs.add_metric((state,), number)
        return [
            GaugeMetricFamily("adit_entries", "Entries of the journal.", size),
            GaugeMetricFamily("adit_entries_unsigned", "Entries that no checkpoint covers yet.", size - (newest[0] if newest else 0)),
            GaugeMetricFamily("adit_writer_waiting", "Requests that wait for the hand that writes, in this process.", self._office.writer.waiting),
            GaugeMetricFamily("adit_sessions", "Sessions that are open.", sessions),
            jobs,
        ]  # fmt: skip


def exposed(office: Office) -> bytes:
    """All of it, as Prometheus reads it."""
    standing = CollectorRegistry()
    standing.register(_Standing(office))
    counted = _own
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    return generate_latest(counted) + generate_latest(standing)
