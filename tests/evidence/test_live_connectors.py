"""Live sources on written answers: what is new is kept with its papers, what is wrong changes nothing, and readers say what they read."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.evidence.answers import Server, Written

from adit.cli.data import data
from adit.evidence.sources import epochs, fees, live_files, pools, prices
from adit.evidence.sources.catalogue import datasets
from adit.evidence.sources.epochs import read_epochs
from adit.evidence.sources.fees import fee_share, subsidy_of_day_btc
from adit.evidence.sources.live_connectors import CONNECTORS, Outcome, refresh
from adit.evidence.sources.live_epochs import parse_adjustments, target_of
from adit.evidence.sources.live_files import current
from adit.evidence.sources.live_prices import DAYS
from adit.evidence.sources.pools import read_pools
from adit.evidence.sources.prices import quotation
from adit.evidence.sources.tables import digest, shipped
from adit.terms.days import parse_period
from adit.terms.errors import AditError, BadInput, Unavailable, UnknownName

RECORDED = Path(__file__).parents[1] / "data" / "recorded"
RATES = "https://www.cbr.ru/scripts/XML_dynamic.asp?date_req1=15/12/2024&date_req2=15/01/2025&VAL_NM_RQ=R01235"
PRICES = "https://2026-10-01.currency-api.pages.dev/v1/currencies/usd.json"
EPOCHS = "https://mempool.space/api/v1/mining/difficulty-adjustments"
POOLS = "https://raw.githubusercontent.com/mempool/mining-pools/master/pools-v2.json"
FEES = "https://api.blockchain.info/charts/transaction-fees?timespan=all&format=json&sampled=false"
READERS: tuple[Any, ...] = (
    epochs.read_epochs,
    fees.read_fee_shares,
    pools.read_pools,
    prices.read_quotations,
    prices._official_rates,
    prices._official_to,
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of the test's own, and readers that have read nothing yet."""
    monkeypatch.setenv("ADIT_DATA", str(tmp_path))
    for reader in READERS:
        reader.cache_clear()
    yield tmp_path
    for reader in READERS:
        reader.cache_clear()


def asked(name: str, answers: dict[str, Any], now: datetime, into: Path | None = None) -> Outcome:
    outcome = refresh(name, now_utc=now, into=into, opener=Server(answers))
    for reader in READERS:
        reader.cache_clear()
    return outcome


