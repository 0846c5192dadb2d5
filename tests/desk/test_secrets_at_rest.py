"""Secrets at rest: sealed under keys that are not in the database, renewed while the office works, missed aloud where the keys are gone."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from tests.databases import Clock
from tests.desk.at_work import Person, office_at_work
from tests.desk.test_erasing import dumped

from adit.cli.main import adit
from adit.desk.demo import MORNING, SECRET
from adit.desk.keys import Keys, open_keys
from adit.desk.office import Office, open_office
from adit.desk.sealing import about_second, needed, renew, seal_all
from adit.desk.web.oidc_provider import Provider
from adit.desk.webhooks import add_webhook
from adit.journal import store as journal
from adit.journal.writer import Written
from adit.terms.errors import BadInput, KeyReused, NotFound, Unavailable


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return open_keys(tmp_path / "secrets.key")


@pytest.fixture
def office() -> Iterator[Office]:
    with office_at_work() as opened:
        yield opened


def again(office: Office) -> Office:
    """The same office, opened once more."""
    return open_office(office.settings, clock=Clock(MORNING))


# Keys -------------------------------------------------------------------------------------------------------------
@given(text=st.text(), about=st.text(max_size=30))
def test_what_is_sealed_opens_as_it_was_and_says_nothing(
    tmp_path_factory: pytest.TempPathFactory, text: str, about: str
):
    keys = open_keys(tmp_path_factory.getbasetemp() / "property" / "secrets.key")
    sealed = keys.seal(text, about)
    assert keys.unseal(sealed, about) == text
    assert len(text) < 8 or text not in sealed
    assert sealed != keys.seal(text, about), "a nonce each"
    with pytest.raises(Unavailable, match="belongs to somebody else"):
        keys.unseal(sealed, about + "x")


def test_a_file_of_keys_is_for_its_owner_and_the_same_for_every_process(tmp_path: Path, keys: Keys):
    assert keys.file.stat().st_mode & 0o777 == 0o600
    sealed = keys.seal("text", "x")
    assert open_keys(keys.file, {keys.current}).unseal(sealed, "x") == "text"
    assert sorted(f.name for f in tmp_path.iterdir()) == ["secrets.key"]
    assert keys.salted(b"d" * 32) == open_keys(keys.file).salted(b"d" * 32)


@pytest.mark.parametrize(("content", "mode", "told"), [
    ("", 0o600, "no file of keys"), ("{}", 0o600, "no file of keys"), ("[1]", 0o600, "no file of keys"),
    ('{"format": "adit keys 1", "current": "k", "keys": {}, "salt": ""}', 0o600, "no file of keys"),
    ('{"format": "adit keys 1", "current": "k", "keys": {"k": "AAAA"}, "salt": "AAAA"}', 0o600, "no file of keys"),
    ('{"format": "other", "current": "k", "keys": {"k": "%s"}, "salt": "%s"}' % (("A" * 43 + "=",) * 2), 0o600, "no file of keys"),
    ("{}", 0o640, "Others than its owner"), ("{}", 0o604, "Others than its owner"),
])  # fmt: skip
def test_a_file_that_is_none_or_that_others_can_read_is_refused(tmp_path: Path, content: str, mode: int, told: str):
    file = tmp_path / "secrets.key"
    file.write_text(content, encoding="utf-8")
    file.chmod(mode)
    with pytest.raises(BadInput, match=told):
        open_keys(file)


@pytest.mark.parametrize("place", ["nonce", "text", "key"])
def test_a_secret_that_was_changed_does_not_open(keys: Keys, place: str):
    sealed = keys.seal("a secret", "x")
    head, key, packed = sealed.split(":")
    wrong = {"nonce": f"{head}:{key}:{'B' if packed[0] == 'A' else 'A'}{packed[1:]}", "text": f"{head}:{key}:{packed[:-8]}AAAAAAAA",
             "key": f"{head}:k00000000:{packed}"}[place]  # fmt: skip
    with pytest.raises(Unavailable):
        keys.unseal(wrong, "x")


def test_a_new_key_is_read_by_whoever_meets_it_and_the_earlier_one_goes_when_nothing_needs_it(keys: Keys):
    working, first = open_keys(keys.file), keys.current
    old = keys.seal("old", "x")
    new = keys.renew()
    assert working.unseal(keys.seal("new", "x"), "x") == "new", "another process reads the file again"
    assert keys.unseal(old, "x") == "old"
    assert keys.forget({first, new}) == ()
    assert keys.forget({new}) == (first,)
    with pytest.raises(Unavailable, match="its key is missing"):
        keys.unseal(old, "x")
    with pytest.raises(NotFound, match=first):
        open_keys(keys.file, {first})


# An office --------------------------------------------------------------------------------------------------------
pages = pytest.mark.slow


@pages
def test_no_seed_and_no_secret_of_a_webhook_is_in_the_database(office: Office):
    office.settings = replace(office.settings, outgoing_private=True)
    [(hand,)] = _asked(office, "SELECT hand FROM desk.account WHERE login = 'analyst'")
    _, secret = add_webhook(office, str(hand), "https://127.0.0.1/hook", ["note"])
    text = dumped(office)
    assert SECRET not in text
    assert secret not in text
    key_file = json.loads(office.settings.keys.read_text(encoding="utf-8"))
    assert not any(k in text for k in [*key_file["keys"].values(), key_file["salt"]])
    assert text.count("sealed:") >= 8
    Person(office, "officer").get("/queue")


@pages
def test_what_an_earlier_program_left_open_is_sealed_when_the_office_opens(office: Office):
    digest = b"\x05" * 32
    with office.database.connect("") as connection:
        connection.execute("UPDATE desk.account SET totp_secret = %s WHERE login = 'officer'", [SECRET])
        connection.execute(
            "INSERT INTO journal.request (key, digest, count, answer) VALUES ('form earlier', %s, 0, '{\"id\": \"x\"}')",
            [digest],
        )
    reopened = again(office)
    try:
        assert SECRET not in dumped(reopened)
        [(kept,)] = _asked(reopened, "SELECT digest FROM journal.request WHERE key = 'form earlier'")
        assert kept == reopened.keys.salted(digest) != digest
        assert _asked(reopened, "SELECT count(*) FROM journal.request WHERE octet_length(digest) = 32") == [(0,)]
        assert seal_all(reopened.database, reopened.keys) == 0
        told = _sent(reopened, digest)
        assert told.again
        assert told.answer == {"id": "x"}
        with pytest.raises(KeyReused):
            _sent(reopened, b"\x06" * 32)
    finally:
        reopened.close()


def _sent(office: Office, digest: bytes) -> Written:
    return office.write(lambda _: {"id": "y"}, key="form earlier", digest=digest)


def _asked(office: Office, query: str, *parameters: object) -> list[tuple[object, ...]]:
    with office.reading() as connection:
        return list(connection.execute(query, parameters))


@pages
def test_a_digest_that_was_salted_cannot_be_put_back(office: Office):
    from adit.engines.database import errors

    office.write(lambda _: {}, key="form salted", digest=b"\x01" * 32)
    for change in ("digest = '\\x00'::bytea || digest", f"digest = '\\x{'00' * 32}'", "answer = '{}'"):
        with office.database.connect("") as connection, pytest.raises(errors.RestrictViolation):
            connection.execute(f"UPDATE journal.request SET {change} WHERE key = 'form salted'")


@pages
def test_a_new_key_while_the_office_works(office: Office):
    first = office.keys.current
    second = open_keys(office.settings.keys)
    folder, name = office.settings.folder, office.settings.log_name
    made = renew(office.database, second, lock=lambda: journal.open_key(folder, name, second.passwords()), forget=True)
    assert made.secrets >= 7
    assert made.gone == (first,)
    assert needed(office.database) == {made.key}
    Person(office, "officer").get("/queue")
    reopened = again(office)
    assert reopened.key.verifier == office.key.verifier
    reopened.close()


@pages
def test_a_seed_that_was_put_into_another_account_opens_nothing(office: Office):
    with office.reading() as connection:
        connection.execute(
            "UPDATE desk.account SET totp_secret = (SELECT totp_secret FROM desk.account WHERE login = 'second') WHERE login = 'officer'"
        )
    person = Person(office)
    page = person.client.post("/sign-in", data={"login": "officer", "password": "demonstration office"}).text
    from tests.desk.at_work import field

    told = person.client.post("/second", data={"proof": field(page, "proof"), "code": "123456"})
    assert told.status_code == 503
    assert "was changed in the database" in told.text


@pages
def test_an_office_whose_keys_are_gone_does_not_open_and_says_which(office: Office):
    current, file = office.keys.current, office.settings.keys
    file.rename(file.with_name("elsewhere"))
    with pytest.raises(NotFound, match=current) as told:
        again(office)
    assert "rotate-key --lost" in told.value.todo
    assert not file.exists(), "no new keys are made over old secrets"
    elsewhere = replace(office.settings, key_file=str(file.with_name("elsewhere")))
    open_office(elsewhere, clock=Clock(MORNING)).close()


@pages
def test_the_key_of_checkpoints_is_locked_under_them(tmp_path: Path):
    plain = journal.open_key(tmp_path, "office")
    assert b"BEGIN PRIVATE KEY" in (tmp_path / "checkpoint.key").read_bytes()
    locked = journal.open_key(tmp_path, "office", [b"new", b"old"])
    assert locked.verifier == plain.verifier
    assert b"ENCRYPTED" in (tmp_path / "checkpoint.key").read_bytes()
    assert (tmp_path / "checkpoint.key").stat().st_mode & 0o777 == 0o600
    assert journal.open_key(tmp_path, "office", [b"newer", b"new"]).verifier == plain.verifier
    assert journal.open_key(tmp_path, "office", [b"newer"]).verifier == plain.verifier
    for passwords in ([b"new"], []):
        with pytest.raises(BadInput, match="locked under a key that is not here"):
            journal.open_key(tmp_path, "office", passwords)


@pages
def test_the_secret_for_the_provider_may_be_sealed_in_its_file(office: Office, tmp_path: Path):
    file = tmp_path / "provider.secret"
    file.write_text("hunter2-and-more\n", encoding="utf-8")
    office.settings = replace(
        office.settings, oidc_issuer="https://id.example", oidc_client="x", oidc_secret_file=str(file)
    )
    assert Provider(office)._secret() == "hunter2-and-more"
    for _ in range(2):  # again: nothing is sealed twice
        told = _call(office, "seal", file)
        assert told.exit_code == 0, told.output
    assert "hunter2" not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    assert Provider(office)._secret() == "hunter2-and-more"


# Commands ---------------------------------------------------------------------------------------------------------
def _call(office: Office, *arguments: str | Path, group: str = "desk") -> Result:
    environment = {"ADIT_DATABASE": office.database.address, "ADIT_LOG_NAME": office.settings.log_name}
    return CliRunner().invoke(
        adit, [group, *map(str, arguments), "--folder", str(office.settings.folder)], env=environment
    )


@pages
def test_the_command_takes_a_new_key_and_lets_go_what_is_lost(office: Office):
    first = office.keys.current
    told = _call(office, "rotate-key", "--forget")
    assert told.exit_code == 0, told.output
    assert "9 secrets sealed under it" in told.stdout
    assert f"{first}: removed" in told.stdout
    assert "keep a copy" in told.stderr
    Person(office, "officer").get("/queue")
    office.settings.keys.unlink()
    wrong = _call(office, "rotate-key")
    assert isinstance(wrong.exception, NotFound)
    lost = _call(office, "rotate-key", "--lost")
    assert lost.exit_code == 0, lost.output
    assert "9 second factors to be set up anew, 0 webhooks ended" in lost.stdout
    assert "checkpoint.key.locked" in lost.stderr
    reopened = again(office)
    try:
        page = (
            Person(reopened).client.post("/sign-in", data={"login": "officer", "password": "demonstration office"}).text
        )
        assert "Scan the picture" in page
    finally:
        reopened.close()


@pages
def test_a_backup_has_the_keys_where_they_are_asked_for_and_a_restoration_misses_them_otherwise(
    office: Office, tmp_path: Path
):
    from tests.databases import fresh

    with_keys, without = tmp_path / "with", tmp_path / "without"
    for out, flag in ((with_keys, ["--with-keys"]), (without, [])):
        told = _call(office, "backup", "--out", out, *flag, group="register")
        assert told.exit_code == 0, told.output
    current, salt = office.keys.current, json.loads(office.settings.keys.read_text(encoding="utf-8"))["salt"]
    [full], [bare] = with_keys.iterdir(), without.iterdir()
    assert salt.encode() in full.read_bytes()
    assert salt.encode() not in bare.read_bytes()
    for file, missing in ((bare, True), (full, False)):
        database = fresh("postgres")
        folder = tmp_path / f"restored {missing}"
        told = CliRunner().invoke(
            adit, ["register", "restore", str(file), "--folder", str(folder)], env={"ADIT_DATABASE": database.address}
        )
        assert told.exit_code == 0, told.output
        assert (f"what is sealed needs {current}" in told.stderr) is missing
        assert (folder / "secrets.key").exists() is not missing
        settings = replace(office.settings, folder=folder, database=database.address)
        if missing:
            with pytest.raises(NotFound):
                open_office(settings)
            folder.mkdir(exist_ok=True)
            shutil.copy(office.settings.folder / "secrets.key", folder)
            shutil.copy(office.settings.folder / "checkpoint.key", folder)
        reopened = open_office(settings, clock=Clock(MORNING))
        try:
            assert reopened.key.verifier == office.key.verifier
            assert reopened.keys.unseal(*_seed(reopened)) == SECRET
        finally:
            reopened.close()


def _seed(office: Office) -> tuple[str, str]:
    [(hand, text)] = _asked(office, "SELECT hand, totp_secret FROM desk.account WHERE login = 'officer'")
    return str(text), about_second(str(hand))
