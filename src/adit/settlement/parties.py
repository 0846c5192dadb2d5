"""Reads the participants of a settlement and who owns them, with the numbers by which each can be told from another of its name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from adit.register.records import Participant, Stake
from adit.settlement.cells import list_in, number_in, one_of, only, table_in, text_in, yes_in
from adit.settlement.dossier import subject_of
from adit.terms.errors import BadInput, UnknownName
from adit.terms.fields import scaled_decimal
from adit.terms.identifiers import bic, country, imo, inn, lei, ogrn

__all__ = ["read_participants", "read_stakes"]

_OWN = {f.name for f in fields(Participant)} - {"subject"}
_PARTICIPANT = ("id", "owners", *sorted(_OWN))
_SHARE = re.compile(r"[0-9]+(\.[0-9]+)?")
KINDS = ("person", "organisation", "bank", "vessel")


def read_participants(
    people: Mapping[str, Any], new_id: Callable[[str], str]
) -> tuple[dict[str, str], dict[str, Participant], set[str]]:
    """The id of each by the name that the file gives it, the records of those that are new, and the ids of those that stand in the register already."""
    ids: dict[str, str] = {}
    made: dict[str, Participant] = {}
    known: set[str] = set()
    for name in people:
        at = f"participants.{name}"
        table = table_in(people, name, at)
        if "id" in table:
            only(table, ("id",), at)
            ids[name] = text_in(table, "id", at)
            known.add(ids[name])
            continue
        only(table, _PARTICIPANT, at)
        ids[name] = new_id("participant")
        made[ids[name]] = _participant(table, at)
    return ids, made, known


def _participant(t: Mapping[str, Any], at: str) -> Participant:
    kind = text_in(t, "kind", at)
    if kind not in KINDS:
        raise UnknownName("kind of participant", kind, KINDS, where=f"{at}.kind")
    p = Participant(
        kind,
        text_in(t, "name", at),
        "",
        number_in(country, t, "country", at),
        tuple(text_in({"n": n}, "n", f"{at}.other_names") for n in list_in(t, "other_names", at)),
        text_in(t, "born", at, ""),
        number_in(inn, t, "inn", at),
        number_in(ogrn, t, "ogrn", at),
        number_in(lei, t, "lei", at),
        number_in(bic, t, "bic", at),
        number_in(imo, t, "imo", at),
        text_in(t, "authority", at, ""),
        text_in(t, "place", at, ""),
        yes_in(t, "state_tied", at),
        yes_in(t, "in_pilot", at),
        text_in(t, "no_owners", at, ""),
        text_in(t, "party", at, "") or None,
    )
    _require_numbers(p, at)
    return replace(p, subject=subject_of(p).digest)


def _require_numbers(p: Participant, at: str) -> None:
    """Each kind has the numbers by which it can be told from another of its name."""
    wrong = {
        "person": "" if p.country else "the country",
        "bank": ("" if p.bic else "the BIC") or ("" if p.country else "the country"),
        "vessel": "" if p.imo else "the IMO number",
        "organisation": ("INN and OGRN" if p.country == "RU" and not (p.inn and p.ogrn) else "")
        or ("" if p.country else "the country")
        or ("" if p.inn or p.lei or p.place else "the LEI or the place"),
    }[p.kind]
    if wrong:
        raise BadInput(f"Of this {p.kind} {wrong} is missing.", where=at, todo="Take it from the papers.")
    if p.inn and len(p.inn) != (12 if p.kind == "person" else 10):
        raise BadInput("An INN has 12 digits of a person, 10 of an organisation.", where=f"{at}.inn")


def read_stakes(people: Mapping[str, Any], ids: Mapping[str, str], new_id: Callable[[str], str]) -> dict[str, Stake]:
    """What each owns of another, by new ids. Raises BadInput where it adds up to more than the whole."""
    found: dict[str, Stake] = {}
    kinds = {n: t.get("kind") for n, t in people.items() if isinstance(t, Mapping)}
    for name in people:
        table, whole = table_in(people, name, f"participants.{name}"), 0
        owners: set[str] = set()
        for i, owner in enumerate(list_in(table, "owners", f"participants.{name}")):
            at = f"participants.{name}.owners[{i}]"
            if not isinstance(owner, Mapping):
                raise BadInput("An owner is a table.", where=at, todo='Write { of = "holding", share = "51 %" }.')
            only(owner, ("of", "share", "control"), at)
            share, of = _share(owner, at), one_of(ids, owner, "of", at)
            if of == ids[name] or of in owners:
                raise BadInput(
                    "An owner stands here twice, or owns itself.", where=f"{at}.of",
                    todo="Add up what one owner has; own shares are left out.",
                )  # fmt: skip
            if kinds.get(str(owner["of"])) == "vessel" or kinds.get(name) in ("person", "vessel"):
                raise BadInput("Ships own nothing; persons, and ships as they stand here, have no owners.", where=at)
            owners.add(of)
            whole += share
            found[new_id("stake")] = Stake(of, ids[name], share, yes_in(owner, "control", at))
        if whole > 1_000_000:
            raise BadInput("The shares add up to more than 100 %.", where=f"participants.{name}.owners")
    return found


def _share(owner: Mapping[str, Any], at: str) -> int:
    text = text_in(owner, "share", at).removesuffix("%").strip()
    if not _SHARE.fullmatch(text):
        raise BadInput(f"'{text}' is no share.", where=f"{at}.share", todo='Write it as "25.5 %".')
    ppm = scaled_decimal(text, 4, f"{at}.share")
    if not 0 < ppm <= 1_000_000:
        raise BadInput(f"{text} % is no share.", where=f"{at}.share", todo="It is above 0 and up to 100 %.")
    return ppm
