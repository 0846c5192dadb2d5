"""What the database refuses is told in words, each constraint that has a name of ours."""

from tests.databases import fresh

from adit.register.refusals import REFUSALS
from adit.register.store import listed


def test_every_constraint_with_a_name_of_ours_has_words():
    # a trigger refuses under a name of its own, which stands in its function
    query = """SELECT conname FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE nspname = 'register' AND contype = 'x'
        UNION SELECT conname FROM pg_constraint WHERE conname IN ('proposal_two_hands', 'settlement_two_hands', 'settlementstep_is_an_arrow',
                'hitreview_two_hands', 'clearing_two_hands', 'clearing_expires', 'waiver_two_hands', 'waiver_expires')
        UNION SELECT indexname FROM pg_indexes WHERE indexname IN ('proposal_one_pending', 'joining_one_open')
        UNION SELECT (regexp_matches(prosrc, 'CONSTRAINT = ''([a-z_]+)''', 'g'))[1] FROM pg_proc WHERE pronamespace = 'register'::regnamespace"""
    with fresh().opened("") as connection:
        named = {name for (name,) in connection.execute(query)}
    # that a record has one version a day is kept by Books, whatever anybody fills in
    assert {n for n in named if not n.endswith("one_truth_a_day")} == set(REFUSALS)


def test_a_serial_number_that_is_taken_is_told_in_words():
    from tests.desk.at_work import Person, links, office_at_work

    from adit.register.records import Machine

    with office_at_work() as office:
        miner = Person(office, "miner")
        with office.reading() as connection:
            machine = listed(connection, Machine, limit=1)[0].record
        site = links(miner.get("/mine/sites"), "/mine/sites/site-")[0]
        fields = {
            "maker": machine.maker,
            "model": "X",
            "hashrate_ths": "100",
            "since": "2025-03-01",
            "site": site.rpartition("/")[2],
        }
        page = miner.post(
            "/mine/machines/new", page=site, serial=machine.serial.lower(), power_w="3000", status=409, **fields
        )
        assert "with this serial number is entered already" in page
        page = miner.post("/mine/machines/new", page=site, serial="new", power_w="99999999999", status=409, **fields)
        assert "longer than the register takes" in page
