"""Files of labels, miners and rules: what is taken, and each way in which a row or a file cannot be used, with its words."""

from datetime import date

import pytest
from tests.evidence.chain.made_blocks import script

from adit.evidence.chain.receipts import address_of
from adit.terms.errors import BadInput
from adit.tracing.labels import Label
from adit.tracing.sources.lists import read_labels, read_miners
from adit.tracing.sources.rules import read_rules

ADDRESS = "1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY"
OTHER = "1CK6KHY6MHgYvmRQ4PAafKYDrg1ejbH1cE"
RULE = """[[rule]]
id = "a"
measure = "haircut"
hops_most = 3
sat_least = 1
share_least_ppm = 5
from = 2026-01-01
"""


@pytest.fixture
def file(tmp_path):
    def write(text, name="file.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_labels_with_and_without_what_they_rest_on(file):
    read = read_labels(
        file(f"address,name,kind,basis,entry,content_date\n{ADDRESS},A,,,7,2026-02-01\n{OTHER},B,exchange,heuristic,,\n"),
        network="mainnet", kind="listed",
    )  # fmt: skip
    assert list(dict.fromkeys(read.of_script.values())) == [
        Label("A", "listed", "list entry", "7", date(2026, 2, 1)),
        Label("B", "exchange", "heuristic"),
    ]
    assert read.problems == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"{ADDRESS[:-1]}Z,A,", "The checksum of the address is wrong"),
        ("0x71C7656EC7ab88b098defB751B7401B5f6d8976F,A,", "'0' stands in no address of this kind"),
        ("TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL,A,", "This is an address of another coin"),
        ("LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9,A,", "This is an address of another coin"),
        (f"{address_of(script(1), 'regtest')},A,", "This is an address of regtest; the blocks are of mainnet"),
        (f"{OTHER},,", "the value is missing"),
        (f"{OTHER},A,somewhere", "'somewhere' is not a day"),
        (",A,", "the value is missing"),
        (f"{OTHER},A", "2 cells, the header has 3"),
        (f"{ADDRESS},Another,", "the same script is labelled 'first' above"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_line_and_the_others_are_taken(file, row, said):
    read = read_labels(file(f"address,name,content_date\n{ADDRESS},first,\n{row}\n"), network="mainnet", kind="listed")
    assert {label.name for label in read.of_script.values()} == {"first"}
    [problem] = read.problems
    assert problem.line == 3
    assert said in str(problem)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nA\n", "There is neither a column address nor a column script_hex"),
        (f"address\n{ADDRESS}\n", "The column is missing: name"),
        ("address,name\nxyz,A\n", "No row of the file can be used"),
        (f"address,name\n{ADDRESS},A\n", "'' is no kind of a label"),
        (f"address;name\n{ADDRESS};A\n", "The column is missing: name"),
        ("script_hex,name\nzz,A\n", "'zz' is not hexadecimal"),
    ],
)
def test_a_file_without_a_usable_row_is_refused(file, text, said):
    with pytest.raises(BadInput) as refused:
        read_labels(file(text), network="mainnet")
    assert said in str(refused.value)


def test_miners_by_address_or_bare_key(file):
    key = "41" + "04" + "ab" * 64 + "ac"
    read = read_miners(
        file(f"address,script_hex,miner_id\n{ADDRESS},,M-1\n,{key},M-2\n{ADDRESS},,M-3\n{OTHER},,\n"), network="mainnet"
    )
    assert read.of_address == {ADDRESS: "M-1", key: "M-2"}
    assert [str(p.line) for p in read.problems] == ["4", "5"]
    with pytest.raises(BadInput, match="The column is missing: miner_id"):
        read_miners(file(f"address\n{ADDRESS}\n"), network="mainnet")


def test_rules(file):
    [rule] = read_rules(file(RULE + 'to = 2027-01-01\ncite = "Order"\n', "rules.toml"))
    assert (rule.id, rule.valid_from, rule.valid_to, rule.cite) == ("a", date(2026, 1, 1), date(2027, 1, 1), "Order")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"The file has no \[\[rule\]\]"),
        ("[[rule", "The file is not TOML"),
        (RULE.replace("hops_most = 3\n", ""), "The rule lacks hops_most"),
        (RULE + "colour = 1\n", "The rule has colour, which means nothing"),
        (RULE.replace("sat_least = 1", "sat_least = 0.5"), "sat_least is not a whole number"),
        (RULE.replace("2026-01-01", '"2026-01-01"'), "from is not a day"),
        (RULE.replace("haircut", "taint"), "'taint' is no measure of exposure"),
        (RULE.replace("ppm = 5", "ppm = 2000000"), "A bound of the rule lies outside"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(file, text, said):
    with pytest.raises(BadInput, match=said):
        read_rules(file(text, "rules.toml"))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadInput, match="The file cannot be read"):
        read_rules(tmp_path / "none.toml")
    with pytest.raises(BadInput, match="The file cannot be read"):
        read_labels(tmp_path / "none.csv", network="mainnet")