def utc(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_each_source_is_one_data_set_that_is_shipped() -> None:
    shipped_files = {d.file for d in datasets()}
    assert {c.file for c in CONNECTORS} <= shipped_files
    assert len({c.file for c in CONNECTORS}) == len(CONNECTORS) == 5
    for c in CONNECTORS:
        c.check(shipped(c.file))
        assert current(c.file).refreshed is None


def test_an_unknown_source_is_told_with_the_known() -> None:
    with pytest.raises(UnknownName, match=r"There is no live source 'rate'\.\nDid you mean rates"):
        refresh("rate", now_utc=utc(2025, 1, 15))


# Bank of Russia -----------------------------------------------------------------------------------------------------
def cbr(change: Callable[[str], str] = lambda text: text) -> dict[str, Any]:
    return {RATES: change((RECORDED / "cbr_usd.xml").read_text(encoding="windows-1251")).encode("windows-1251")}


def test_the_rates_of_the_bank_are_added_and_used(folder: Path) -> None:
    assert quotation(date(2025, 1, 14), 60).source.endswith("market rate")
    outcome = asked("rates", cbr(), utc(2025, 1, 15))
    assert outcome.changes == ("3 rates from 2025-01-10 to 2025-01-14",)
    held = current("network/usd_rub_cbr_daily.csv")
    assert held.vintage == "1992-07-01 to 2025-01-15; refreshed 2025-01-15"
    before = shipped("network/usd_rub_cbr_daily.csv").read_bytes().replace(b"\r\n", b"\n")
    added = b'2025-01-10,102.2911,"cbr.ru, XML_dynamic"\n2025-01-11,101.9146,"cbr.ru, XML_dynamic"\n'
    assert held.path.read_bytes() == before + added + b'2025-01-14,102.5000,"cbr.ru, XML_dynamic"\n'
    official = [q for q in prices.read_quotations() if q.source.endswith("Bank of Russia's rate")]
    assert max(q.on for q in official) > date(2025, 1, 1)
    assert official[-1].rub_per_usd in {
        Decimal("101.6797"),
        Decimal("102.2911"),
        Decimal("101.9146"),
        Decimal("102.5000"),
    }
    again = RATES.replace("15/12/2024", "31/12/2024").replace("date_req2=15", "date_req2=16")
    one = '<ValCurs ID="R01235"><Record Date="14.01.2025" Id="R01235"><Nominal>1</Nominal><Value>102,5000</Value></Record></ValCurs>'
    assert asked("rates", {again: one.encode()}, utc(2025, 1, 16)).kept is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.replace("101,6797", "101,6798"), "The rate of 2024-12-29 is held as 101.6797, and the Bank gives 101.6798"),
        (lambda t: t.replace('ID="R01235" Date', 'ID="R01239" Date'), "The answer is not the series R01235"),
        (lambda t: t.replace("102,2911", "102.2911"), "'102.2911', is not a number with a decimal comma"),
        (lambda t: t.replace("102,2911", "-102,2911"), "is not a number with a decimal comma"),
        (lambda t: t.replace("102,2911", "0,0000"), "is not a number with a decimal comma"),
        (lambda t: t.replace("102,2911", "10229,11"), "The rate of 2025-01-10, 10229.11, is too far from 101.6797"),
        (lambda t: t.replace("10.01.2025", "2025-01-10"), "'2025-01-10' is not a day"),
        (lambda t: t.replace("14.01.2025", "16.01.2025"), "2025-01-16 was not asked for"),
        (lambda t: t.replace("11.01.2025", "10.01.2025"), "2025-01-10 was not asked for, or is out of order"),
        (lambda t: t.replace("<Nominal>1</Nominal>", "<Nominal>10</Nominal>", 1), "is not of one dollar"),
        (lambda t: t[: t.index("<Record")] + "</ValCurs>", "has no rate from 2024-12-15 to 2024-12-29"),
        (lambda t: t[:-40], "The answer is not XML"),
        (lambda t: t.replace("<ValCurs", "<!DOCTYPE ValCurs><ValCurs", 1), "declares a document type"),
        (lambda t: '{"error": "no"}', "The answer is not XML"),
    ],
)  # fmt: skip
def test_a_rate_that_cannot_be_changes_nothing(folder: Path, change: Callable[[str], str], said: str) -> None:
    with pytest.raises(BadInput) as error:
        asked("rates", cbr(change), utc(2025, 1, 15))
    assert said in str(error.value)
    assert error.value.todo
    assert files(folder) == {}


# The currency API ---------------------------------------------------------------------------------------------------
def currencies(**changed: Any) -> bytes:
    answer = json.loads((RECORDED / "currency_usd.json").read_text(encoding="utf-8"))
    answer["usd"].update(changed)
    return json.dumps(
        {"date": answer["date"], "usd": {k: v for k, v in answer["usd"].items() if v is not None}}
    ).encode()


def test_prices_are_added_four_days_a_month() -> None:
    outcome = asked("prices", {PRICES: currencies(rub=85.5, btc=1 / 80_000)}, utc(2026, 10, 9))
    assert outcome.changes == ("2026-10-01: 80000 USD/BTC, 85.5 RUB/USD", "2026-10-08 was not published")
    found = quotation(date(2026, 10, 5))
    assert (found.on, found.usd_per_btc, found.rub_per_usd) == (date(2026, 10, 1), Decimal(80_000), Decimal("85.5"))
    assert found.source == "fawazahmed0/exchange-api (refreshed 2026-10-09), dollar at its market rate"
    assert DAYS == (1, 8, 15, 22)


def test_a_row_that_comes_back_is_the_row_that_was_held() -> None:
    asked("prices", {PRICES: currencies()}, utc(2026, 10, 2))
    *_, before, after = (
        current("network/fx_and_coin_prices_2024_2026.csv").path.read_text(encoding="utf-8").splitlines()
    )
    assert (before.split(",")[0], after.split(",")[:2]) == ("2026-09-29", ["2026-10-01", "2026.10.1"])
    assert [float(x) for x in after.split(",")[2:]] == pytest.approx(
        [float(x) for x in before.split(",")[2:]], rel=2e-8
    )


