"""Signs of laundering: the table and what measures it are one, thresholds are dated, what nobody looked at is not passed, sentences are exact."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adit.decision.suspicion.raising import MOST_POINTS, look, plain_figures
from adit.decision.suspicion.sight import (
    AddressKnown,
    AuditSeen,
    Barred,
    Declared,
    Exposure,
    Meeting,
    Paid,
    Return,
    Shared,
    Sight,
)
from adit.decision.suspicion.signs import SIGNS, Figure
from adit.decision.suspicion.store import table_of_signs
from adit.decision.suspicion.telling import told
from adit.decision.suspicion.typologies import open_at, typologies, typology
from adit.terms.errors import BadInput, UnknownName

ON = date(2025, 2, 1)
TXID = "ab" * 32
QUIET = Sight(
    party="party-1", month="2025-02", energy_wh=8_000_000, energy_entries=(7,), declared=(Declared("BTC", "sha256", 3_000_000, 9),),
    algorithms=frozenset({"sha256"}), registered_on=date(2024, 11, 5), addresses=(AddressKnown("bc1qa", date(2024, 11, 5), None, 4),), shared=(),
    audit=AuditSeen(0, 0.4, (9,)), decision=Barred(False, "", "", 11), paid=(Paid("pool", "F2Pool", 3_000_000, TXID, date(2026, 2, 24)),),
    exposures=(), meetings=(), returns=(),
)  # fmt: skip


def signs_of(sight: Sight, on: date = ON) -> list[str]:
    return [a.rule.id for a in look(sight, "ru/law", on).alerts]


def test_the_table_and_what_measures_it_are_one():
    assert set(table_of_signs()) - {"scale"} == set(SIGNS)


def test_an_honest_month_shows_nothing_and_everything_was_looked_at():
    found = look(QUIET, "ru/law", ON)
    assert (found.alerts, found.not_looked, found.points, found.opens) == ((), (), 0, False)


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        ({"audit": AuditSeen(40_000, 0.0001, (9,))}, "coins-above-energy"),
        ({"paid": (Paid("other", "bc1qx", 1, TXID, None),)}, "receipt-not-from-mining"),
        ({"declared": ()}, "energy-without-coins"),
        ({"declared": (Declared("BTC", "sha256", 0, 9),)}, "energy-without-coins"),
        ({"shared": (Shared("bc1qa", 2, (4, 5)),)}, "address-of-many"),
        (
            {
                "addresses": (
                    AddressKnown("bc1qa", date(2024, 11, 5), date(2024, 11, 20), 4),
                    AddressKnown("bc1qb", date(2024, 11, 20), None, 5),
                )
            },
            "address-changed-early",
        ),
        ({"meetings": (Meeting("bc1qm", 3, 500_000, (TXID,)),)}, "many-into-one"),
        ({"exposures": (Exposure("bc1qa", "OFAC 12", 20_000, 6_000, 2, (TXID,)),)}, "near-a-listed-address"),
        ({"returns": (Return("an exchange", 200_000, 6, (TXID,)),)}, "round-trip"),
        ({"decision": Barred(True, "a ban of the region", "запрет в регионе", 11)}, "mined-while-barred"),
        ({"declared": (Declared("LTC", "scrypt", 5, 9),)}, "coin-the-machines-cannot-make"),
        ({"paid": (Paid("rent", "NiceHash", 5_000, TXID, date(2026, 2, 24)),)}, "rented-hash-rate"),
        ({"paid": (Paid("none", "", 200_000, TXID, None),)}, "declared-without-receipt"),
    ],
)
def test_each_sign_is_met_by_what_it_says_and_by_nothing_else(change: dict[str, object], sign: str):
    assert signs_of(replace(QUIET, **change)) == [sign]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        ({"energy_wh": 5_999_999, "declared": ()}, "energy-without-coins"),
        ({"shared": (Shared("bc1qa", 1, (4,)),)}, "address-of-many"),
        ({"exposures": (Exposure("bc1qa", "OFAC 12", 9_999, 6_000, 2, (TXID,)),)}, "near-a-listed-address"),
        ({"meetings": (Meeting("bc1qm", 2, 500_000, (TXID,)),)}, "many-into-one"),
        ({"returns": (Return("an exchange", 99_999, 6, (TXID,)),)}, "round-trip"),
        ({"decision": Barred(True, "", "", 11), "energy_wh": 99_000}, "mined-while-barred"),
    ],
)
def test_one_below_its_threshold_no_sign_is_raised(change: dict[str, object], sign: str):
    assert sign not in signs_of(replace(QUIET, **change))  # type: ignore[arg-type]


def test_an_address_changed_later_than_the_threshold_is_none():
    later = (
        AddressKnown("bc1qa", date(2024, 11, 5), date(2024, 12, 6), 4),
        AddressKnown("bc1qb", date(2024, 12, 6), None, 5),
    )
    assert signs_of(replace(QUIET, addresses=later)) == []


def test_what_nobody_looked_at_is_neither_met_nor_passed():
    blind = replace(QUIET, audit=None, decision=None, paid=None, exposures=None)
    found = look(blind, "ru/law", ON)
    assert {t.needs for t in found.not_looked} == {"audit", "decision", "chain", "labels"}
    assert len(found.not_looked) == sum(
        t.needs in ("audit", "decision", "chain", "labels") for t in typologies("ru/law", ON)
    )


def test_before_its_first_day_and_under_another_act_there_is_no_sign():
    assert typologies("ru/law", date(2024, 10, 31)) == ()
    assert typologies("ru/central_bank_2022", ON) == ()
    assert open_at(date(2024, 10, 31)) > MOST_POINTS


def test_a_later_row_holds_from_its_day_and_none_ends_a_rule():
    table = {
        "scale": {"regimes": ["ru/law"]},
        "energy-without-coins": {
            **table_of_signs()["energy-without-coins"],
            "rule": [
                {"from": date(2024, 11, 1), "threshold": 6000, "points": 30},
                {"from": date(2025, 6, 1), "threshold": 3000, "points": 20},
                {"from": date(2026, 1, 1), "threshold": 3000, "points": 0},
            ],
        },
    }
    held = {
        day: [(t.threshold, t.points) for t in typologies("ru/law", day, table)]
        for day in (date(2025, 5, 31), date(2025, 6, 1), date(2026, 1, 1))
    }
    assert list(held.values()) == [[(6000, 30)], [(3000, 20)], []]


def test_points_count_once_a_rule_and_no_further_than_the_most():
    many = replace(QUIET, paid=tuple(Paid("other", f"bc1q{n}", 10, f"{n:064x}", None) for n in range(20)))
    assert (len(look(many, "ru/law", ON).alerts), look(many, "ru/law", ON).points) == (20, 40)
    worst = replace(many, declared=(), audit=AuditSeen(1, 0, ()), exposures=(Exposure("a", "b", 10**6, 1, 1, ()),))
    assert look(worst, "ru/law", ON).points == MOST_POINTS


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "0.0004 BTC more was declared for 2025-02 than the metered energy could make, at the most favourable bounds; the chance of that is under 1 in 10⁸.",
        ),
        (
            "ru",
            "За февраль 2025 года заявлено на 0,0004 BTC больше, чем могла дать учтённая электроэнергия при самых благоприятных границах; вероятность этого: менее 1 из 10⁸.",
        ),
    ],
)
def test_an_alert_is_told_in_a_sentence(language: str, sentence: str):
    [alert] = look(replace(QUIET, audit=AuditSeen(40_000, 2e-9, (9,))), "ru/law", ON).alerts
    assert told(alert.rule.says[language], alert.sign.figures, language) == sentence


def test_every_sentence_finds_its_figures():
    everything = replace(
        QUIET, audit=AuditSeen(1, 0.5, (1,)), shared=(Shared("a", 3, (1,)),), declared=(Declared("LTC", "scrypt", 5, 9),),
        decision=Barred(True, "why", "почему", 1), meetings=(Meeting("m", 4, 5, (TXID,)),), exposures=(Exposure("a", "l", 10**6, 7, 2, (TXID,)),),
        returns=(Return("x", 10**6, 3, (TXID,)),), paid=(Paid("other", "p", 9, TXID, ON), Paid("rent", "p", 9, TXID, ON), Paid("none", "", 10**6, TXID, ON)),
        addresses=(AddressKnown("a", ON, date(2025, 2, 5), 1), AddressKnown("b", date(2025, 2, 5), None, 2)), registered_on=ON,
    )  # fmt: skip
    alerts = [*look(everything, "ru/law", ON).alerts, *look(replace(QUIET, declared=()), "ru/law", ON).alerts]
    assert {a.rule.id for a in alerts} == set(SIGNS)
    for a in alerts:
        figures = {n: Figure(*f) for n, f in plain_figures(a.sign.figures).items()}
        for language in ("en", "ru"):
            assert "{" not in told(a.rule.says[language], figures, language)
        assert a.evidence


def test_a_table_that_is_written_wrongly_is_refused():
    good = table_of_signs()["round-trip"]
    for change, message in (
        ({"needs": "luck"}, "needs = 'luck' is none of"),
        ({"says": {"en": "x"}}, "says has to be there in en and ru"),
        ({"rule": [{"from": ON, "threshold": 1, "points": 101}]}, "101 points are not between"),
    ):
        with pytest.raises(BadInput, match=message):
            typologies("ru/law", ON, {"scale": {"regimes": ["ru/law"]}, "round-trip": {**good, **change}})
    with pytest.raises(UnknownName, match="There is no sign 'round-tripp'"):
        typology("round-tripp", "ru/law", ON)


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_more_coins_beyond_the_energy_never_weigh_less(a: int, b: int):
    low, high = sorted((a, b))
    points = [look(replace(QUIET, audit=AuditSeen(n, 0.01, (9,))), "ru/law", ON).points for n in (low, high)]
    assert points[0] <= points[1]
