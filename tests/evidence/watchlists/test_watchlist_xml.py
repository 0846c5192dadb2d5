"""XML one record at a time: no document type in any encoding, no tree in memory, namespaces put aside."""

import tracemalloc
from pathlib import Path

import pytest

from adit.evidence.watchlists.readers import reader
from adit.evidence.watchlists.xml_records import head, records, text_in
from adit.terms.errors import BadInput

DATA = Path(__file__).parents[2] / "data" / "watchlists"
LAUGHS = '<?xml version="1.0" encoding="{0}"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_document_type_is_refused_in_every_encoding(encoding: str) -> None:
    content = LAUGHS.format(encoding).encode(encoding)
    for read in (head, lambda c: list(records(c, frozenset({"l"})))):
        with pytest.raises(BadInput, match="declares a document type"):
            read(content)


def test_records_come_without_their_namespace() -> None:
    content = b'<a xmlns="urn:x" xmlns:y="urn:y" n="1"><b><c> one </c><y:d>two</y:d></b><e/><b><b>inner</b></b></a>'
    found = [
        (r.tag, text_in(r, "c"), text_in(r, "d"), [c.tag for c in r]) for r in records(content, frozenset({"b", "e"}))
    ]
    assert found == [("b", "one", "two", ["c", "d"]), ("e", "", "", []), ("b", "", "", ["b"])]
    assert (head(content).name, head(content).attributes["n"]) == ("a", "1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<a><b>", "breaks off or is not XML"),
        (b"<a><b></a>", "breaks off or is not XML"),
        (b"<a>&nothing;</a>", "breaks off or is not XML"),
        (b"<a/><a/>", "breaks off or is not XML"),
        (b"a,b,c", "The file is not XML"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "The file is not XML"),
        (b"<!-- nothing -->", "The file is not XML"),
    ],
)
def test_what_is_no_whole_xml(content: bytes, said: str) -> None:
    with pytest.raises(BadInput) as error:
        list(records(content, frozenset({"b"})))
    assert said in error.value.what


@pytest.mark.slow
def test_a_long_list_is_read_without_its_tree() -> None:
    text = (DATA / "un_consolidated.xml").read_text(encoding="utf-8")
    first, last = text.index("<INDIVIDUAL>"), text.index("</INDIVIDUALS>")
    one = text[first : text.index("</INDIVIDUAL>") + 13].replace("<SORT_KEY/>", f"<SORT_KEY>{'x' * 4000}</SORT_KEY>")
    content = (text[:first] + one * 5000 + text[last:]).encode()
    tracemalloc.start()
    count = sum(1 for _ in records(content, frozenset({"INDIVIDUAL", "ENTITY"})))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 5001
    assert len(content) > 20_000_000
    assert peak < len(content) / 4  # a piece of the file and one record


def test_the_reader_of_ofac_knows_its_formats_by_their_first_element() -> None:
    for file in ("sdn.xml", "sdn_advanced.xml", "sdn.csv"):
        assert reader("ofac").read((DATA / file).read_bytes(), "x").entries