def test_a_bitcoin_at_three_cents_is_left_blank_and_told() -> None:
    outcome = asked("prices", {PRICES: currencies(btc=38.46)}, utc(2026, 10, 2))
    assert outcome.changes == ("2026-10-01: coin prices left blank, bitcoin at 0.02600104 is too far from 83212.64",)
    assert quotation(date(2026, 10, 2)).on == date(2026, 9, 29)


def test_a_day_on_which_nothing_was_published_keeps_nothing(folder: Path) -> None:
    assert asked("prices", {}, utc(2026, 10, 2)) == Outcome(CONNECTORS[1], (), None)
    assert files(folder) == {}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (currencies().replace(b"2026-10-01", b"2026-10-02"), "The answer has no rates of 2026-10-01"),
        (currencies(kzt=None), "The answer has no rate of 'kzt'"),
        (currencies(btc=0), "The answer has no rate of 'btc'"),
        (currencies(btc=-1), "The answer has no rate of 'btc'"),
        (currencies(rub="85"), "The answer has no rate of 'rub'"),
        (currencies(rub=True), "The answer has no rate of 'rub'"),
        (currencies(rub=0.85), "The rouble of 2026-10-01 is at 0.85, too far from 84.508464"),
        (b"[]", "The answer has no rates of 2026-10-01"),
        (b'{"date": "2026-10-01"}', "The answer has no rates of 2026-10-01"),
        (b"oh no", "The answer is not JSON"),
    ],
)
def test_prices_that_cannot_be_change_nothing(folder: Path, answer: bytes, said: str) -> None:
    with pytest.raises(BadInput) as error:
        asked("prices", {PRICES: answer}, utc(2026, 10, 2))
    assert said in str(error.value)
    assert files(folder) == {}


# Difficulty ---------------------------------------------------------------------------------------------------------
def adjustments(change: Callable[[list[list[Any]]], object] = lambda rows: None) -> dict[str, Any]:
    rows = json.loads((RECORDED / "mempool_adjustments.json").read_text(encoding="utf-8"))
    change(rows)
    return {EPOCHS: json.dumps(rows).encode()}


def test_times_and_epochs_are_added_and_no_longer_derived() -> None:
    before = read_epochs()
    outcome = asked("epochs", adjustments(), utc(2026, 7, 1))
    assert outcome.changes[0] == f"epoch 437 began at {before[437].start_utc:%Y-%m-%dT%H:%M:%SZ}"
    assert outcome.changes[-1] == "epoch 474 is new: from 2026-06-27T18:05:21Z"
    assert len(outcome.changes) == 38
    after = read_epochs()
    assert len(after) == len(before) + 1 == 475
    assert not any(e.derived for e in after)
    assert [e.difficulty for e in after[:474]] == [e.difficulty for e in before]
    last = current("network/btc_retarget_epochs.csv").path.read_text(encoding="utf-8").splitlines()
    assert last[438].split(",")[8] != ""  # the hash rate of epoch 437, now that its length is known
    assert asked("epochs", adjustments(), utc(2026, 7, 2)).kept is None


def test_what_follows_from_times_is_what_the_shipped_table_has() -> None:
    asked("epochs", adjustments(), utc(2026, 7, 1))
    held = current("network/btc_retarget_epochs.csv").path.read_text(encoding="utf-8").splitlines()
    original = shipped("network/btc_retarget_epochs.csv").read_text(encoding="utf-8").splitlines()
    assert held[:437] == original[:437]


def test_a_target_is_found_again_from_a_difficulty_as_it_is_published() -> None:
    for epoch, line in zip(
        read_epochs(), shipped("network/btc_retarget_epochs.csv").read_text().splitlines()[1:], strict=True
    ):
        assert target_of(Decimal(f"{epoch.difficulty:.14g}")) == int(line.split(",")[5], 16)
    assert target_of(Decimal(1)) == 0xFFFF << 208


def test_a_row_that_the_source_has_published_is_the_epoch_that_is_held() -> None:
    """Quoted in programs that use the source: the adjustment of 2023-12-23."""
    (found,) = parse_adjustments(b"[[1703311464, 822528, 72006146478567.1, 1.06983]]", date(2026, 7, 1))
    epoch = read_epochs()[408]
    assert (found.index, found.first_height, found.start_utc) == (408, epoch.first_height, epoch.start_utc)
    assert (0xFFFF << 208) / found.target == epoch.difficulty


