"""What an act says in words, and whether another language says all of it and nothing else."""

from collections.abc import Iterator

from adit.regime.act import Regime, Rule
from adit.regime.tree import FirstMatch, Unless
from adit.regime.types import Word
from adit.terms.fields import naming
from adit.terms.language import Wording

__all__ = ["missing", "orphaned", "reasons", "texts_of"]


def reasons(rule: Rule) -> list[str]:
    """The words of each branch by its number: of a first_match the otherwise last, of an unless the general rule first."""
    if isinstance(rule.tree, FirstMatch):
        return [*(b.because for b in rule.tree.branches), rule.tree.because]
    if isinstance(rule.tree, Unless):
        return [rule.tree.because, *(f"{x.name}: {x.because}" for x in rule.tree.exceptions)]
    return []


def texts_of(regime: Regime, own: bool = False) -> Iterator[tuple[str, str]]:
    """Where it stands, and each text that a decision may quote; `own` leaves out what a reform takes over."""
    head = f"{regime.id}/regime.toml"
    yield head, regime.title
    yield from ((f"{head} [silent]", why) for why in regime.silent.values())
    for value in regime.values.values():
        if not own or value.name in regime.own:
            yield value.where, value.about
            yield from ((row.where, text) for row in value.rows for text in (row.cite, row.note) if text)
    for rule in regime.rules.values():
        if not own or rule.name in regime.own:
            articles = []
            if isinstance(rule.tree, FirstMatch):
                articles = [b.cites for b in rule.tree.branches if b.cites]
            elif isinstance(rule.tree, Unless):
                articles = [x.cites for x in rule.tree.exceptions]
            yield from ((rule.where, text) for text in (rule.sentence, rule.cites, *reasons(rule), *articles))


def _names_of(regime: Regime, own: bool = False) -> Iterator[tuple[str, str]]:
    """Rules and values by name, with where they stand."""
    named = [(r.where, r.name) for r in regime.rules.values()] + [(v.where, v.name) for v in regime.values.values()]
    yield from ((where, name) for where, name in named if not own or name in regime.own)


def _words_of(regime: Regime, own: bool = False) -> Iterator[tuple[str, str, str]]:
    """Where, name and word: what rules answer with and lists hold."""
    for rule in regime.rules.values():
        if isinstance(rule.type, Word) and (not own or rule.name in regime.own):
            yield from ((rule.where, rule.name, word) for word in sorted(rule.type.words))
    for value in regime.values.values():
        if value.kind in ("list", "table", "word") and (not own or value.name in regime.own):
            for row in value.rows:
                held = [row.value] if value.kind == "word" else sorted(row.value)
                yield from ((row.where, value.name, word) for word in held)


def missing(regime: Regime, language: str) -> Iterator[tuple[str, str]]:
    """Where it stands, and what of the act's own has no words in this language."""
    said: Wording = regime.wording(language).over(naming(language))
    unsaid = [(where, text) for where, text in texts_of(regime, own=True) if text not in said.texts]
    unsaid += [(where, name) for where, name in _names_of(regime, own=True) if name not in said.names]
    unsaid += [(w, f"{n}: {word}") for w, n, word in _words_of(regime, own=True) if word not in said.words.get(n, {})]
    first: dict[str, str] = {}
    for where, text in unsaid:
        first.setdefault(text, where)
    yield from ((where, text) for text, where in first.items())


def orphaned(regime: Regime, language: str) -> Iterator[str]:
    """What the act's own file says in this language and the act does not."""
    said = regime.own_wordings.get(language, Wording())
    texts = {text for _, text in texts_of(regime)}
    names = {name for _, name in _names_of(regime)}
    words = {(name, word) for _, name, word in _words_of(regime)}
    yield from (text for text in said.texts if text not in texts)
    yield from (name for name in said.names if name not in names)
    yield from (f"{n}: {word}" for n, held in said.words.items() for word in held if (n, word) not in words)
