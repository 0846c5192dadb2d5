"""The words of a reconciliation: both languages whole, every sentence told at its place, plural forms, and nothing of English in Russian."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest
from tests.audit.reconciliation.ledger import address, reconciled, tables_of, txid

import adit.audit.reconciliation.words as module
from adit.audit.reconciliation.reconcile import Reconciliation, reconcile
from adit.audit.reconciliation.statuses import CONTRADICTIONS, Allowance, How, PaidBy, Status, called
from adit.audit.reconciliation.telling import contradictions, line_row, lines, receipts
from adit.audit.reconciliation.words import coins, days, phrase, whole
from adit.evidence.sources.claims import claims_of
from adit.evidence.sources.declared import KINDS, declared_of
from adit.evidence.sources.pools import read_pools
from adit.evidence.sources.receipts import receipts_of
from adit.terms.errors import UnknownName

WORDS = tomllib.loads(Path(module.__file__).with_name("words.toml").read_text(encoding="utf-8"))
NBSP = "\N{NO-BREAK SPACE}"

# One of each thing that a sentence tells. The receipt t26 pays a script that has no address, t23 has two payers: see `everything`.
EVERYTHING = """
address  A  site S1  from 2023-01-01
address  B
address  C  of M2  from 2023-01-01
address  E  of M1  from 2023-01-01
address  E  of M2  from 2023-06-01
receipt  t1   2024-01-10  1000 sat  to A  by pool
receipt  t2   2024-01-10  1100 sat  to A  by stranger
receipt  t3   2024-01-11  1200 sat  to A  by ?
receipt  t4   2024-01-10  1400 sat  to A  by ?
receipt  t5   2024-01-10  1501 sat  to A  by A
receipt  t6   2024-02-02  1600 sat  to A  by stranger
receipt  t7   2024-01-31  1700 sat  to A  by pool
receipt  t8   2024-01-10  1800 sat  to B  by ?
receipt  t9   2024-01-10  625,000,000 sat  to A  by nobody  deep 7
receipt  t10  2024-01-10  1900 sat  to A  by ?
receipt  t20  2024-01-10  700 sat  to A  by nobody  deep 7
receipt  t21  2024-01-15  2100 sat  to B  by ?
receipt  t22  2024-01-15  2200 sat  to A  by A
receipt  t23  2024-01-15  2300 sat  to A  by stranger
receipt  t24  2024-01-15  2400 sat  to E  by ?
receipt  t25  2024-01-15  2500 sat  to A  by ?
receipt  t26  2024-01-15  2600 sat  to A  by ?
line     L1   2024-01-10  1000 sat  pool  in t1:0
line     L2   2024-01     1100 sat  pool  in t2
line     L3   2024-01     1300 sat  pool  in t3
line     L4   2024-01-12  1400 sat  pool  at A
line     L5   2024-01-10  1500 sat  rented  at A
line     L6   2024-01     1600 sat  rented  at A
line     L7   2024-02-01  1700 sat  pool  at A
line     L8   2024-01-10  1800 sat  pool  at B
line     L9   2024-01-10  625,000,000 sat  own_block  at A
line     L10  2024-01-10  1900 sat  pool  in t10:0  at B
line     L11  2024-01-10  1000 sat  pool  in t1:0
line     L12  2024-01-07  1400 sat  pool  at A
line     L13  2024-01     3000 sat  offchain_statement
line     L14  2024-01     3100 sat  pool  at C
line     L15  2024-01     3200 sat  pool  at Z
line     L16  2024-01     3300 sat  pool  at B
line     L17  2024-01     3400 sat  pool  in t99
line     L18  2024-01     3500 sat  pool  at A
line     L19  2024-01     3600 sat  pool
"""


@pytest.fixture(scope="module")
def everything() -> Reconciliation:
    tables = tables_of(EVERYTHING)
    by_id = {row["txid"]: row for row in tables["receipt"]}
    by_id[txid("t23")]["payers"] += f";{address('another')}"
    by_id[txid("t26")] |= {"address": "", "script_hex": "6a0151"}
    return reconcile(
        declared_of(tables["line"]), receipts_of(tables["receipt"]), claims_of(tables["address"]), read_pools(),
        Allowance(window_days=3, tolerance_sat=2),
    )  # fmt: skip


def told(found: Reconciliation, language: str) -> dict[str, str]:
    """Why of each line, by its name, and of each receipt without a line, by that of its transaction."""
    names = {txid(f"t{n}"): f"t{n}" for n in range(1, 30)}
    without = {names[row.outpoint[:64]]: row.why for row in receipts(found, language) if not row.line_id}
    return {row.line_id: row.why for row in lines(found, language)} | without


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# The table -------------------------------------------------------------------------------------------------------
def test_there_are_words():
    assert len(WORDS) > 60


@pytest.mark.parametrize("key", WORDS)
def test_a_key_has_both_languages_with_the_same_figures(key: str):
    both = WORDS[key]
    assert set(both) == {"en", "ru"}
    assert all(text.strip() for text in both.values())
    assert fields(both["en"]) == fields(both["ru"])
    assert not re.search("[а-яё]", both["en"], re.IGNORECASE)
    assert set(re.findall("[A-Za-z]+", re.sub(r"\{\w+\}", "", both["ru"]))) <= {"coinbase"}


@pytest.mark.parametrize("kind", [Status, PaidBy, How])
def test_data_keep_the_code_and_readers_get_their_words(kind: type[Status] | type[PaidBy] | type[How]):
    assert [member.told() for member in kind] == [member.text for member in kind]
    in_russian = [member.told("ru") for member in kind]
    assert len(set(in_russian)) == len(in_russian)
    assert {key for key in WORDS if key.startswith(f"{kind.__name__} ")} == {f"{kind.__name__} {m.key}" for m in kind}


def test_each_contradiction_has_words_of_its_own_and_no_other_has_any():
    assert {kind for kind, _ in CONTRADICTIONS} <= {*KINDS}
    for language in ("en", "ru"):
        assert len({called(*pair, language) for pair in CONTRADICTIONS}) == len(CONTRADICTIONS) == 15
    assert {key for key in WORDS if key.startswith("called ")} == {f"called {k} {p.key}" for k, p in CONTRADICTIONS}


def test_a_language_that_is_not_there_is_named():
    with pytest.raises(UnknownName) as error:
        phrase("Status matched", "kk")
    assert str(error.value) == "There is no language 'kk'.\nKnown: en, ru."
    with pytest.raises(UnknownName, match="There is no language 'RU'"):
        line_row(reconciled("line L1 2024-01 500 sat pool"), 0, "RU")


# Figures ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("count", "russian", "english"),
    [
        (0, "0 дней", "0 days"),
        (1, "1 день", "1 day"),
        (2, "2 дня", "2 days"),
        (4, "4 дня", "4 days"),
        (5, "5 дней", "5 days"),
        (11, "11 дней", "11 days"),
        (12, "12 дней", "12 days"),
        (14, "14 дней", "14 days"),
        (21, "21 день", "21 days"),
        (22, "22 дня", "22 days"),
        (25, "25 дней", "25 days"),
        (101, "101 день", "101 days"),
        (111, "111 дней", "111 days"),
        (114, "114 дней", "114 days"),
        (366, "366 дней", "366 days"),
        (1001, f"1{NBSP}001 день", "1,001 days"),
    ],
)
def test_days_are_counted_as_each_language_does(count: int, russian: str, english: str):
    assert (days(count, "ru"), days(count, "en")) == (russian, english)


@pytest.mark.parametrize(
    ("sat", "russian", "english"),
    [
        (0, "0,00000000 BTC", "0.00000000 BTC"),
        (1, "0,00000001 BTC", "0.00000001 BTC"),
        (30_000_000, "0,30000000 BTC", "0.30000000 BTC"),
        (123_456_789_012, f"1{NBSP}234,56789012 BTC", "1,234.56789012 BTC"),
        (
            2_099_999_999_999_999,
            f"20{NBSP}999{NBSP}999,99999999 BTC",
            "20,999,999.99999999 BTC",
        ),
    ],
)
def test_coins_are_told_to_the_last_satoshi(sat: int, russian: str, english: str):
    assert (coins(sat, "ru"), coins(sat, "en")) == (russian, english)


def test_counts_are_grouped():
    assert (whole(702_960, "ru"), whole(702_960, "en"), whole(100, "en")) == (f"702{NBSP}960", "702,960", "100")


# Sentences -------------------------------------------------------------------------------------------------------
def test_pairs_are_told_in_russian(everything: Reconciliation):
    why = told(everything, "ru")
    assert why["L2"] == (
        "Транзакция, указанная в строке, выплачивает майнеру эту сумму: 0,00001100 BTC, поступило 10.01.2024; заявлено как добытое в "
        "пуле, а поступило от плательщика, которого нет в списке пулов. Плательщика в списке пулов нет; пул может платить и с адреса, "
        "которого в списке нет."
    )
    assert why["L7"] == (
        "В блокчейне на адрес майнера поступила эта сумма: 0,00001700 BTC, 31.01.2024, с расхождением в 1 день относительно указанного "
        "в строке, заявлено за февраль 2024 года: этот месяц начался на 1 день позже. Среди плательщиков есть адрес пула AntPool из "
        "списка пулов."
    )
    assert why["L6"] == (
        "В блокчейне на адрес майнера поступила эта сумма: 0,00001600 BTC, 02.02.2024, с расхождением в 2 дня относительно указанного "
        "в строке, заявлено за январь 2024 года: этот месяц закончился на 2 дня раньше. Ни одного плательщика в списке пулов нет, как и "
        "следует ожидать от покупателя хешрейта; кто покупатель, блокчейн не показывает."
    )
    assert why["L9"] == (
        "В блокчейне на адрес майнера поступила эта сумма: 6,25000000 BTC, 10.01.2024; это coinbase-транзакция, подтверждений 7 из 100: "
        "она ещё может исчезнуть из блокчейна. Это coinbase-транзакция блока, она выплачивает майнеру субсидию целиком или больше."
    )


def test_lines_without_receipt_are_told_in_russian(everything: Reconciliation):
    why = told(everything, "ru")
    assert why["L18"] == (
        "Среди поступлений, отстоящих от указанных в строке дней не более чем на 3 дня, нет такой суммы на адрес "
        f"{address('A')}, которая не отнесена к другой строке."
    )
    assert why["L12"] == (
        f"Каждое поступление этой суммы на адрес {address('A')}, отстоящее от указанных в строке дней не более чем на 3 дня, отнесено "
        "к другой строке; ближайшее отнесено к строке L4."
    )
    assert why["L16"] == (
        f"Поступление не найдено, и контроль майнера над адресом {address('B')} в эти дни не подтверждён."
    )


def test_receipts_without_line_are_told_in_russian(everything: Reconciliation):
    why = told(everything, "ru")
    assert why["t23"] == (
        f"15.01.2024 на адрес {address('A')} поступило 0,00002300 BTC; ни в одной достаточно близкой строке это не указано. "
        "Ни одного из известных плательщиков (2) в списке пулов нет; пул может платить и с адреса, которого в списке нет."
    )
    assert why["t26"] == (
        "Это поступление не указано ни в одной строке, и контроль над адресом без стандартной записи (скрипт 6a0151) на 15.01.2024 "
        "никем не подтверждён: чей это адрес, блокчейн не показывает. Плательщик неизвестен."
    )


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_sentence_of_the_table_has_its_place(everything: Reconciliation, language: str):
    whole_text = "\n".join(told(everything, language).values())
    apart = ("Status ", "PaidBy ", "How ", "called ", "days ")  # told of enumerations and counts, above
    missing = [
        key
        for key, text in WORDS.items()
        if not key.startswith(apart)
        and not re.search("[^\n]+?".join(map(re.escape, re.split(r"\{\w+\}", text[language]))), whole_text)
    ]
    assert missing == []


def test_russian_holds_no_english_word(everything: Reconciliation):
    for name, why in told(everything, "ru").items():
        without_addresses = re.sub(r"bc1\w+", "", why)
        assert set(re.findall("[A-Za-z]{2,}", without_addresses)) <= {"BTC", "coinbase", "AntPool"}, name


def test_the_language_changes_sentences_and_no_data(everything: Reconciliation):
    for of_line, in_russian in zip(lines(everything), lines(everything, "ru"), strict=True):
        assert of_line.why != in_russian.why
        assert replace(of_line, why="") == replace(in_russian, why="")
    for of_receipt, also in zip(receipts(everything), receipts(everything, "ru"), strict=True):
        assert of_receipt.why != also.why
        assert replace(of_receipt, why="") == replace(also, why="")
    for english, russian in zip(contradictions(everything), contradictions(everything, "ru"), strict=True):
        assert english.what != russian.what
        assert replace(english, what="") == replace(russian, what="")
    assert [c.line_id for c in contradictions(everything, "ru")] == ["L2", "L5"]