@pytest.mark.parametrize("difficulty", ["0.5", "0", "-1", "1e80", "132757100000000"])
def test_what_is_no_difficulty_is_refused(difficulty: str) -> None:
    with pytest.raises(BadInput, match="difficulty"):
        target_of(Decimal(difficulty))


def _later(rows: list[list[Any]], height: int, seconds: int) -> None:
    next(row for row in rows if row[1] == height)[0] += seconds


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: _later(rows, 436 * 2016, 1), "wrong of epoch 436: it began at 2025-01-12T20:01:51Z by its header"),
        (lambda rows: _later(rows, 450 * 2016, 5 * 3600), "by its times and"),
        (lambda rows: _later(rows, 450 * 2016, -30 * 86400), "wrong of epoch 450: it does not follow the one before"),
        (lambda rows: rows[5].__setitem__(2, rows[6][2]), "its target is held otherwise"),
        (lambda rows: rows[5].__setitem__(2, rows[5][2] * 1.0001), "No block can have the difficulty"),
        (lambda rows: rows[5].__setitem__(1, rows[5][1] + 1), "No epoch begins at height"),
        (lambda rows: rows[5].__setitem__(0, "yesterday"), "A row of the answer is no adjustment"),
        (lambda rows: rows[0].__setitem__(0, 1_900_000_000), "The time of a row is out of range"),
        (lambda rows: rows.insert(0, rows[0]), "it does not follow the one before"),
        (lambda rows: rows[0].__setitem__(1, 480 * 2016), "The answer has no epoch 474, but a later one"),
        (lambda rows: rows.append({"height": 0}), "A row of the answer is no adjustment"),
        (lambda rows: rows.clear(), "The answer is no list of adjustments"),
    ],
)  # fmt: skip
def test_difficulties_that_contradict_the_chain_change_nothing(
    folder: Path, change: Callable[[list[list[Any]]], object], said: str
) -> None:
    with pytest.raises(BadInput) as error:
        asked("epochs", adjustments(change), utc(2026, 7, 1))
    assert said in str(error.value)
    assert files(folder) == {}


