"""What one hand enters: states, ends and erases, each through the journal and into the tables at once."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from adit.journal.entries import ERASURE, Draft, Entry
from adit.journal.writer import Transaction
from adit.register.records import ERASABLE, SPOKEN, Record, record_of_id, silenced, tells_of_somebody
from adit.register.store.plain import plain
from adit.register.store.reading import R, Stated, one
from adit.register.store.versions import find_by, insert, make_room, place, typed
from adit.terms.errors import BadInput, NotFound, Refused

__all__ = ["WITHDRAWN", "Books"]

WITHDRAWN = " withdrawn"  # after a kind: that of an entry which ends what was stated


class Books:
    """What one hand enters in one transaction."""

    def __init__(self, transaction: Transaction, hand: str) -> None:
        self.transaction = transaction
        self.hand = hand

    def state(
        self,
        id_: str,
        record: Record,
        *,
        since: date,
        until: date | None = None,
        new: bool = False,
        why: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> Entry:
        """State what holds of a record from a day on (up to, not including, `until`); what was stated of those days gives way.

        `new` promises that the id was never used. `detail` is kept in the entry alone. The database refuses what cannot be true beside
        other records.
        """
        kind = record.RECORD
        if record_of_id(id_) != kind:
            raise BadInput(f"{id_} is not the id of a {kind}.")
        values = plain(record)
        body = {"record": values, "why": why, **({"detail": detail} if detail else {})}
        entry = self.transaction.append(Draft(kind, id_, self.hand, body, since, until))
        place(self.transaction, entry.seq, id_, kind, values, since, until, new=new)
        return entry

    def current(self, kind: type[R], id_: str, *, seen: int | None = None) -> Stated[R]:
        """The latest version of a record. Raises NotFound; and Refused where it is no longer the entry that somebody has `seen`."""
        self.transaction.flush()
        found = one(self.transaction.connection, kind, id_)
        if seen is not None and found.entry != seen:
            raise Refused(
                f"Somebody changed this meanwhile: it stands at entry {found.entry}, and you saw entry {seen}.",
                name="changed meanwhile",
                todo="Look at it again, then decide.",
            )
        return found

    def withdraw(self, id_: str, *, since: date, why: str) -> Entry:
        """End what is stated of a record: from the day on it holds no more. Raises NotFound where nothing holds then."""
        kind = record_of_id(id_)
        if not kind or not self.transaction.query(
            f"SELECT 1 FROM register.{kind} WHERE id = %s AND upper_inf(known) AND valid && daterange(%s, NULL)",
            (id_, since),
        ):
            raise NotFound(f"Nothing is stated of {id_} from {since} on.")
        entry = self.transaction.append(Draft(kind + WITHDRAWN, id_, self.hand, {"why": why}, since, None))
        make_room(self.transaction, entry.seq, id_, kind, since, None)
        return entry

    def erase(self, seqs: Sequence[int], *, why: str, cites: str = "", about: str = "") -> Entry:
        """Take away for good what entries say, as a law demands it; that they were made stays, and the tree holds.

        Where a record has facts that the office has to keep (`SPOKEN`), the entry of the erasure holds them without the fields that may tell of a person,
        and they stand in the tables as they did.

        `about` is what the erasure is entered about: without it, the first record that loses an entry.
        Raises Refused for entries of a kind that holds no personal data, or that are erased already.
        """
        rows = self.transaction.query(
            "SELECT e.seq, e.kind, e.subject, p.body IS NULL, p.body FROM journal.entry e JOIN journal.payload p USING (seq) WHERE seq = ANY(%s)",
            [list(seqs)],
        )
        for seq in seqs:
            found = [r for r in rows if r[0] == seq]
            if not found:
                raise NotFound(f"There is no entry {seq}.")
            _, entered, subject_of, gone, text = found[0]
            stated = str(entered).removesuffix(WITHDRAWN)
            empty = stated in SPOKEN and not gone and not tells_of_somebody(stated, subject_of, json.loads(text))
            if stated not in {*ERASABLE, *SPOKEN} or empty:
                raise Refused(f"Entry {seq} ({found[0][1]}) holds no personal data and stays.", name="not erasable")
            if found[0][3]:
                raise Refused(f"What entry {seq} says is erased already.", name="erased already")
        subject = about or min(str(r[2]) for r in rows)
        kept = {
            int(seq): silenced(kind, of, json.loads(text)["record"])
            for seq, kind, of, _, text in rows
            if kind in SPOKEN
        }
        body: dict[str, Any] = {"entries": sorted(seqs), "why": why, "cites": cites}
        if kept:
            body["kept"] = {str(seq): kept[seq] for seq in sorted(kept)}
        entry = self.transaction.append(Draft(ERASURE, subject, self.hand, body))
        self.transaction.flush()
        run = self.transaction.connection.execute
        run(
            "UPDATE journal.payload SET salt = NULL, body = NULL, erased_by = %s WHERE seq = ANY(%s)",
            (entry.seq, list(seqs)),
        )
        found_by = run("DELETE FROM register.found WHERE entry = ANY(%s) RETURNING id, entry", [list(seqs)]).fetchall()
        for kind in sorted({str(r[1]).removesuffix(WITHDRAWN) for r in rows}):
            gone = run(
                f"DELETE FROM register.{kind} WHERE entry = ANY(%s) RETURNING id, valid, known, entry", [list(seqs)]
            ).fetchall()
            for id_, valid, known, seq in gone if kind in SPOKEN else ():
                run(insert(kind), (id_, valid, known, seq, *typed(kind, kept[seq])))
        for id_, seq in found_by:
            if seq in kept:
                find_by(run, id_, record_of_id(id_), kept[seq], seq)
        return entry
