"""May this contract be settled in digital currency? The regime of the day answers, and nobody here does: each refusal names its article.

The facts are gathered from the papers: who is resident follows from the countries, and whether it is foreign trade from both.
"""

from datetime import date, timedelta
from decimal import Decimal

from adit.decision.decide import Answer, decide
from adit.regime.act import Regime
from adit.register.records import Participant
from adit.settlement.dossier import Dossier
from adit.settlement.evidence import Answered, Ruling
from adit.terms.days import Period

__all__ = ["is_foreign_trade", "kind_in", "paid_at_home", "residents", "rule_on"]


def is_foreign_trade(dossier: Dossier) -> bool:
    """Whether seller and buyer are of two states, one of them that of the regime: paid for at home it is no foreign trade, whatever the papers call it."""
    sides = _sides(dossier)
    return len({p.country for p in sides}) == 2


def paid_at_home(dossier: Dossier, state: str) -> bool:
    """Whether one of the state pays another of it. A contract with somebody abroad makes no foreign trade of that."""
    s = dossier.settlement
    return dossier.participant(s.payer).country == dossier.participant(s.payee).country == state


def kind_in(dossier: Dossier, state: str) -> str:
    """Export or import, as the state sees it by its own sides: a threshold is not chosen by what the papers call it."""
    exporter, importer = (p.country == state for p in _sides(dossier))
    return dossier.contract.kind if exporter == importer else "export" if exporter else "import"


def _sides(dossier: Dossier) -> tuple[Participant, Participant]:
    return dossier.participant(dossier.contract.exporter), dossier.participant(dossier.contract.importer)


def residents(dossier: Dossier, state: str) -> tuple[str, ...]:
    """The ids of those whom the law of the state binds: sellers, buyers, payers, payees of it, and who mined the coins."""
    c, s = dossier.contract, dossier.settlement
    named = dict.fromkeys(i for i in (c.exporter, c.importer, s.payer, s.payee, s.miner) if i is not None)
    return tuple(i for i in named if dossier.participant(i).country == state)


def rule_on(dossier: Dossier, act: Regime, on: date) -> Ruling:
    """What the act answers of this payment on a day: for each resident that takes part, whether it may; whether contract and papers are asked for.

    Where goods or money stay at home, the question is that of payment at home. An act that does not say allows nothing.
    """
    period, state = Period(on, on + timedelta(days=1)), act.jurisdiction
    foreign = is_foreign_trade(dossier) and not paid_at_home(dossier, state)
    answers: list[Answered] = []
    barred: list[Answered] = []
    bound = residents(dossier, state)
    for id_ in bound:
        answer = _asked(act, "may_settle_abroad", _facts(dossier, id_, foreign, state), period, id_)
        answers.append(answer)
        if answer.answer != "yes":
            barred.append(answer)
    if not foreign:
        at_home = _asked(act, "may_be_paid_in_coin", {}, period, dossier.settlement.payee)
        answers.append(at_home)
        barred = [] if at_home.answer == "yes" else [at_home]
    papers = {
        q: _asked(act, q, _contract(dossier, state), period, dossier.settlement.contract)
        for q in ("contract_is_registered", "contract_needs_papers")
        if q in act.rules
    }
    answers += papers.values()
    reason, cites = _reason(dossier, act, bound, barred, foreign=foreign)
    return Ruling(
        allowed=not reason,
        reason=reason,
        cites=cites,
        needs_unk="contract_is_registered" in papers and papers["contract_is_registered"].answer == "yes",
        needs_papers="contract_needs_papers" not in papers or papers["contract_needs_papers"].answer != "no",
        regime=act.id,
        regime_status=act.status,
        regime_digest=act.digest,
        day=on.isoformat(),
        answers=tuple(answers),
    )


def _reason(
    dossier: Dossier, act: Regime, bound: tuple[str, ...], barred: list[Answered], *, foreign: bool
) -> tuple[str, str]:
    """Why it may not be, with the article; two empty texts where it may."""
    if foreign and not any(i in bound for i in (dossier.contract.exporter, dossier.contract.importer)):
        return f"Neither seller nor buyer is of {act.jurisdiction}, so that its law has no answer.", ""
    if not barred:
        return "", ""
    first = barred[0]
    who = dossier.participant(first.about).name
    about = f"Payment at home, to {who}" if not foreign else f"Settlement abroad by {who}"
    return f"{about}: {first.answer}, {first.because}.", first.cites


def _facts(dossier: Dossier, id_: str, foreign: bool, state: str) -> dict[str, object]:
    p = dossier.participant(id_)
    return {
        "actor": "citizen" if p.kind == "person" else "company",
        "state_tied": p.state_tied,
        "pilot_participant": p.in_pilot,
        "foreign_trade_contract": foreign,
        **_contract(dossier, state),
    }


def _contract(dossier: Dossier, state: str) -> dict[str, object]:
    kopecks = dossier.contract.value_rub_kopecks
    return {"contract_kind": kind_in(dossier, state), "contract_value_rub": str(Decimal(kopecks) / 100)}


def _asked(act: Regime, question: str, facts: dict[str, object], period: Period, about: str) -> Answered:
    answer: Answer = decide(act, facts, period, questions=[question])[question]
    told = answer.explanation
    said = {True: "yes", False: "no", None: answer.state}.get(answer.value, answer.value)
    return Answered(
        question,
        about,
        str(said),
        told.because or told.sentence if told else answer.silence,
        told.cites if told else "",
    )