# Pools --------------------------------------------------------------------------------------------------------------
def test_a_new_pool_is_known_and_told() -> None:
    entries = json.loads(shipped("chain/mining_pools_v2.json").read_bytes())
    entries[0]["tags"] = []
    entries.append({"id": 999, "name": "Baikal Pool", "addresses": [], "tags": ["/baikal/"], "link": ""})
    outcome = asked("pools", {POOLS: json.dumps(entries).encode()}, utc(2026, 11, 29))
    assert outcome.changes == ("new pool: Baikal Pool", "new tag: /baikal/", "gone tag: /BlockfillsPool/")
    assert read_pools().by_tag[b"/baikal/"] == "Baikal Pool"
    assert read_pools().vintage == "mempool/mining-pools, as of 2026-11-29; refreshed 2026-11-29"
    assert asked("pools", {POOLS: json.dumps(entries).encode()}, utc(2026, 11, 30)).kept is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[]", "is empty, or no list"),
        (b"404: Not Found", "is not JSON"),
        (b'[{"name": "One", "tags": [], "addresses": []}]', "Of 168 pools that are held the new list has 0"),
    ],
)
def test_a_list_that_lost_its_pools_is_refused(folder: Path, content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        asked("pools", {POOLS: content}, utc(2026, 11, 29))
    assert files(folder) == {}


# Fees ---------------------------------------------------------------------------------------------------------------
def chart(first: date, days: int, share: str, **changed: Any) -> bytes:
    """An invented chart: on each day the fees are this share of the subsidy."""
    values = []
    for day in (first + timedelta(days=n) for n in range(days)):
        x = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        values.append({"x": x, "y": float(subsidy_of_day_btc(day) * Decimal(share))})
    return json.dumps(
        {"status": "ok", "name": "Fees", "unit": "BTC", "period": "day", "values": values, **changed}
    ).encode()


def test_months_that_were_not_known_are_added_and_others_stay() -> None:
    held = dict(fees.read_fee_shares())
    outcome = asked("fees", {FEES: chart(date(2024, 12, 1), 61, "0.02")}, utc(2025, 1, 31))
    assert outcome.changes == ("new month: 2024-12",)  # the day of the question is not over, so January is not whole
    december = fee_share(parse_period("2024-12"))
    assert december is not None
    assert (december.least, december.mean, december.most, december.days) == (0.02, 0.02, 0.02, 31)
    assert december.source == "Blockchain.com, 44 months, 2019-05 to 2024-12; refreshed 2025-01-31"
    assert fee_share(parse_period("2025-01")) is None
    march = fee_share(parse_period("2024-03"))
    assert march is not None
    assert march.mean == held[march.month].mean


def test_a_month_that_moved_is_told_with_both_figures() -> None:
    outcome = asked("fees", {FEES: chart(date(2024, 3, 1), 31, "0.3")}, utc(2025, 1, 31))
    assert outcome.changes == ("2024-03: mean 0.0447 is now 0.3000 of the subsidy",)


def test_days_after_the_last_epoch_are_left_out_and_told_and_nothing_is_kept(folder: Path) -> None:
    answer = json.loads(chart(date(2026, 5, 1), 10, "0.01"))
    answer["values"].append({"x": int(utc(2026, 10, 1).timestamp()), "y": 3.5})
    outcome = asked("fees", {FEES: json.dumps(answer).encode()}, utc(2026, 11, 1))
    assert outcome.changes == (
        "from 2026-06 on the difficulty is not known: adit data refresh epochs, then fees again",
    )
    assert outcome.kept is None
    assert files(folder) == {}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"{}", "The answer is no chart"),
        (b'{"status": "not-found"}', "The answer is no chart"),
        (chart(date(2024, 12, 1), 2, "0.02", unit="USD"), "The chart is in USD a day"),
        (chart(date(2024, 12, 1), 2, "0.02", period="week"), "The chart is in BTC a week"),
        (chart(date(2024, 12, 1), 0, "0.02"), "The chart has no whole day"),
        (chart(date(2024, 12, 1), 1, "-0.02"), "A value of the chart is out of range"),
        (chart(date(2024, 12, 1), 1, "99"), "A value of the chart is out of range"),
        (chart(date(2024, 12, 1), 1, "0.1", values=[{"x": "1", "y": 1}]), "A value of the chart is no number"),
        (chart(date(2024, 12, 1), 1, "0.1", values=[{"x": 1_700_000_000, "y": None}]), "A value of the chart is no number"),
        (chart(date(2024, 12, 1), 1, "0.1", values=[{"x": 1_700_000_000_000, "y": 1}]), "out of range"),
        (chart(date(2024, 12, 1), 1, "0.1", values=[{"x": 1_700_000_000, "y": 1}, {"x": 1_700_000_001, "y": 2}]),
         "The chart has two figures for 2023-11-14"),
    ],
)  # fmt: skip
def test_a_chart_that_cannot_be_changes_nothing(folder: Path, answer: bytes, said: str) -> None:
    with pytest.raises(BadInput) as error:
        asked("fees", {FEES: answer}, utc(2025, 1, 31))
    assert said in str(error.value)
    assert files(folder) == {}


# What is kept -------------------------------------------------------------------------------------------------------
def test_papers_lie_beside_what_is_kept_and_an_older_one_goes(folder: Path) -> None:
    asked("prices", {PRICES: currencies()}, utc(2026, 10, 2))
    first = set(files(folder))
    later = PRICES.replace("10-01", "10-08")
    asked("prices", {later: currencies().replace(b"10-01", b"10-08")}, utc(2026, 10, 9))
    second = set(files(folder))
    assert len(first) == len(second) == 2
    assert len(first & second) == 1  # the record
    record = json.loads((folder / "network/fx_and_coin_prices_2024_2026.csv.source.json").read_text(encoding="utf-8"))
    assert record["publisher"] == "fawazahmed0/exchange-api"
    assert record["origin"] == [later]
    assert record["fetched_at_utc"] == "2026-10-09 12:00:00+00:00"
    assert record["sha256"] == digest(folder / record["kept_as"])
    assert oct((folder / record["kept_as"]).stat().st_mode)[-3:] == "644"


