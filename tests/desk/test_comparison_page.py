"""The page of the comparison: nothing left out, nothing unescaped, no number without its unit, nothing from outside."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from html import escape, unescape
from html.parser import HTMLParser

import pytest

from adit import law
from adit.decision.comparison import Comparison, compare
from adit.desk.comparison_page import page
from adit.desk.comparison_view import view_of
from adit.desk.notes import Notes
from adit.desk.pictures import LogScale, marks
from adit.desk.words import btc, joined, link, mw, part_day, rub, short_names, tone
from adit.evidence.sources.sites import read_sites

VOID = {"meta", "link", "br", "input", "img", "hr"}


@cache
def comparison() -> Comparison:
    return compare([law.load(name) for name in law.names("ru")], read_sites(), date(2025, 5, 1))


@cache
def html() -> str:
    return page(comparison(), made_on=date(2026, 1, 2))


class Reader(HTMLParser):
    """Reads the page strictly: every element that is opened is closed, in order; keeps what the tests ask about."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        assert len(named) == len(attrs), f"<{tag}> names an attribute twice: {attrs}"
        self.elements.append((tag, named))
        if "id" in named:
            self.ids.append(named["id"])
        if "href" in named:
            self.hrefs.append(named["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.text.append(data)


@cache
def read() -> Reader:
    return Reader(html())


@cache
def words_of_page() -> str:
    return " ".join(" ".join(read().text).split())


def only(pattern: str, text: str) -> str:
    """What the one group of the pattern holds."""
    found = re.findall(pattern, text, re.S)
    assert len(found) == 1
    return str(found[0])


def on_page(text: str) -> bool:
    return " ".join(text.split()) in words_of_page()


# Whole --------------------------------------------------------------------------------------------------------------
def test_it_is_well_formed() -> None:
    assert read().open == []
    assert len(read().ids) == len(set(read().ids))


def test_each_link_within_the_page_leads_somewhere() -> None:
    inner = [h for h in read().hrefs if h.startswith("#")]
    assert len(inner) > 1000
    assert {h[1:] for h in inner} <= set(read().ids)


def test_every_site_stands_on_it_with_its_region_capacity_and_status() -> None:
    assert len(comparison().sites) > 50
    for outcome in comparison().sites:
        assert on_page(outcome.site.name)
        assert on_page(mw(outcome.site.capacity_kw))
        assert on_page(outcome.site.status)
    for s in view_of(comparison()).sites:
        assert on_page(s.region.name_en)
        assert on_page(s.region.name_ru)


def test_every_source_of_a_site_is_a_link_that_names_no_referrer() -> None:
    links = {a["href"]: a.get("rel", "") for tag, a in read().elements if tag == "a" and not a["href"].startswith("#")}
    told = {u for o in comparison().sites for u in o.site.source_urls if u.startswith("http")}
    assert told == links.keys()
    assert all("noreferrer" in (rel or "") for rel in links.values())


def test_every_regime_stands_on_it_with_status_first_day_digest_and_what_it_leaves_unsaid() -> None:
    assert len(comparison().regimes) > 1
    for head in comparison().regimes:
        assert on_page(head.title)
        assert on_page(head.about)
        assert on_page(head.digest)
        for why in head.silent.values():
            assert on_page(why)
    simulated = [r for r in comparison().regimes if r.status != "in force"]
    assert words_of_page().count("simulated, decides no real case") == len(simulated)


def test_every_actor_and_activity_stands_on_it() -> None:
    for row in comparison().actors:
        assert on_page(row.actor.name)
        assert row.activity.name[1:] in words_of_page()  # the caption begins with a capital


def test_every_reason_and_article_stands_on_it() -> None:
    cells = [c for row in comparison().actors for c in row.cells] + [c for o in comparison().sites for c in o.cells]
    for because, cites in {(c.because, c.cites) for c in cells}:
        assert on_page(because)
        assert on_page(cites)


def test_each_cell_names_the_note_that_holds_its_reason() -> None:
    """Letters by hand: the note that a cell of the site table points at says what the cell says."""
    notes = dict(re.findall(r'<li id="(n-\d+-[a-z]+)"[^>]*>(.*?)</li>', html(), re.S))
    table = html()[html().index('id="site-table"') :]
    rows = re.findall(r"<tr data-i=.*?</tr>", table, re.S)
    assert len(rows) == len(comparison().sites)
    for row, outcome in zip(rows, comparison().sites, strict=True):
        anchors = re.findall(r'href="#(n-\d+-[a-z]+)"', row)
        assert len(anchors) == len(outcome.cells)
        for anchor, cell in zip(anchors, outcome.cells, strict=True):
            told = unescape(notes[anchor])
            assert cell.because in told
            assert f"<strong>{cell.answer}</strong>" in told
            assert cell.cites in told


def test_what_is_owed_stands_on_it_to_the_kopeck() -> None:
    assert comparison().dues
    for d in comparison().dues:
        assert on_page(d.who)
        assert on_page(btc(d.coins_low_sat))
        for amount in (d.income_low, d.income_high, d.tax_low, d.tax_high):
            assert amount is None or rub(amount) in words_of_page()
    for assumption in comparison().assumptions:
        assert on_page(assumption)


def test_a_regime_without_a_tax_is_said_not_to_say() -> None:
    quiet = {d.regime for d in comparison().dues} - {d.regime for d in comparison().dues if d.tax_low is not None}
    short = short_names([r.id for r in comparison().regimes])
    assert quiet
    for regime in quiet:
        assert re.search(rf"{re.escape(short[regime])} does not say –", words_of_page())


def test_the_deficit_of_siberia_is_said_in_plain_words() -> None:
    for note in comparison().surplus_notes:
        assert on_page(note)
    assert on_page("Siberia consumed more than it generated in every year from 2015 to 2020")


def test_the_territories_of_ukraine_bear_their_note() -> None:
    for region in view_of(comparison()).noted_regions:
        assert on_page(region.recognition_note)
    assert html().count('class="noted"') == view_of(comparison()).noted_drawn == 2


def test_the_question_asked_of_a_site_is_stated() -> None:
    assert on_page("may a registered company mine here on 1 May 2025?")
    assert on_page("It does not say whether the operator who was found there kept the law")


def test_every_pair_of_regimes_stands_on_it_with_its_counts() -> None:
    for d in comparison().differences:
        assert (
            f"{len(d.sites)}\N{NO-BREAK SPACE}site{'' if len(d.sites) == 1 else 's'} of {len(comparison().sites)}"
            in html()
        )
    for article in {a.partition(": ")[2] for d in comparison().differences for a in d.articles}:
        assert on_page(article)


# Numbers ------------------------------------------------------------------------------------------------------------
def test_the_sites_of_the_second_sentence_add_up_to_those_of_the_first() -> None:
    said = view_of(comparison()).lead_load
    counts = re.search(r"Only (\d+)\s+sites .* (\d+) more .* For (\d+) it", said)
    assert counts, said
    assert sum(int(n) for n in counts.groups()) == len(comparison().sites)


def test_megawatts_of_the_pictures_are_those_of_the_comparison() -> None:
    for view in view_of(comparison()).regimes:
        by_tone = {p.tone: p for p in view.parts}
        open_kw = sum(p.kw for t, p in by_tone.items() if t not in ("yes", "no", "silent"))
        assert by_tone["yes"].kw == view.load.permitted_kw
        assert by_tone["no"].kw == view.load.stopped_kw
        assert by_tone["silent"].kw == view.load.silent_kw
        assert open_kw == view.load.undecided_kw
        assert sum(p.sites for p in view.parts) == len(comparison().sites)
        assert sum(s.width for s in view.bar) == pytest.approx(100)


def test_every_number_in_a_table_has_a_unit_in_its_cell_or_in_the_head_of_its_column() -> None:
    """Cells of class n are numbers: MW, MWh, or a column whose head names BTC, RUB, MWh or the year."""
    for table in re.findall(r"<table.*?</table>", html(), re.S):
        heads = re.findall(r'<th scope="col" class="n"[^>]*>(.*?)</th>', table, re.S)
        in_heads = all(re.search("BTC|RUB|MWh|Year|Electricity|Capacity", h) for h in heads)
        assert in_heads, heads
        for cell in re.findall(r'<td class="n(?: dim)?"[^>]*>(.*?)</td>', table, re.S):
            text = re.sub("<[^>]*>", " ", cell).strip()
            plain = re.fullmatch(r"-?[\d,]+", text)
            assert plain or "MW" in text or text == "not reported", text
            assert not plain or "Generation, MWh" in table


def test_figures_bear_their_sources() -> None:
    assert html().count('class="source"') >= 6
    for title, publisher, vintage in comparison().vintages:
        assert on_page(title)
        assert on_page(publisher)
        assert on_page(vintage)


def test_sites_of_a_user_s_own_are_not_passed_off_as_ours() -> None:
    own = page(replace(comparison(), sites_source=("my_sites.csv", "sha256 0123")))
    assert "my_sites.csv (sha256 0123)" in own
    assert "my_sites.csv" not in html()


def test_what_is_not_reported_is_never_zero() -> None:
    assert mw(None) == "not reported"
    assert mw(0) == "0\N{NO-BREAK SPACE}MW"


@pytest.mark.parametrize(
    ("kw", "text"), [(10_000, "10 MW"), (3_300, "3.3 MW"), (1_234_567, "1,234.567 MW"), (100_000, "100 MW")]
)
def test_megawatts(kw: int, text: str) -> None:
    assert mw(kw).replace("\N{NO-BREAK SPACE}", " ") == text


def test_words() -> None:
    assert btc(191_370) == "0.00191370"
    assert rub(Decimal("1142757887.93")) == "1,142,757,887.93"
    assert rub(Decimal("456")) == "456"
    assert part_day("2025") == "2025"
    assert part_day("2025-09") == "September 2025"
    assert part_day("2025-09-04").replace("\N{NO-BREAK SPACE}", " ") == "4 September 2025"
    assert joined(["a"]) == "a"
    assert joined(["a", "b", "c"]) == "a, b and c"
    assert tone("before the law") == "undecided"
    assert short_names(["ru/law", "ru/central_bank_2022"]) == {
        "ru/law": "law",
        "ru/central_bank_2022": "central bank 2022",
    }
    assert short_names(["ru/law", "kz/law"]) == {"ru/law": "ru law", "kz/law": "kz law"}


# Strangers' data ----------------------------------------------------------------------------------------------------
EVIL = "<script>alert(1)</script>"


@cache
def poisoned() -> str:
    c = comparison()
    first, *others = c.sites
    site = replace(
        first.site,
        name=EVIL,
        operator=EVIL,
        note='"><img src=x onerror=alert(1)>',
        municipality=EVIL,
        source_urls=("javascript:alert(1)", "example.org/page", "data:text/html,x", 'https://a.b/"><script>'),
    )
    cells = tuple(replace(x, because=EVIL, cites="</script><script>alert(2)</script>") for x in first.cells)
    return page(replace(c, sites=(replace(first, site=site, cells=cells), *others), site_problems=(EVIL,)))


def test_a_stranger_s_text_is_text() -> None:
    assert EVIL not in poisoned()
    assert escape(EVIL) in poisoned()
    assert "<img" not in poisoned()
    assert poisoned().lower().count("<script") == html().lower().count("<script") == 2
    assert Reader(poisoned()).open == []


def test_only_addresses_of_the_web_become_links() -> None:
    links = [
        h for h in Reader(poisoned()).hrefs if not h.startswith(("#", "https://", "http://", "data:image/svg+xml"))
    ]
    assert links == []
    assert link("javascript:alert(1)").href == ""
    assert link("example.org/page").href == "https://example.org/page"
    assert link("https://www.example.org/a").text == "example.org"


# A page that needs nothing and lets nothing in ------------------------------------------------------------------------
def test_it_fetches_nothing() -> None:
    fetching = [
        (tag, a) for tag, a in read().elements
        if "src" in a or "srcset" in a or (tag in ("link", "use", "image") and not (a.get("href") or "#").startswith(("#", "data:")))
    ]  # fmt: skip
    assert fetching == []
    assert not re.search(r"@import|url\((?!#)", html())


def test_the_policy_allows_the_script_and_the_style_of_the_page_and_nothing_else() -> None:
    policy = unescape(only(r'Content-Security-Policy" content="([^"]*)"', html()))
    style = only(r"<style>(.*?)</style>", html())
    script = only(r"<script>(.*?)</script>", html())
    for kind, text in (("style-src", style), ("script-src", script)):
        assert f"{kind} 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    handlers = [(tag, name) for tag, a in read().elements for name in a if name.startswith("on") or name == "style"]
    assert handlers == []


def test_the_data_for_the_script_are_the_data_of_the_page() -> None:
    data = json.loads(only(r'<script type="application/json" id="data">(.*?)</script>', html()))
    assert [s["name"] for s in data["sites"]] == [o.site.name for o in comparison().sites]
    assert [r["id"] for r in data["regimes"]] == [r.id for r in comparison().regimes]
    for site, outcome in zip(data["sites"], comparison().sites, strict=True):
        letters = site["notes"].split()
        tones = [r["tones"][letter] for r, letter in zip(data["regimes"], letters, strict=True)]
        assert tones == [c.tone for c in outcome.cells]


def test_it_is_light_enough_to_send() -> None:
    assert len(html().encode()) < 700_000


def test_it_is_the_same_every_time() -> None:
    assert page(comparison(), made_on=date(2026, 1, 2)) == html()


# Less than everything -----------------------------------------------------------------------------------------------
def test_one_regime_alone() -> None:
    alone = compare([law.load("ru/law")], read_sites(), date(2025, 5, 1))
    text = page(alone)
    assert "nothing to compare it with" in text
    assert Reader(text).open == []


def test_a_day_of_which_no_tax_can_be_said() -> None:
    early = compare([law.load("ru/law"), law.load("ru/central_bank_2022")], read_sites(), date(2022, 5, 1))
    assert not early.dues
    assert "Why nothing is said" in page(early)


def test_no_site_at_all() -> None:
    c = comparison()
    empty = compare(
        [law.load("ru/law"), law.load("ru/central_bank_2022")], replace(read_sites(), rows=()), date(2025, 5, 1)
    )
    text = page(empty)
    assert "nothing is said in megawatts" in text
    assert Reader(text).open == []
    assert c.sites


def test_a_regime_left_out_is_named() -> None:
    text = page(replace(comparison(), left_out=("xx/later (begins on 2031-01-01)",)))
    assert "xx/later (begins on 2031-01-01)" in text


# Pictures -----------------------------------------------------------------------------------------------------------
def test_no_marker_hides_another() -> None:
    placed = marks([o.site for o in comparison().sites])
    assert len(placed) > 50
    for i, a in enumerate(placed):
        for b in placed[i + 1 :]:
            apart = ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5
            assert apart > (a.r + b.r) * 0.93, (a, b)


def test_a_marker_stays_near_its_place() -> None:
    for m in marks([o.site for o in comparison().sites]):
        assert ((m.x - m.home_x) ** 2 + (m.y - m.home_y) ** 2) ** 0.5 < 90


def test_a_site_without_coordinates_is_named_beside_the_map() -> None:
    c = comparison()
    first, *others = c.sites
    lost = replace(first, site=replace(first.site, latitude=None, longitude=None))
    text = page(replace(c, sites=(lost, *others)))
    assert "Not on the map, since no place on it is told: " + escape(first.site.name) in text


def test_the_logarithmic_scale_holds_what_it_shows() -> None:
    scale = LogScale.over([Decimal(456), Decimal("2285515775.85")])
    assert (scale.first, scale.last) == (2, 10)
    assert scale.at(Decimal(100)) == 0
    assert scale.at(Decimal(0)) == 0
    assert scale.at(Decimal(10) ** 10) == 100
    assert [text for _, text in scale.ticks][:3] == ["100", "1\N{NO-BREAK SPACE}k", "10\N{NO-BREAK SPACE}k"]


def test_notes_count_on_after_z() -> None:
    cell = comparison().actors[0].cells[0]
    notes = Notes([cell.regime])
    letters = [notes.view(replace(cell, because=str(i))).note.letter for i in range(28)]
    assert letters[:2] + letters[25:] == ["a", "b", "z", "aa", "ab"]
    assert notes.view(replace(cell, because="0")).note.letter == "a"
