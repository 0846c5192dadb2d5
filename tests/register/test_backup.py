"""The drill: an office is backed up while it works, lost, and restored from the file; whatever is wrong with the file is said, and nothing stays."""

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest
from click.testing import CliRunner, Result
from tests.databases import fresh, written_by
from tests.desk.at_work import office_at_work
from tests.journal.test_writer import entering

from adit.cli.main import adit
from adit.desk.backup import Manifest, back_up, opened, restore
from adit.desk.demo import MORNING
from adit.desk.office import Office, Settings, new_id, open_office
from adit.engines import migrations
from adit.engines.backup import program
from adit.engines.database import Connection, Database, errors, open_database
from adit.journal import store as journal
from adit.journal.checkpoint import Checkpoint, open_note
from adit.journal.writer import Transaction, Writer
from adit.register.procedures import declarations
from adit.register.records import Declaration, Note, Party
from adit.register.store import MIGRATIONS, Books, digests, listed, steps
from adit.terms.days import Period
from adit.terms.errors import BadInput, NotFound, Refused, Unavailable

pytestmark = pytest.mark.slow
SCHEMAS = ("journal", "register", "desk")
NOW = datetime(2025, 4, 1, 9, tzinfo=UTC)


# Helpers ----------------------------------------------------------------------------------------------------------
def blank() -> Database:
    """A database with no tables."""
    database = fresh()
    with database.opened("") as connection:
        connection.execute(f"DROP SCHEMA {', '.join(SCHEMAS)} CASCADE")
    return database


def tables(database: Database) -> list[str]:
    query = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = ANY(%s) ORDER BY 1"
    with database.opened("") as connection:
        return [name for (name,) in connection.execute(query, [list(SCHEMAS)])]


def contents(database: Database) -> dict[str, str]:
    """A hash of the rows of every table, whatever their order."""
    with database.opened("") as connection:
        query = "SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\"), '')) FROM {} t"
        return {name: connection.execute(query.format(name)).fetchall()[0][0] for name in tables(database)}


def shape(database: Database) -> list[tuple[object, ...]]:
    """Owners and grants of tables and columns, triggers, constraints, indexes."""
    query = """
        SELECT 'table', c.oid::regclass::text, relkind::text, relowner::regrole::text, relacl::text FROM pg_class c WHERE relnamespace::regnamespace::text = ANY(%(s)s)
        UNION ALL SELECT 'column', attrelid::regclass::text, attname, attnotnull::text, attacl::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
            WHERE relnamespace::regnamespace::text = ANY(%(s)s) AND attnum > 0
        UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, tgenabled::text, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
            WHERE relnamespace::regnamespace::text = ANY(%(s)s) AND NOT tgisinternal
        UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, convalidated::text, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace::regnamespace::text = ANY(%(s)s)
        UNION ALL SELECT 'schema', nspname, '', nspowner::regrole::text, nspacl::text FROM pg_namespace WHERE nspname = ANY(%(s)s)
        ORDER BY 1, 2, 3, 4, 5"""
    with database.opened("") as connection:
        return list(connection.execute(query, {"s": list(SCHEMAS)}))


def verified(database: Database) -> tuple[int, str]:
    with database.opened() as connection:
        size, root, faults = journal.verify(connection)
    assert faults == []
    return size, root.hex()


def restored(
    file: Path, database: Database | None = None, *, published: Checkpoint | None = None
) -> tuple[Database, Manifest]:
    database = database or blank()
    with opened(file) as backup:
        restore(backup, database, published=published)
        return database, backup.manifest


def refused(file: Path, *, published: Checkpoint | None = None) -> str:
    """Why the backup is not restored; and nothing of it stays."""
    database = blank()
    with pytest.raises(BadInput) as told:
        restored(file, database, published=published)
    assert tables(database) == []
    assert told.value.where == str(file)
    return told.value.what


