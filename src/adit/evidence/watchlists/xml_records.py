"""XML one record at a time: a list of 100 MB is read without its tree ever standing in memory, and no entity is made to grow.

A document type is refused. It can only stand before the first element, so a first look at the head of the file is enough.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser
from xml.parsers import expat

from adit.terms.errors import BadInput

__all__ = ["Root", "head", "local", "records", "text_in"]

_CHUNK = 1 << 18
_ADVICE = "Fetch it again from the publisher. What was held before is kept."


@dataclass(frozen=True, slots=True)
class Root:
    """The first element of a file: its name without namespace, and what it bears."""

    name: str
    attributes: dict[str, str]


class _SeenEnough(Exception):
    pass


def head(content: bytes) -> Root:
    """The first element. Raises BadInput for a document type, and for what does not begin as XML."""
    found: list[Root] = []

    def started(name: str, attributes: dict[str, str]) -> None:
        found.append(Root(name.rpartition(":")[2], dict(attributes)))
        raise _SeenEnough

    def refuse(*_: object) -> None:
        raise BadInput("The file declares a document type, which no list needs.", todo=_ADVICE)

    parser = expat.ParserCreate()
    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except _SeenEnough:
        return found[0]
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise BadInput(f"The file is not XML ({error}).", todo=_ADVICE) from error
    raise BadInput("The file is not XML: it has no element.", todo=_ADVICE)


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def records(content: bytes, names: frozenset[str]) -> Iterator[Element]:
    """Each element of these names as soon as it ends, its own elements without namespace. Raises BadInput where the file breaks off."""
    head(content)
    parser: XMLPullParser[Element] = XMLPullParser(events=("start", "end"))
    open_: list[Element] = []
    inside = 0  # of elements that were asked for
    try:
        for at in range(0, len(content), _CHUNK):
            parser.feed(content[at : at + _CHUNK])
            for event, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
                if event == "start":
                    open_.append(element)
                    element.tag = local(element)
                    inside += element.tag in names
                    continue
                open_.pop()
                if element.tag in names:
                    inside -= 1
                    if not inside:
                        yield element
                if not inside and open_:
                    open_[-1].remove(element)  # or the tree would grow to the size of the file
        parser.close()
    except (ParseError, LookupError, ValueError) as error:
        raise BadInput(f"The file breaks off or is not XML ({error}).", todo=_ADVICE) from error


def text_in(element: Element | None, path: str) -> str:
    """The text at a path below an element, without blanks around it; nothing where there is none."""
    return (element.findtext(path) or "").strip() if element is not None else ""
