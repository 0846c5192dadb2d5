"""An office with fresh lists for tests: files of today, who is listed on them, who reviews, and a third who looks again."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from io import StringIO

from tests.desk.at_work import office_at_work
from tests.screening.list_files import un

from adit.desk.demo import PASSWORD, SECRET
from adit.desk.jobs import run_pending
from adit.desk.office import Office, new_id
from adit.desk.screening_service import folder
from adit.desk.sealing import about_second
from adit.desk.web.accounts import add_account
from adit.journal.writer import Transaction
from adit.register.records import HitReview, Record
from adit.register.store import Books, Stated, listed
from adit.screening.configured import registry_of
from adit.screening.store import add

__all__ = ["COUNT", "enter", "give", "hand_of", "national", "opened", "reviews", "run"]

COUNT = 100  # entries of the national list beside those that are named


def national(day: date, named: Sequence[tuple[str, str]] = (), count: int = COUNT) -> bytes:
    """A state's own list: invented entries, and these, each with its kind."""
    from tests.screening.list_files import national as invented

    head, columns, *rows = invented(day, count).decode().splitlines()
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows((f"N{i}", kind, name) for i, (kind, name) in enumerate(named))
    head = head.replace(f"rows: {count}", f"rows: {count + len(named)}")
    return "\n".join([head, columns, *rows, out.getvalue()]).encode()


def give(office: Office, list_id: str, content: bytes) -> None:
    """Put a file where the office's lists lie, as it comes."""
    root = folder(office)
    registry = registry_of(root)
    add(
        root,
        registry.spec(list_id),
        content,
        origin="a test",
        fetched_at_utc=office.now(),
        strangers=registry.strangers,
    )


@contextmanager
def opened(named: Sequence[tuple[str, str]] = (), *, demo: bool = True) -> Iterator[Office]:
    """The demonstration with both mandatory lists of today."""
    with office_at_work(demo=demo) as office:
        give(office, "un_sc", un(office.today()))
        give(office, "national", national(office.today(), named))
        if demo:
            hand = add_account(
                office, login="watcher3", name="Третий Глаз", roles=["aml"], password=PASSWORD, by="office-000001"
            )
            with office.reading() as connection:
                connection.execute(
                    "UPDATE desk.account SET totp_secret = %s WHERE hand = %s",
                    (office.keys.seal(SECRET, about_second(hand)), hand),
                )
        yield office


def enter(office: Office, *said: tuple[str, Record], since: date | None = None) -> None:
    """State records, each new."""

    def work(transaction: Transaction) -> dict[str, str]:
        books = Books(transaction, "officer-1")
        for id_, record in said:
            books.state(id_, record, since=since or office.today(), new=True)
        return {}

    office.write(work, key=new_id("test"))


def run(office: Office, hand: str = "office-000001") -> dict[str, int]:
    """Screen everybody; what came of it."""
    from adit.desk import screening_runs
    from adit.desk.jobs import find

    job = screening_runs.start(office, hand, key=new_id("run"))
    run_pending(office)
    found = find(office, job)
    assert found["state"] == "done", found
    return dict(found["result"])


def reviews(office: Office, where: str = "true") -> list[Stated[HitReview]]:
    with office.reading() as connection:
        return listed(connection, HitReview, f"upper_inf(valid) AND {where}", order="id")


def hand_of(office: Office, login: str) -> str:
    with office.reading() as connection:
        return str(connection.execute("SELECT hand FROM desk.account WHERE login = %s", [login]).fetchall()[0][0])