def said(file: Path, folder: Path, **changes: object) -> Path:
    """The backup with another manifest."""
    with zipfile.ZipFile(file) as packed:
        manifest, dump = json.loads(packed.read("manifest.json")), packed.read("dump")
    made = folder / "changed.adit-backup"
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("dump", dump)
        packed.writestr("manifest.json", json.dumps({**manifest, **changes}))
    return made


def declare(office: Office, month: Period) -> int:
    """A miner declares a month that is not declared yet; the entry."""
    with office.reading() as connection:
        have = {d.record.party for d in listed(connection, Declaration, on=month.start)}
        party = next(p.id for p in listed(connection, Party) if p.id not in have)
    made = Declaration(party, "BTC", 1_000_000, 5_000_000, 0)
    id_ = new_id("declaration")
    written = office.write(
        lambda t: {"entry": declarations.declare(Books(t, party), id_, made, month, on=office.today())}, key=id_
    )
    return int(written.answer["entry"])


def enter_a_party(writer: Writer, hand: str) -> None:
    """Two entries and their records, in one transaction."""
    party, note = new_id("party"), new_id("note")

    def work(transaction: Transaction) -> dict[str, str]:
        books = Books(transaction, hand)
        books.state(party, Party("company"), since=date(2025, 1, 1), new=True)
        books.state(note, Note(party, "a party of this moment"), since=date(2025, 1, 1), new=True)
        return {"party": party}

    writer.write(work, key=party)


