"""A random population as Parquet: a complete panel of miners in 24 months, ordered by month, the edge miners first.

Written in row groups that are made one at a time, so that 100 million rows need no more memory than a million. A chunk of
miners and a month have a seed of their own, so the same length gives the same file.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from adit.terms.days import Period, months_between
from adit.terms.places import region_codes

__all__ = ["ACTORS", "COLUMNS", "MONTHS", "REGIONS", "write_population"]

MONTHS: list[Period] = months_between("2024-07..2026-06")
ACTORS = ("citizen", "entrepreneur", "company")
REGIONS = tuple(region_codes())
COLUMNS = (
    "subject", "period", "actor", "region", "mining_energy_kwh_per_month", "coins_btc", "quotation_rub_per_btc",
    "mining_costs_rub", "in_miners_register", "registered_income_declared", "terror_listed",
)  # fmt: skip
CHUNK = 1 << 18  # miners of a row group
SEED = 20261122
KOPECKS = (
    0, 1, 50, 16_777_217, 2**31, 2**31 + 1,
    *(t * 100 + k for t in (2_400_000, 5_000_000, 20_000_000, 50_000_000) for k in (-1, 0, 1)),
    385, 1_538, 10_000_385, 200, 600, 25_000_200,  # whose tax ends in 50 kopecks or just beside: 13 %, 20 %, 25 %
)  # fmt: skip
ENERGY = (0, 5_999_999, 6_000_000, 6_000_001, 10**13)  # thousandths of a kWh, around 6,000 kWh
BANNED = ("RU-DA", "RU-IRK", "RU-BU", "RU-MOW")
SCHEMA = pa.schema(
    [
        ("subject", pa.int32()),
        ("period", pa.date32()),
        ("actor", pa.dictionary(pa.int16(), pa.string())),
        ("region", pa.dictionary(pa.int16(), pa.string())),
        *((name, pa.int64()) for name in COLUMNS[4:8]),
        *((name, pa.bool_()) for name in COLUMNS[8:]),
    ]
)
Table = dict[str, npt.NDArray[Any]]


def write_population(file: Path, rows: int) -> int:
    """Write at least one miner and about so many rows; how many rows they are. Numbers are whole counts of fields.csv."""
    miners = max(rows // len(MONTHS), 1)
    partial = file.with_suffix(".partial")
    with pq.ParquetWriter(
        partial, SCHEMA, compression="snappy", use_dictionary=["actor", "region", "period"]
    ) as writer:
        for month in range(len(MONTHS)):
            for first in range(0, miners, CHUNK):
                count = min(CHUNK, miners - first)
                writer.write_table(_table(first, month, _chunk(first, count, month)), row_group_size=CHUNK)
    partial.rename(file)
    return miners * len(MONTHS)


def _chunk(first: int, count: int, month: int) -> Table:
    """The facts of these miners in one month, as whole counts and as numbers of words."""
    always, now = np.random.default_rng([SEED, first]), np.random.default_rng([SEED, first, month])
    size = 10 ** always.normal(5.3, 0.7, count)  # roubles a month that a miner of this size finds
    price = 600_000_000 + 20_000_000 * month  # kopecks for a coin
    made: Table = {
        "actor": always.choice(len(ACTORS), count, p=(0.7, 0.2, 0.1)),
        "region": always.integers(0, len(REGIONS), count),
        "in_miners_register": always.random(count) < 0.6,
        "terror_listed": always.random(count) < 0.002,
        "registered_income_declared": now.random(count) < 0.9,
        "quotation_rub_per_btc": now.integers(price * 95 // 100, price * 105 // 100, count),
        "mining_energy_kwh_per_month": (size * now.uniform(10, 60, count)).astype(np.int64),
    }
    made["coins_btc"] = np.minimum(size * now.lognormal(0, 0.3, count) / price * 1e10, 10**14).astype(np.int64)
    made["mining_costs_rub"] = (size * now.lognormal(4.2, 0.5, count)).astype(np.int64)
    if first == 0:
        _edges(made, month)
    return made


def _edges(made: Table, month: int) -> None:
    """Put the hand-made miners in the first places: their whole year is decided in its first month seen."""
    cases = [(a, k, 0, flag) for a in range(3) for k in KOPECKS for flag in (False, True)]
    cases += [(a, 50_000_000, k, False) for a in range(3) for k in (0, 49_999_999, 50_000_000, 50_000_001, 10**15)]
    acts = month in (0, 6, 18)
    for i, (actor, kopecks, costs, flag) in enumerate(cases[: len(made["actor"])]):
        made["actor"][i] = actor
        made["region"][i] = REGIONS.index(BANNED[i % len(BANNED)])
        made["coins_btc"][i] = 10**8 if acts else 0
        made["quotation_rub_per_btc"][i] = kopecks
        made["mining_costs_rub"][i] = costs if acts else 0
        made["mining_energy_kwh_per_month"][i] = ENERGY[i % len(ENERGY)]
        for name in ("in_miners_register", "registered_income_declared", "terror_listed"):
            made[name][i] = flag


def _table(first: int, month: int, made: Table) -> pa.Table:
    count = len(made["actor"])
    day = np.full(count, np.datetime64(MONTHS[month].start), "datetime64[D]")
    columns: dict[str, pa.Array] = {
        "subject": pa.array(np.arange(first, first + count, dtype=np.int32)),
        "period": pa.array(day),
        **{
            name: pa.DictionaryArray.from_arrays(made[name].astype(np.int16), pa.array(words))
            for name, words in (("actor", ACTORS), ("region", REGIONS))
        },
        **{name: pa.array(made[name].astype(np.bool_)) for name in COLUMNS[8:]},
    }
    return pa.table([columns[f.name] if f.name in columns else pa.array(made[f.name]) for f in SCHEMA], schema=SCHEMA)