@pytest.mark.parametrize("spoil", ["change", "remove", "record", "shape"])
def test_spoilt_data_are_refused_with_the_way_back(folder: Path, spoil: str) -> None:
    asked("prices", {PRICES: currencies()}, utc(2026, 10, 2))
    held = current("network/fx_and_coin_prices_2024_2026.csv").path
    record = folder / "network/fx_and_coin_prices_2024_2026.csv.source.json"
    match spoil:
        case "change":
            held.write_text(held.read_text(encoding="utf-8").replace("83212.64", "93212.64"), encoding="utf-8")
        case "remove":
            held.unlink()
        case "record":
            record.write_text("{", encoding="utf-8")
        case _:
            record.write_text("[]", encoding="utf-8")
    with pytest.raises(BadInput, match="The refreshed data are spoilt: ") as error:
        quotation(date(2026, 10, 2))
    assert error.value.todo == "Delete this record to use the shipped data again, then refresh anew."
    record.unlink()
    assert quotation(date(2026, 10, 2)).on == date(2026, 9, 29)


def test_a_full_disk_leaves_what_was_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked("prices", {PRICES: currencies()}, utc(2026, 10, 2))
    before = files(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    later = {PRICES.replace("10-01", "10-08"): currencies().replace(b"10-01", b"10-08")}
    with pytest.raises(OSError, match="No space left"):
        asked("prices", later, utc(2026, 10, 9))
    assert files(folder) == before


def test_a_folder_of_ones_own_is_used_and_no_other_touched(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    into = tmp_path_factory.mktemp("own")
    asked("prices", {PRICES: currencies()}, utc(2026, 10, 2), into)
    assert files(folder) == {}
    assert current("network/fx_and_coin_prices_2024_2026.csv").refreshed is None
    assert current("network/fx_and_coin_prices_2024_2026.csv", into).refreshed is not None


def test_where_the_folder_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADIT_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", "/srv/data")
    assert live_files.folder() == Path("/srv/data/adit")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/anna")
    assert live_files.folder() == Path("/home/anna/.local/share/adit")


# The command --------------------------------------------------------------------------------------------------------
def command(monkeypatch: pytest.MonkeyPatch, server: Server, *arguments: str) -> Result:
    monkeypatch.setattr("adit.evidence.sources.fetching.open_url", server)
    result = CliRunner().invoke(data, arguments)
    for reader in READERS:
        reader.cache_clear()
    return result


def test_without_a_name_the_sources_are_listed_and_none_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server({})
    result = command(monkeypatch, server, "refresh", "--format", "json")
    listed = json.loads(result.stdout)["sources"]
    assert [s["name"] for s in listed] == ["rates", "prices", "epochs", "pools", "fees"]
    assert all(s["held"] and s["terms"] and s["host"] for s in listed)
    assert server.asked == []


def test_a_refreshed_set_is_listed_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = json.loads(shipped("chain/mining_pools_v2.json").read_bytes())
    entries.append({"id": 999, "name": "Baikal Pool", "addresses": [], "tags": ["/baikal/"], "link": ""})
    server = Server({POOLS: json.dumps(entries).encode()})
    result = command(monkeypatch, server, "refresh", "pools", "--format", "csv")
    assert result.stdout == "name,change\npools,new pool: Baikal Pool\npools,new tag: /baikal/\n"
    assert "pools: 2 changes, kept as " in result.stderr
    listed = json.loads(command(monkeypatch, server, "list", "--format", "json").stdout)
    assert [r["file"] for r in listed["refreshed"]] == ["chain/mining_pools_v2.json"]
    row = next(
        r for r in command(monkeypatch, server, "list", "--format", "csv").stdout.splitlines() if "mining_pools" in r
    )
    assert row.endswith(f",{datetime.now(UTC):%Y-%m-%d}")
    shown = command(monkeypatch, server, "show", "chain/mining_pools_v2.json").stdout
    assert "You refreshed it, and " in shown
    assert POOLS in shown
    again = command(monkeypatch, server, "refresh", "pools")
    assert again.stdout == ""
    assert "pools: nothing new" in again.stderr


@pytest.mark.parametrize(
    ("names", "error"), [(["pools", "nothing"], UnknownName), (["pools"], Unavailable), (["fees"], AditError)]
)
def test_what_cannot_be_refreshed_is_an_error_of_ours(
    folder: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], error: type[AditError]
) -> None:
    server = Server({POOLS: Written(b"busy", 503)})
    result = command(monkeypatch, server, "refresh", *names)
    assert isinstance(result.exception, error)
    assert files(folder) == {}
    assert "nothing" not in names or server.asked == []


def test_no_test_sees_what_this_person_refreshed() -> None:
    assert os.environ["ADIT_DATA"]