def small(entries: int) -> Database:
    database = fresh()
    with written_by(database) as writer:
        writer.write(entering(*map(str, range(entries))), key="small")
    return database


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of three hundred entries."""
    return back_up(small(300), tmp_path_factory.mktemp("backups"), NOW)[0]


# The drill --------------------------------------------------------------------------------------------------------
def test_an_office_that_was_lost_is_restored_and_goes_on_working(tmp_path: Path):
    with office_at_work() as office:
        with office.reading() as connection:
            note = journal.make_checkpoint(connection, office.key, office.now())
        published = open_note(note, office.key.verifier)
        before, built = contents(office.database), shape(office.database)
        file, manifest = back_up(office.database, tmp_path, MORNING)
        with office.reading() as connection:
            records = digests(connection)
        after = declare(office, Period(date(2025, 3, 1), date(2025, 4, 1)))
        assert contents(office.database) != before
        assert published.size == after == manifest.size > 500
        again, told = restored(file, published=published)
        assert told == manifest
        assert verified(again) == (manifest.size, manifest.root)
        assert contents(again) == before
        assert len(before) > 30
        assert shape(again) == built
        with again.opened() as connection:
            assert digests(connection) == records
        settings = Settings(tmp_path / "office2", again.address, log_name=office.settings.log_name)
        settings.folder.mkdir()
        for key in ("checkpoint.key", "secrets.key"):  # kept apart, put back
            shutil.copy(office.settings.folder / key, settings.folder)
        other = open_office(settings, clock=office.clock)
        try:
            assert declare(other, Period(date(2025, 3, 1), date(2025, 4, 1))) == manifest.size
            with other.reading() as connection:
                newer = open_note(journal.make_checkpoint(connection, other.key, other.now()), office.key.verifier)
                assert journal.root(connection, published.size) == published.root
            assert newer.size == published.size + 1
        finally:
            other.close()


def test_a_backup_is_one_file_for_its_owner_without_the_key(tmp_path: Path):
    with office_at_work(demo=False) as office:
        file, manifest = back_up(office.database, tmp_path / "new", NOW, name="moscow")
        private = (office.settings.folder / "checkpoint.key").read_text(encoding="utf-8").splitlines()[1]
    assert file == tmp_path / "new" / "moscow-2025-04-01T0900Z.adit-backup"
    assert list(file.parent.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o600
    assert private.encode() not in file.read_bytes()
    with zipfile.ZipFile(file) as packed:
        assert packed.namelist() == ["dump", "manifest.json"]
        assert all(i.compress_type == zipfile.ZIP_STORED for i in packed.infolist())
    assert (manifest.size, manifest.checkpoint, manifest.faults) == (0, "", ())
    assert verified(restored(file)[0])[0] == 0


def test_a_backup_of_the_same_minute_is_refused(tmp_path: Path):
    database = small(3)
    file, _ = back_up(database, tmp_path, NOW)
    whole = file.read_bytes()
    with pytest.raises(Refused, match="this minute already"):
        back_up(database, tmp_path, NOW)
    assert file.read_bytes() == whole


def test_a_backup_taken_while_others_write_is_of_one_moment(tmp_path: Path):
    """Entries, their tables and the size in the manifest are those of one moment, though two hands go on."""
    database, stop, done = fresh(), Event(), [0, 0]

    def go_on(writer: Writer, hand: int) -> None:
        while not stop.is_set():
            enter_a_party(writer, f"officer-{hand}")
            done[hand] += 1

    def ten_more() -> None:
        wanted, end = [n + 10 for n in done], monotonic() + 60
        while any(n < w for n, w in zip(done, wanted, strict=True)):
            assert monotonic() < end
            sleep(0.01)

    with written_by(database) as one, written_by(database) as two, ThreadPoolExecutor(2) as hands:
        going = [hands.submit(go_on, one, 0), hands.submit(go_on, two, 1)]
        try:
            ten_more()
            file, manifest = back_up(database, tmp_path, NOW)
            ten_more()
        finally:
            stop.set()
        for hand in going:
            hand.result(60)
    assert 40 <= manifest.size < verified(database)[0]
    again, _ = restored(file)
    assert verified(again) == (manifest.size, manifest.root)
    with database.opened() as connection:
        assert journal.root(connection, manifest.size).hex() == manifest.root
    with again.opened() as connection:
        for kind in ("party", "note"):
            entered = "SELECT seq FROM journal.entry WHERE kind = %s ORDER BY seq"
            recorded = f"SELECT entry FROM register.{kind} ORDER BY entry"
            assert connection.execute(entered, [kind]).fetchall() == connection.execute(recorded).fetchall() != []


def test_an_office_with_tables_and_no_entries_takes_a_backup(backed_up: Path):
    database, manifest = restored(backed_up, fresh())
    assert verified(database) == (manifest.size, manifest.root) == (300, manifest.root)


def test_nobody_else_writes_before_the_journal_is_verified(backed_up: Path):
    database, tried = blank(), []

    def enter(step: str) -> None:
        if step == "verifying the journal":
            with pytest.raises(errors.ReadOnlySqlTransaction), database.opened() as connection:
                connection.execute("INSERT INTO journal.checkpoint VALUES (1, now(), 'not ours')")
            tried.append(step)

    with opened(backed_up) as backup:
        restore(backup, database, progress=enter)
    assert tried
    with written_by(database) as writer:
        assert writer.write(entering("goes on"), key="goes on").first_seq == 300


# What is wrong with the file --------------------------------------------------------------------------------------
def test_no_flipped_byte_is_restored(backed_up: Path, tmp_path: Path):
    """Each byte of the headers and the manifest, and one in a hundred of the dump; one that means nothing (a time) may pass, and changes nothing."""
    data, made = backed_up.read_bytes(), tmp_path / "flipped.adit-backup"
    with opened(backed_up) as backup:
        manifest = backup.manifest
    start, end = 60, len(data) - 1500
    found = 0
    for place in (*range(start), *range(start, end, max(1, (end - start) // 300)), *range(end, len(data))):
        made.write_bytes(data[:place] + bytes([data[place] ^ 0x21]) + data[place + 1 :])
        try:
            with opened(made) as backup:
                assert backup.manifest == manifest, f"byte {place}"
                assert start > place or place > end, f"byte {place} of the dump"
        except BadInput:
            found += 1
    assert found > 1500
    made.write_bytes(data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :])
    assert "damaged" in refused(made)


def test_a_cut_file_is_not_restored(backed_up: Path, tmp_path: Path):
    data, made = backed_up.read_bytes(), tmp_path / "cut.adit-backup"
    for length in (0, 1, 100, len(data) // 2, len(data) - 1000, len(data) - 22, len(data) - 1):
        made.write_bytes(data[:length])
        assert "damaged" in refused(made)
    assert refused(tmp_path / "missing") == "There is no such file."


def test_a_dump_that_was_put_in_place_of_another_is_not_restored(backed_up: Path, tmp_path: Path):
    assert "not what was written" in refused(said(backed_up, tmp_path, dump_sha256="00" * 32))


def test_a_manifest_that_says_otherwise_than_the_journal_is_refused(backed_up: Path, tmp_path: Path):
    assert "is not that of its manifest" in refused(said(backed_up, tmp_path, root="00" * 32))
    assert "300 entries with the root" in refused(said(backed_up, tmp_path, size=299))
    assert "not whole" in refused(said(backed_up, tmp_path, size="many"))
    assert "does not read: adit-backup 3" in refused(said(backed_up, tmp_path, format="adit-backup 3"))


def test_what_pg_restore_cannot_read_is_not_restored(backed_up: Path, tmp_path: Path):
    with zipfile.ZipFile(backed_up) as packed:
        manifest, dump = json.loads(packed.read("manifest.json")), packed.read("dump")
    for wrong in (b"no dump", dump[: len(dump) * 2 // 3], dump[:-400]):
        made = tmp_path / "wrong.adit-backup"
        with zipfile.ZipFile(made, "w") as packed:
            packed.writestr("dump", wrong)
            packed.writestr("manifest.json", json.dumps({**manifest, "dump_sha256": sha256(wrong).hexdigest()}))
        database = blank()
        with pytest.raises(BadInput, match="cannot be restored"):
            restored(made, database)
        assert tables(database) == []


# Versions ---------------------------------------------------------------------------------------------------------
def test_a_backup_of_a_newer_program_or_server_is_refused(backed_up: Path, tmp_path: Path):
    assert "this program knows them up to" in refused(said(backed_up, tmp_path, step="9999"))
    assert "made on PostgreSQL 99" in refused(said(backed_up, tmp_path, postgres=990001))


def test_a_backup_of_an_older_program_is_brought_up_to_date(tmp_path: Path):
    scripts = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, scripts)
    sorted((scripts / "versions").glob("*.py"))[-1].unlink()
    older = blank()
    migrations.migrate(older, scripts)
    with written_by(older) as writer:
        writer.write(entering("entered by an older program"), key="older")
    file, manifest = back_up(older, tmp_path, NOW)
    assert manifest.step == migrations.newest(scripts) < migrations.newest(MIGRATIONS)
    again, _ = restored(file)
    assert steps(again) == (migrations.newest(MIGRATIONS),) * 2
    assert verified(again) == (1, manifest.root)
    assert migrations.standing(older) == manifest.step  # to back up changes nothing


def test_a_server_without_its_programs_is_told():
    with pytest.raises(BadInput, match="The server is PostgreSQL 99") as told:
        program("pg_dump", 990001)
    assert "client programs of PostgreSQL 99" in told.value.todo


def test_a_user_who_owns_the_database_and_nothing_else_backs_up_and_restores(tmp_path: Path):
    """As on a server of the ministry: an administrator made the roles, and the office's user is no superuser."""

    def given_to_clerk(database: Database) -> Database:
        with database.opened("") as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'clerk'").fetchone():
                connection.execute("CREATE ROLE clerk LOGIN; GRANT adit_owner, adit_office, adit_reader TO clerk")
            connection.execute(f"ALTER DATABASE {connection.info.dbname} OWNER TO clerk")
        return Database(database.address.replace("postgres:@", "clerk:@"))

    source = small(9)
    file, manifest = back_up(given_to_clerk(source), tmp_path, NOW)
    again, _ = restored(file, given_to_clerk(blank()))
    assert verified(again) == (9, manifest.root)
    assert shape(again) == shape(source)
    with written_by(again) as writer:
        assert writer.write(entering("goes on"), key="goes on").first_seq == 9
    foreign = Database(blank().address.replace("postgres:@", "clerk:@"))
    with pytest.raises(BadInput, match="cannot be restored into"):
        restored(file, foreign)


