"""Whether hours and limits are of the size that their unit says: kilowatts and megawatts differ by a thousand, and nobody sees it in a table."""

from collections.abc import Sequence

import numpy as np

from adit.evidence.sources.hourly_power import SystemYear
from adit.evidence.sources.transfer_limits import TransferLimit
from adit.terms.errors import BadInput

__all__ = ["check_magnitudes"]

TENFOLD = 10  # of everything that is installed


def check_magnitudes(year: SystemYear, installed_mw: float, limits: Sequence[TransferLimit]) -> None:
    """Raises BadInput for a load, a generation or a limit that is ten times what is installed, or a load that is a hundredth of it."""
    if installed_mw <= 0:
        return
    for what, values in (("load", year.load_mw), ("generation", year.generation_mw)):
        most = float(np.nanmax(values))
        if most > TENFOLD * installed_mw or (what == "load" and most * TENFOLD * TENFOLD < installed_mw):
            raise BadInput(
                f"The {what} of {year.system} reaches {most:,.0f} MWh in an hour of {year.year}, and plants of {installed_mw:,.0f} MW stand there.",
                where="--hours",
                todo="The file counts in MWh. Were kilowatt-hours or gigawatt-hours meant?",
            )
    for limit in limits:
        if limit.system == year.system and float(limit.import_limit_mw) > TENFOLD * installed_mw:
            raise BadInput(
                f"The import limit of {year.system} is {limit.import_limit_mw:,f} MW in month {limit.month}, and plants of {installed_mw:,.0f} MW stand there.",
                where="--limits",
                todo="The file counts in MW. Were kilowatts meant?",
            )
