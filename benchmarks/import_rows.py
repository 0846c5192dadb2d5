"""A table of machines from Excel, with a report for each row: how long, and how much memory.

    python -m benchmarks.import_rows [--rows 100000]

The file is made first and not counted. What is timed is the job: both passes over the file, every row through the journal into the tables, and its
report. It is rehearsed too, which keeps nothing but the report. Memory is that of this process; the database has its own.
"""

import argparse
import logging
import os
import platform
import resource
import tempfile
import time
from datetime import date
from hashlib import sha256
from pathlib import Path

import xlsxwriter

from adit.desk import importing, jobs
from adit.desk.app import set_up_logs
from adit.desk.demo import PASSWORD
from adit.desk.office import Office, Settings, new_id, open_office
from adit.desk.web.accounts import add_account
from adit.register.records import Party, Site
from adit.register.store import Books


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--rows", type=int, default=100_000)
    given = asked.parse_args()
    set_up_logs(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="adit-bench-") as folder:
        office = open_office(Settings(Path(folder), os.environ.get("ADIT_DATABASE", "")))
        party, hand = _owner(office)
        file = Path(folder) / "machines.xlsx"
        _write(file, given.rows)
        content = file.read_bytes()
        digest = sha256(content).hexdigest()
        importing.uploads(office).mkdir(parents=True, exist_ok=True)
        (importing.uploads(office) / digest).write_bytes(content)
        print(
            f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {len(content) / 1e6:.1f} MB"
        )
        print("| what | rows | wall | CPU here | most memory here | target |\n|---|---|---|---|---|---|")
        for what, dry, target in (("rehearsed", True, ""), ("imported", False, "under 60 s")):
            job = importing.start(office, hand, "machines", party, digest, file.name, dry=dry, key=what)
            begun, used = time.perf_counter(), time.process_time()
            jobs.run_pending(office)
            took, cpu = time.perf_counter() - begun, time.process_time() - used
            told, memory = importing.counts(office, job), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            assert sum(told.values()) == given.rows, jobs.find(office, job)
            print(
                f"| {what}, with a report for each row | {told} | {took:.1f} s | {cpu:.1f} s | {memory:.0f} MB | {target} |"
            )
        office.close()


def _owner(office: Office) -> tuple[str, str]:
    """A company with one site, and the hand that acts for it."""
    party, since = new_id("party"), date(2024, 11, 1)

    def work(transaction: object) -> dict[str, str]:
        books = Books(transaction, "office-000001")  # type: ignore[arg-type]
        books.state(party, Party("company"), since=since, new=True)
        books.state(
            new_id("site"), Site(party, None, "Площадка", "RU-KYA", connection_kw=500_000), since=since, new=True
        )
        return {}

    office.write(work, key="benchmark")
    return party, add_account(
        office, login="bench", name="Bench", roles=["miner"], password=PASSWORD, by="office-000001", parties=[party]
    )


def _write(file: Path, rows: int) -> None:
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(
        0, 0, ("Площадка", "Производитель", "Модель", "Серийный номер", "Хешрейт, TH/s", "Мощность, Вт", "С какого дня")
    )
    for n in range(rows):
        sheet.write_row(n + 1, 0, ("Площадка", "Bitmain", "S21", f"SN{n:08}", 200, 3500, "2024-12-01"))
    book.close()


if __name__ == "__main__":
    main()
