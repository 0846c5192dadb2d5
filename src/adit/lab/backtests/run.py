"""Runs back-tests by name, and gathers them in one report with the coverage of all bands together."""

from collections.abc import Callable, Mapping, Sequence

from adit.evidence.sources.catalogue import dataset
from adit.evidence.sources.restricted_prices import ATTRIBUTION
from adit.lab.backtests.china_2021 import china_2021
from adit.lab.backtests.fleet_energy import fleet_energy
from adit.lab.backtests.forecasting import Options
from adit.lab.backtests.irkutsk import irkutsk
from adit.lab.backtests.kazakhstan import kazakhstan
from adit.lab.backtests.results import BackTest, Report
from adit.lab.backtests.shares_2025 import shares_2025
from adit.lab.backtests.walk_forward import walk_forward
from adit.terms.errors import UnknownName

__all__ = ["BACK_TESTS", "run_backtests"]

BACK_TESTS: Mapping[str, Callable[[Options], BackTest]] = {
    "china-2021": china_2021,
    "walk-forward": walk_forward,
    "kazakhstan": kazakhstan,
    "irkutsk": irkutsk,
    "2025-shares": shares_2025,
    "fleet-energy": fleet_energy,
}
_FILES = (
    "network/btc_retarget_epochs.csv",
    "network/btc_fees_monthly.csv",
    "lab/mining_shares.csv",
    "lab/mining_figures.csv",
    "lab/fleet_energy.csv",
)


def run_backtests(
    names: Sequence[str], options: Options, version: str, tell: Callable[[str], None] = lambda step: None
) -> Report:
    """The back-tests of these names, in their order. `tell` is told the one under way. Raises UnknownName."""
    for name in names:
        if name not in BACK_TESTS:
            raise UnknownName("back-test", name, list(BACK_TESTS))
    tests = []
    for name in names:
        tell(name)
        tests.append(BACK_TESTS[name](options))
    left_out = (
        {}
        if options.map_file
        else {"ten units of the map": "Cambridge's map has no open licence: give your copy with --map."}
    )
    vintages = {file: dataset(file).vintage for file in _FILES}
    return Report(
        version, options.seed, options.draws, tuple(tests), left_out, vintages | {"btc_price_monthly.csv": ATTRIBUTION}
    )
