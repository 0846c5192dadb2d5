"""Who may mine where: closures by province, no new mines, and the exit of old ones."""

from adit.regime import SILENT, Expr, ValuesOfTheAct, first_match, given, period_days, period_start, rule, when

INNER_MONGOLIA = "Inner Mongolia, notice on energy consumption of 9 March 2021"
NOTICE = "National Development and Reform Commission and others, notice 1283 of September 2021"
PROVINCES = "Notices of Inner Mongolia, Changji in Xinjiang, Qinghai and Sichuan, March to June 2021"


@rule(cites=f"{INNER_MONGOLIA}; {NOTICE}")
def new_mines_refused(region: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether new mines are refused at the place: in Inner Mongolia first, everywhere since the national notice."""
    return first_match(
        when(p.national_notice.in_force, True, "no new mine under any name", cites=NOTICE),
        when(region == "CN-NM", p.inner_mongolia_entry_stop, "Inner Mongolia approves none", cites=INNER_MONGOLIA),
        otherwise=False,
        because="no province but Inner Mongolia is known to refuse new mines alone",
    )


@rule(
    cites=f"{INNER_MONGOLIA}; {NOTICE}",
    note="A mine is taken to be old where its electricity service began before new ones were refused.",
)
def mine_is_new(region: Expr, service_started_on: Expr, p: ValuesOfTheAct) -> Expr:
    """Whether electricity service to the mine began when new ones were already refused at the place."""
    then = p.at(service_started_on.or_else(period_start()))
    return first_match(
        when(~given(service_started_on), SILENT, "when electricity service began is not stated"),
        when(then.national_notice.in_force, True, "began under the national notice", cites=NOTICE),
        when(
            region == "CN-NM", then.inner_mongolia_entry_stop.in_force, "as the notice stood then", cites=INNER_MONGOLIA
        ),
        otherwise=False,
        because="began before new mines were refused",
    )


@rule(cites=f"{PROVINCES}; {NOTICE}")
def why_barred(region: Expr, municipality: Expr, new_mines_refused: Expr, mine_is_new: Expr, p: ValuesOfTheAct) -> Expr:
    """The first thing that stands in the way of mining."""
    closed = p.closures.days(region, municipality)
    return first_match(
        when(closed == period_days(), "banned territory", "the province has closed its mines", cites=PROVINCES),
        when(
            new_mines_refused & mine_is_new.or_else(False),
            "moratorium",
            "a new mine, and new ones are refused",
            cites=f"{INNER_MONGOLIA}; {NOTICE}",
        ),
        when(
            closed > 0,
            "territory banned for part of the period",
            "the province closes its mines within the period",
            cites=PROVINCES,
        ),
        when(
            p.closures.doubtful_days(region, municipality) > 0,
            "place not certain",
            "some mines of the province are closed, and whether this is one of them is not known",
            cites=PROVINCES,
        ),
        when(
            new_mines_refused & ~given(mine_is_new),
            SILENT,
            "new mines are refused, and when this one's service began is not stated",
        ),
        when(
            p.national_notice.in_force,
            "place not certain",
            "an old mine exits on the timetable of its province, which was not found",
            cites=NOTICE,
        ),
        when(new_mines_refused, "not barred", "an old mine has until the end of April 2021", cites=INNER_MONGOLIA),
        otherwise=SILENT,
        because="no measure was found for this province and time",
    )


@rule(cites=f"{PROVINCES}; {NOTICE}")
def may_mine(why_barred: Expr, new_mines_refused: Expr) -> Expr:
    """Whether a mine may run at this place in the period."""
    why = why_barred.or_else("not barred")
    return first_match(
        when(~given(why_barred) & new_mines_refused, "undecided", "it depends on when electricity service began"),
        when(~given(why_barred), SILENT, "no measure was found for this province and time"),
        when(why.one_of(("banned territory", "moratorium")), "no", "closed, or a new mine where none is let in"),
        when(why == "territory banned for part of the period", "part of the period", "closed within the period"),
        when(why == "place not certain", "undecided", "the sources do not let anyone say"),
        otherwise="yes",
        because="an old mine that still has time",
    )


@rule(cites=NOTICE)
def in_eliminated_class(p: ValuesOfTheAct) -> Expr:
    """Whether mining stands in the eliminated class of the catalogue of industries."""
    return first_match(
        when(p.eliminated_class.in_force, True, "placed there by the national notice"),
        otherwise=SILENT,
        because="no class was found before the national notice",
    )