# What the journal tells -------------------------------------------------------------------------------------------
def test_an_office_that_has_entries_is_left_alone(backed_up: Path):
    database = small(7)
    before = contents(database)
    with pytest.raises(Refused, match="holds 7 entries already"):
        restored(backed_up, database)
    assert contents(database) == before
    with written_by(database) as writer:
        assert writer.write(entering("goes on"), key="goes on").first_seq == 7


def test_an_office_at_work_is_not_restored_over(backed_up: Path):
    """Its tables are empty, and a desk is open on them."""
    database = fresh()
    with database.connect():
        before = tables(database)
        with pytest.raises(Refused, match=r"in use \(connections: 1\)"):
            restored(backed_up, database)
        assert tables(database) == before
    restored(backed_up, database)


def test_a_checkpoint_that_is_ahead_tells_how_many_entries_are_missing(tmp_path: Path):
    database, key = small(10), journal.open_key(tmp_path, "office")
    file, _ = back_up(database, tmp_path, NOW)
    with written_by(database) as writer:
        writer.write(entering("one", "two", "three"), key="later")
    with database.opened() as connection:
        ahead = open_note(journal.make_checkpoint(connection, key, NOW), key.verifier)
    what = "3 entries are missing: the checkpoint was signed over 13, and the backup has 10."
    assert refused(file, published=ahead) == what


