"""Makes the readings of this folder: a hundred days of 120 connections, all invented. `python examples/meters/make.py`

Behind M-031 a machine of 3.3 kW runs all the time, behind M-077 one that began in February, behind M-100 to M-102 three of one owner; M-015 is a
telecom mast, M-050 a declared miner, and M-090 has ten days only.
"""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
HOURS = 100 * 24
START = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


def home(rng: np.random.Generator) -> np.ndarray:
    """A life: morning, evening, weekends, chance; in steps of ten watt-hours, as many meters count."""
    hour = np.arange(HOURS)
    of_day, weekend = hour % 24, (hour // 24 + 2) % 7 >= 5
    shape = 0.3 + 0.9 * np.exp(-(((of_day - 19) / 3.0) ** 2)) + 0.4 * np.exp(-(((of_day - 8) / 2.0) ** 2))
    shape = shape * np.where(weekend & (of_day > 9), 1.3, 1.0)
    return rng.lognormal(6.2, 0.5) * shape * rng.gamma(3.0, 1 / 3, HOURS)


def machine(rng: np.random.Generator) -> np.ndarray:
    """3.3 kW by its data sheet, with an hour off now and then."""
    return 3300 * (1 + rng.normal(0, 0.01, HOURS)) * (rng.random(HOURS) > 0.003)


def main() -> None:
    rng = np.random.default_rng(2025)
    names, starts, values = [], [], []
    for number in range(120):
        wh = home(rng)
        if number in (31, 50, 100, 101, 102):
            wh = wh + machine(rng)
        if number == 77:
            wh = wh + np.where(np.arange(HOURS) >= 40 * 24, machine(rng), 0)
        if number == 15:
            wh = 2000 * (1 + rng.normal(0, 0.02, HOURS))
        hours = 240 if number == 90 else HOURS
        names += [f"M-{number:03d}"] * hours
        starts += [START + hour * 3_600_000_000 for hour in range(hours)]
        values += (np.rint(wh[:hours] / 10) * 10).astype(int).tolist()
    table = pa.table(
        {
            "meter_id": pa.array(names),
            "start_utc": pa.array(starts, pa.timestamp("us", "UTC")),
            "energy_wh": pa.array(values, pa.int32()),
        }
    )
    pq.write_table(table, HERE / "readings.parquet", compression="zstd", compression_level=19)
    pools = {100: "owner 7", 101: "owner 7", 102: "owner 7"}
    lines = [f"M-{n:03d},{'telecom' if n == 15 else 'home'},{pools.get(n, '')}" for n in range(120)]
    (HERE / "groups.csv").write_text("\n".join(["meter_id,group,pool", *lines]) + "\n", encoding="utf-8")
    (HERE / "declared.csv").write_text("meter_id\nM-050\n", encoding="utf-8")


if __name__ == "__main__":
    main()
