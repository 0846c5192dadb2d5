"""Names distorted in the ways in which listed people come back, and names of people who are on no list: the test of a screening engine.

Every choice is taken from a hash of the name and of a written seed, so that the same list gives the same test everywhere.
"""

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

SEED = "adit names 2026"
NEGATIVES = 3000
# Programmes of OFAC for which the Security Council keeps a list of its own: their people may stand on it under another spelling.
ALSO_UN = re.compile(
    r"SDGT|IRAQ|NPWMD|DPRK|CONGO|LIBYA|SOMALIA|CAR\b|SUDAN|YEMEN|DARFUR|MALI|^IRAN\b|IFSR|IRGC|IRAN-|LEBANON|IFCA|HRIT|FTO|BURUNDI"
)

# Practical transcription into Russian, as newspapers do it; longest first.
CYRILLIC = (
    ("shch", "щ"), ("kh", "х"), ("zh", "ж"), ("ch", "ч"), ("sh", "ш"), ("ts", "ц"), ("ya", "я"), ("yu", "ю"), ("ye", "е"), ("yo", "ё"),
    ("ph", "ф"), ("th", "т"), ("gh", "г"), ("dh", "д"), ("ck", "к"), ("ou", "у"), ("oo", "у"), ("ee", "и"), ("qu", "кв"), ("ng", "нг"),
    *zip("abcdefghiklmnopqrstuvwyz", "абкдефгхиклмнопкрстуввиз", strict=True), ("j", "дж"), ("x", "кс"),
)  # fmt: skip
# One spelling for another, as passports and newspapers differ.
SPELLINGS = (
    ("kh", "h"), ("h", "kh"), ("sh", "ch"), ("ou", "u"), ("u", "ou"), ("oo", "u"), ("ee", "i"), ("q", "k"), ("k", "q"), ("iy", "y"), ("y", "i"), ("i", "y"),
    ("ei", "ai"), ("ai", "ei"), ("ph", "f"), ("w", "v"), ("v", "w"), ("mm", "m"), ("ss", "s"), ("ll", "l"), ("dd", "d"), ("s", "ss"), ("j", "dj"), ("zh", "j"),
    ("ts", "tz"), ("c", "k"), ("x", "ks"), ("e", "a"), ("o", "u"), ("f", "ph"), ("gh", "g"),
)  # fmt: skip
LOOKALIKE = dict(zip("aeopcxyABEKMHOPCTX", "аеорсхуАВЕКМНОРСТХ", strict=True))
# Common given and family names of many countries, put together at random: none of them is a person that anybody meant.
GIVEN = re.findall(
    r"\S+",
    "Mohammed Ahmed Ali Hassan Hussein Omar Khalid Ibrahim Yusuf Abdullah Fatima Aisha Maryam Mustafa Mahmoud Karim Samir Nasser Tariq Bilal "
    "Ivan Sergei Dmitry Alexei Nikolai Olga Natalia Yelena Viktor Andrei Oleksandr Taras Oksana Pavel Mikhail Wei Ming Jun Li Xiu Hong Jian "
    "Min-jun Seo-yeon Ji-hoon Yong-su Chol Hiroshi Yuki Kenji Somchai Nguyen Thi Raj Priya Amit Sunil Deepak Anjali Reza Mehdi Hamid Zahra Farid "
    "Jean Pierre Marie Claude Amadou Fatou Kofi Kwame Chinedu Ngozi Tendai Thabo John Mary James Robert Linda Michael Sarah Juan Maria Jose Carlos "
    "Luis Ana Pedro Joao Paulo Hans Anna Klaus Erik Ingrid Marco Giulia Stavros Eleni Mehmet Ayse Emre Zeynep Nurlan Aigul Bakyt Giorgi Nino Tigran",
)
FAMILY = re.findall(
    r"\S+",
    "Al-Masri El-Sayed Haddad Khoury Mansour Saleh Rahman Hamdan Qasim Nasr Aziz Farouk Sharif Najjar Ivanov Petrov Smirnov Kuznetsov Popov "
    "Volkov Sokolova Morozova Shevchenko Kovalenko Bondarenko Wang Zhang Liu Chen Yang Huang Zhao Kim Lee Park Choi Jung Ri Tanaka Suzuki Sato "
    "Tran Pham Singh Sharma Patel Gupta Kumar Hosseini Ahmadi Karimi Rezaei Khan Shah Malik Dupont Martin Bernard Diallo Traore Keita Mensah "
    "Okafor Adeyemi Moyo Dlamini Smith Johnson Williams Brown Garcia Martinez Rodriguez Lopez Hernandez Silva Santos Oliveira Muller Schmidt "
    "Weber Andersson Larsen Rossi Bianchi Papadopoulos Yilmaz Demir Kaya Abdullayev Karimov Nazarbek Beridze Petrosyan",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A person of the list, by its number, with all names that the list gives."""

    number: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A name to be screened, how it was made, and whom it should find; nobody, if `number` is empty."""

    text: str
    kind: str
    number: str


def chance(*what: object) -> int:
    """A number that follows from these words alone."""
    return int.from_bytes(sha256("|".join(map(str, (SEED, *what))).encode()).digest()[:8])


def held_out(case: Case) -> bool:
    """Whether a case belongs to the half that no threshold was chosen on: by its person, or by its name."""
    return chance("half", case.number or case.text) % 2 == 1


def persons(path: Path) -> list[Listed]:
    """The persons of the Security Council's list, from a table with the columns dataid, kind, name, aliases."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["kind"] == "individual"]
    return [
        Listed(r["dataid"], tuple(dict.fromkeys(n for n in (r["name"], *r["aliases"].split("|")) if n))) for r in rows
    ]


def _cyrillic(word: str, pick: int) -> str:
    out, at, small = "", 0, word.lower()
    while at < len(small):
        for latin, letter in CYRILLIC:
            if small.startswith(latin, at):
                out += letter
                at += len(latin)
                break
        else:
            out += small[at]
            at += 1
    return out.title()


def _respelled(word: str, pick: int) -> str:
    small = word.lower()
    fitting = [(a, b) for a, b in SPELLINGS if a in small]
    if not fitting:
        return word
    a, b = fitting[pick % len(fitting)]
    return small.replace(a, b, 1)


def _dropped(word: str, pick: int) -> str:
    at = pick % len(word)
    return word[:at] + word[at + 1 :]


def _swapped(word: str, pick: int) -> str:
    at = pick % (len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _replaced(word: str, pick: int) -> str:
    at = pick % len(word)
    letter = "abcdefghijklmnopqrstuvwxyz"[(pick // 64) % 26]
    return word[:at] + (letter if letter != word[at].lower() else "e" if letter != "e" else "o") + word[at + 1 :]


def _split(word: str, pick: int) -> str:
    at = 3 + pick % (len(word) - 5)
    return f"{word[:at]} {word[at:]}"


def _lookalike(word: str, pick: int) -> str:
    places = [i for i, c in enumerate(word) if c in LOOKALIKE]
    chosen = {p for n, p in enumerate(places) if n == 0 or pick >> n & 1}
    return "".join(LOOKALIKE[c] if i in chosen else c for i, c in enumerate(word))


def _in_a_word(change: Callable[[str, int], str], least: int) -> Callable[[str, int], str]:
    def changed(text: str, pick: int) -> str:
        words = text.split()
        long = [i for i, w in enumerate(words) if len(w) >= least]
        if long:
            i = long[pick // 7 % len(long)]
            words[i] = change(words[i], pick)
        return " ".join(words)

    return changed


def _everywhere(change: Callable[[str, int], str]) -> Callable[[str, int], str]:
    return lambda text, pick: " ".join(change(w, pick + i) for i, w in enumerate(text.split()))


def _middle_dropped(text: str, pick: int) -> str:
    words = text.split()
    if len(words) > 2:
        del words[1 + pick % (len(words) - 2)]
    return " ".join(words)


def _turned(text: str, pick: int) -> str:
    words = text.split()
    return " ".join([*words[-1:], *words[:-1]])


def _joined(text: str, pick: int) -> str:
    words = text.split()
    if len(words) > 1:
        i = pick % (len(words) - 1)
        words[i : i + 2] = [words[i] + words[i + 1]]
    return " ".join(words)


KINDS: dict[str, Callable[[str, int], str]] = {
    "written in Cyrillic": _everywhere(_cyrillic),
    "spelled in another system": _everywhere(_respelled),
    "one letter dropped": _in_a_word(_dropped, 4),
    "two neighbours swapped": _in_a_word(_swapped, 4),
    "one letter replaced": _in_a_word(_replaced, 4),
    "a middle name dropped": _middle_dropped,
    "family name first": _turned,
    "two words joined": _joined,
    "one word split": _in_a_word(_split, 6),
    "look-alike Cyrillic letters": _everywhere(_lookalike),
    "spaces left out": lambda text, pick: text.replace(" ", ""),
}


def positives(listed: Iterable[Listed], *, all_kinds: bool = False) -> list[Case]:
    """The first name of each person of at least two words, distorted in one way that its hash chooses, or in every way. What changes nothing is left out."""
    cases: list[Case] = []
    for person in listed:
        text = person.names[0]
        if len(text.split()) < 2:
            continue
        fitting = [(k, d) for k, f in KINDS.items() if (d := f(text, chance(k, text))).casefold() != text.casefold()]
        chosen = fitting if all_kinds else [fitting[chance("kind", text) % len(fitting)]]
        cases += [Case(distorted, kind, person.number) for kind, distorted in chosen]
    return cases


def negatives(ofac: Iterable[tuple[str, str, str]], listed: Iterable[Listed]) -> list[Case]:
    """Names of people that the list does not mean: half from OFAC (name, type, programme) where the Security Council keeps no list, half invented.

    A name that is letter for letter a listed one, in any order, is left out: by its name alone nobody could tell the two apart.
    """
    known = {_letters(n) for p in listed for n in p.names}
    real = [n for n, kind, programme in ofac if kind == "individual" and not ALSO_UN.search(programme)]
    real = sorted((n for n in dict.fromkeys(real) if _letters(n) not in known), key=lambda n: chance("real", n))
    invented: dict[str, None] = {}
    number = 0
    while len(invented) < NEGATIVES - min(len(real), NEGATIVES // 2):
        number += 1
        pick = chance("invented", number)
        words = [GIVEN[pick % len(GIVEN)], FAMILY[pick // 1000 % len(FAMILY)]]
        if pick // 10**6 % 3 == 0:
            words.insert(1, GIVEN[pick // 10**7 % len(GIVEN)])
        text = " ".join(words)
        if _letters(text) not in known:
            invented[text] = None
    return [Case(n, "of OFAC", "") for n in real[: NEGATIVES // 2]] + [Case(n, "invented", "") for n in invented]


def _letters(text: str) -> str:
    return " ".join(sorted(re.findall(r"\w+", text.casefold())))