def test_another_log_than_the_one_that_was_signed_is_refused(tmp_path: Path):
    true, other, key = small(256), small(300), journal.open_key(tmp_path, "office")
    with true.opened() as connection:
        published = open_note(journal.make_checkpoint(connection, key, NOW), key.verifier)
    file, manifest = back_up(other, tmp_path, NOW)
    assert "not those over which the checkpoint was signed" in refused(file, published=published)
    restored(file, published=Checkpoint("office", 300, bytes.fromhex(manifest.root)))


def test_the_root_of_the_true_log_in_the_tiles_of_another_does_not_help(tmp_path: Path):
    """Whoever makes the history anew can put what he likes into tiles: they are worked out from entries."""
    true, forged, key = small(256), small(300), journal.open_key(tmp_path, "office")
    with true.opened() as connection:
        published = open_note(journal.make_checkpoint(connection, key, NOW), key.verifier)
    with forged.opened("") as connection:
        connection.execute("UPDATE journal.tile SET root = %s WHERE level = 0 AND index = 0", [published.root])
    with forged.opened() as connection:
        assert journal.root(connection, 256) == published.root
    file, _ = back_up(forged, tmp_path, NOW)
    assert "tile 0/0 is not that of what lies below it" in refused(file, published=published)


def test_a_journal_with_faults_is_told_when_it_is_backed_up_and_not_restored(tmp_path: Path):
    database = small(20)
    with database.opened("") as connection:
        connection.execute(
            "SET session_replication_role = replica; UPDATE journal.entry SET hand = 'other' WHERE seq = 7"
        )
    file, manifest = back_up(database, tmp_path, NOW)
    assert manifest.faults == ("entry 7 was changed: its hash is not that of what it holds",)
    assert refused(file) == (
        "The journal in the backup is broken: entry 7 was changed: its hash is not that of what it holds;"
        " it was so when the backup was made."
    )


# What is cut off --------------------------------------------------------------------------------------------------
@contextmanager
def dumping_stands_still(database: Database) -> Iterator[Connection]:
    """Keeps pg_dump waiting, after it has begun, until the block ends."""
    with database.opened("") as connection:
        connection.execute("LOCK TABLE desk.account")
        yield connection


def child(parent: int, name: str = "pg_dump") -> int:
    """The process of this name that a process has started, once there is one."""
    end = monotonic() + 60
    while monotonic() < end:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                text = stat.read_text(encoding="utf-8")
            except OSError:  # it has ended meanwhile
                continue
            if text.rpartition(")")[0].endswith(f"({name}") and text.rpartition(")")[2].split()[1] == str(parent):
                return int(stat.parent.name)
        sleep(0.01)
    raise AssertionError(f"no {name} was started")


def waits(database: Database) -> None:
    """Until pg_dump waits for a lock."""
    query = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'pg_dump' AND wait_event_type = 'Lock' AND datname = current_database()"
    end = monotonic() + 60
    with database.connect("", autocommit=True) as connection:
        while not connection.execute(query).fetchone():
            assert monotonic() < end
            sleep(0.01)


def test_a_killed_pg_dump_leaves_nothing_and_no_password_was_on_its_command_line(tmp_path: Path):
    database = small(5)
    secret = Database(database.address.replace("postgres:@", "postgres:a-word-of-ours@"))
    assert secret.address != database.address
    with ThreadPoolExecutor(1) as hand:
        with dumping_stands_still(database):
            going: Future[tuple[Path, Manifest]] = hand.submit(back_up, secret, tmp_path, NOW)
            waits(database)
            found = child(os.getpid())
            told = Path(f"/proc/{found}/cmdline").read_bytes()
            assert len(list(tmp_path.iterdir())) == 1  # what is not whole has another name
            os.kill(found, signal.SIGKILL)
        with pytest.raises(Unavailable, match=r"could not be dumped: pg_dump was ended \(exit -9\)"):
            going.result(60)
    assert b"--snapshot" in told
    assert b"a-word-of-ours" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_ends_the_dump_leaves_nothing(tmp_path: Path):
    database = small(5)
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pg_dump' AND datname = current_database()"
    with ThreadPoolExecutor(1) as hand:
        with dumping_stands_still(database) as connection:
            going: Future[tuple[Path, Manifest]] = hand.submit(back_up, database, tmp_path, NOW)
            waits(database)
            connection.execute(end)
        with pytest.raises(Unavailable, match=r"could not be dumped: .*terminating connection"):
            going.result(60)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_backup_leaves_no_file_under_its_name(tmp_path: Path):
    database = small(5)
    code = "from adit.cli.main import run; run()"
    command = [sys.executable, "-c", code, "register", "backup", "--folder", str(tmp_path), "--out", str(tmp_path)]
    with dumping_stands_still(database):
        process = subprocess.Popen(command, env={**os.environ, "ADIT_DATABASE": database.address})
        child(process.pid)
        waits(database)
        process.kill()
        process.wait()
    assert list(tmp_path.glob("*.adit-backup")) == []
    assert len(list(tmp_path.glob(".*.partial"))) == 1
    file, _ = back_up(database, tmp_path, NOW)
    assert verified(restored(file)[0])[0] == 5


def test_a_disk_without_room_leaves_nothing(tmp_path: Path):
    """The system lets no file grow beyond some kilobytes, as on a full disk."""
    database = small(300)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as told:
            back_up(database, tmp_path, NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert told.value.errno == errno.EFBIG
    assert list(tmp_path.iterdir()) == []


# The commands -----------------------------------------------------------------------------------------------------
def call(*arguments: str | Path, database: str = "") -> Result:
    return CliRunner().invoke(adit, ["register", *map(str, arguments)], env={"ADIT_DATABASE": database})


def test_the_commands_carry_an_office_to_a_server_that_never_saw_one(tmp_path: Path):
    """To a server of its own: there the roles have to be made before anything is granted to them."""
    database, key = small(12), journal.open_key(tmp_path / "office", "office")
    with database.opened() as connection:
        (tmp_path / "published.txt").write_text(journal.make_checkpoint(connection, key, NOW), encoding="utf-8")
    made = call("backup", "--folder", tmp_path / "office", "--out", tmp_path, database=database.address)
    assert made.exit_code == 0, made.output
    [file] = tmp_path.glob("office-*Z.adit-backup")
    size, root = verified(database)
    assert made.stdout == f"{file}: 12 entries, root {root}\n"
    assert "the key of the checkpoints is not in it" in made.stderr
    folder, checked = tmp_path / "office2", ("--checkpoint", tmp_path / "published.txt", "--key", key.verifier)
    back = call("restore", file, "--folder", folder, *checked)
    assert back.exit_code == 0, back.output
    assert back.stdout.endswith(f"restored, root {root}\n")
    assert f"put the key of the checkpoints back as {folder / 'checkpoint.key'}" in back.stderr
    own = open_database("", folder)
    try:
        assert verified(own) == (size, root)
        assert shape(own) == shape(database)
        again = call("restore", file, "--folder", folder)
        assert isinstance(again.exception, Refused)
    finally:
        own.close()


def test_the_commands_make_no_office_where_there_is_none(backed_up: Path, tmp_path: Path):
    made = call("backup", "--folder", tmp_path / "mistyped", "--out", tmp_path)
    assert isinstance(made.exception, NotFound)
    cut = tmp_path / "cut.adit-backup"
    cut.write_bytes(backed_up.read_bytes()[:-1])
    assert isinstance(call("restore", cut, "--folder", tmp_path / "office2").exception, BadInput)
    assert call("restore", backed_up, "--folder", tmp_path / "office2", "--key", "k").exit_code == 2
    assert list(tmp_path.iterdir()) == [cut]


def test_a_backup_of_faults_ends_with_findings(tmp_path: Path):
    database = small(20)
    with database.opened("") as connection:
        connection.execute(
            "SET session_replication_role = replica; UPDATE journal.entry SET hand = 'other' WHERE seq = 7"
        )
    made = call("backup", "--folder", tmp_path / "office", "--out", tmp_path, database=database.address)
    assert made.exit_code == 1
    assert "entry 7 was changed" in made.stdout


def test_a_database_without_a_register_is_not_backed_up(tmp_path: Path):
    with pytest.raises(NotFound, match="holds no register"):
        back_up(blank(), tmp_path, NOW)
    assert list(tmp_path.iterdir()) == []


# What people sent -------------------------------------------------------------------------------------------------
def test_files_that_people_sent_are_in_the_backup_and_come_back(tmp_path: Path):
    sent, name = b"a photo", sha256(b"a photo").hexdigest()
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / name).write_bytes(sent)
    (uploads / ".0123.partial").write_bytes(b"half of one")
    file, manifest = back_up(small(3), tmp_path, NOW, uploads=uploads)
    assert manifest.uploads == 1
    there = tmp_path / "there"
    with opened(file) as backup:
        restore(backup, fresh(), uploads=there)
    assert [f.name for f in there.iterdir()] == [name]
    assert (there / name).read_bytes() == sent


def test_a_file_that_was_changed_on_disk_is_not_backed_up(tmp_path: Path):
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / sha256(b"a photo").hexdigest()).write_bytes(b"another photo")
    with pytest.raises(Refused, match="was changed since"):
        back_up(small(3), tmp_path, NOW, uploads=uploads)
    assert [f.name for f in tmp_path.iterdir()] == ["uploads"]


def test_a_file_that_was_changed_in_the_backup_is_refused(tmp_path: Path):
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / sha256(b"a photo of it").hexdigest()).write_bytes(b"a photo of it")
    file, _ = back_up(small(3), tmp_path, NOW, uploads=uploads)
    file.write_bytes(file.read_bytes().replace(b"a photo of it", b"a photo of me"))
    assert "damaged" in refused(file)
