"""Makes the tables of the example. Difficulty, halving, fees and the household's load are real; sites, miners and coins are invented.

    python examples/audit/make.py

The household is Low Carbon London's MAC000002 of December 2012 (UK Power Networks, CC BY 4.0), its days repeated over the months of 2024.
"""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from adit.audit.spans import spans_of
from adit.evidence.sources.fees import fee_share
from adit.terms.days import months_between

HERE = Path(__file__).parent
MONTHS = months_between("2024-01..2024-06")
HOUSEHOLD = HERE.parents[1] / "tests" / "data" / "meters" / "london_mac000002_2012-12.csv"
TRUE_SHARE, TRUE_EFFICIENCY, FEE = 0.945, 1.02, 0.02  # somewhere inside the bounds: the audit does not know where

# site, miner, name, region, scheme, kW of machines, what is declared of what was mined
SITES = [
    ("A-1", "M-1", "Angara hall (invented)", "RU-IRK", "fpps", 2000, 1.00),
    ("A-2", "M-2", "Yenisei containers (invented)", "RU-KYA", "fpps", 1200, 0.70),
    ("A-3", "M-3", "Khakas shed (invented)", "RU-KK", "fpps", 300, 1.00),
    ("A-4", "M-4", "Onega solo (invented)", "RU-KR", "solo", 350, 1.00),
    ("A-5", "M-5", "A household (invented)", "RU-SVE", "fpps", 10, 1.00),
    ("A-6", "M-6", "Bratsk hangar (invented)", "RU-IRK", "fpps", 900, 1.00),
    ("A-7", "M-7", "Taiga hydro (invented)", "RU-IRK", "pps", 1500, 0.92),
    ("A-8", "M-8", "Steppe curtailed (invented)", "RU-ORE", "pplns", 800, 1.00),
]
MACHINES = {  # site -> model, count, TH/s, W, tuning
    "A-1": [("S21 Pro", 500, "", "", ""), ("S19 XP", 80, 140, 3010, "")],
    "A-2": [("S21", 342, 200, 3500, "")],
    "A-3": [("M60", 87, 172, 3422, "")],
    "A-4": [("S19j Pro", 114, 104, 3068, "")],
    "A-5": [("S19", 3, 95, 3250, "")],
    "A-6": [("S21", 170, 200, 3500, "")],  # half of what hums there
    "A-7": [("S21 Hyd", 279, "", "", "")],
    "A-8": [("M50S", 242, 126, 3306, "tuned")],
}


def household() -> np.ndarray:
    """Watt-hours of each hour of the household's December, whole days only."""
    rows = list(csv.DictReader(HOUSEHOLD.open(encoding="utf-8-sig")))
    hours: dict[str, list[float]] = {}
    for row in rows:
        when, energy = list(row.values())[-2:]
        if energy not in ("", "Null"):
            hours.setdefault(when[:13], []).append(float(energy) * 1000)
    whole = [sum(h) for _, h in sorted(hours.items()) if len(h) == 2]
    return np.array(whole[: len(whole) // 24 * 24])


def load(site: str, kw: float, hours: int, rng: np.random.Generator) -> np.ndarray:
    """Watt-hours of each hour at the meter: machines at their true share, with what they need beside them."""
    draw = kw * 1000 * (1 + 0.01 * rng.standard_normal(hours)) * (rng.random(hours) > 0.01)
    if site == "A-8":
        clock = np.arange(hours) % 24
        draw = np.where((clock >= 17) & (clock < 21), draw * 0.05, draw * 0.9)  # curtailed each evening, tuned down
    metered = draw / TRUE_SHARE
    if site == "A-5":
        home = household()
        metered = draw + np.resize(home, hours)
    return metered.round().astype(np.int64)


def write(name: str, header: list[str], rows: list[tuple]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


# The second example: real blocks of August 2017. The miners are invented; whoever owned these addresses has nothing to do with them.
CHAIN_SITES = [
    ("B-1", "N-1", "A solo mine that found a block (invented)", "solo", 211),
    ("B-2", "N-2", "A solo mine that declares one block too many (invented)", "solo", 211),
    ("B-3", "N-3", "Three machines and coins from elsewhere (invented)", "fpps", 3),
    ("B-4", "N-4", "Three machines and silence (invented)", "fpps", 3),
]
CHAIN_LINES = [
    (
        "C-1",
        "B-1",
        "N-1",
        "2017-08",
        "own_block",
        1_749_653_928,
        "9c1ab453283035800c43eb6461eb46682b81be110a0cb89ee923882a5fd9daa4",
        0,
    ),
    (
        "C-2",
        "B-2",
        "N-2",
        "2017-08",
        "own_block",
        1_580_230_465,
        "919a0df2253172a55bebcb9002dbe775b8511f84955b282ca6dae826fdd94f90",
        0,
    ),
    ("C-3", "B-2", "N-2", "2017-08", "own_block", 1_512_000_000, "", ""),
    (
        "C-4",
        "B-3",
        "N-3",
        "2017-08",
        "pool",
        30_000_000,
        "5befd22652e0571c4dcb4bc102b6334ef211d89c248b91441ba250cbc184eebe",
        1,
    ),
]
CHAIN_ADDRESSES = [
    ("1KsFhYKLs8qb1GHqrPxHoywNQpet2CtP9t", "N-1", "B-1", "2017-01-01"),
    ("155fzsEBHy9Ri2bMQ8uuuR3tv1YzcDywd4", "N-2", "B-2", "2017-01-01"),
    ("115obSTS3MUN6wDXBYg9J1mJQBciLU7xrb", "N-3", "B-3", "2017-01-01"),
    ("16uy4uu3ETSj93k8k2CUahjmQHqvibyi7b", "N-4", "B-4", "2017-01-01"),
]


def chain_example() -> None:
    """Four miners and two blocks. Machines of the time: 13.5 TH/s at 1,323 W."""
    folder = HERE / "chain"
    folder.mkdir(exist_ok=True)
    write("chain/sites.csv", ["site_id", "miner_id", "name", "scheme"], [s[:4] for s in CHAIN_SITES])
    write(
        "chain/machines.csv",
        ["site_id", "model", "count", "hashrate_ths", "power_w"],
        [(s[0], "S9", s[4], 13.5, 1323) for s in CHAIN_SITES],
    )
    energy = [(s[0], "2017-08", round(s[4] * 1323 * 24 * 31 / TRUE_SHARE)) for s in CHAIN_SITES]
    write("chain/energy.csv", ["site_id", "month", "energy_wh"], energy)
    write(
        "chain/declarations.csv",
        ["line_id", "site_id", "miner_id", "month", "kind", "amount_sat", "txid", "vout"],
        CHAIN_LINES,
    )
    write("chain/addresses.csv", ["address", "miner_id", "site_id", "proven_from"], CHAIN_ADDRESSES)


def main() -> None:
    chain_example()
    rng = np.random.default_rng(2024)
    spans = spans_of(MONTHS, fee_share, (0.0, 0.08))
    start = datetime(2024, 1, 1, tzinfo=UTC)
    hours = int((spans.end_s[-1] - spans.start_s[0]) // 3600)
    hour_s = spans.start_s[0] + 3600 * np.arange(hours)
    span_of_hour = np.searchsorted(spans.end_s, hour_s, side="right")
    fees = (spans.fee_least + spans.fee_most) / 2
    readings, declared, calibration, energy_before = [], [], [], []
    line = 0
    for site, miner, _, _, scheme, kw, part in SITES:
        counted = load(site, kw, hours, rng)
        gap = (hour_s >= hour_s[2000]) & (hour_s < hour_s[2006]) if site == "A-3" else np.zeros(hours, dtype=bool)
        meter = np.array([f"EM-{site[2:]}"] * hours, dtype=object)
        if site == "A-8":
            meter[hour_s >= datetime(2024, 3, 14, tzinfo=UTC).timestamp()] = "EM-8B"
        for k in np.flatnonzero(~gap):
            readings.append(
                (meter[k], start + timedelta(hours=int(k)), start + timedelta(hours=int(k) + 1), int(counted[k]))
            )
        machines = MACHINES[site]
        joules_per_th = np.mean([(w or 3510) / (t or 234) for _, _, t, w, _ in machines[:1]]) * TRUE_EFFICIENCY
        if site == "A-7":
            joules_per_th = 16.0 * TRUE_EFFICIENCY
        mined_wh = counted * TRUE_SHARE if site != "A-5" else counted - np.resize(household(), hours)
        th = mined_wh * 3600 / joules_per_th
        with_fees = scheme in ("fpps", "pplns")
        sat = (
            th
            * spans.blocks_per_th[span_of_hour]
            * spans.subsidy_sat[span_of_hour]
            * (1 + with_fees * fees[span_of_hour])
        )
        month_of_hour = spans.month[span_of_hour]
        for m, month in enumerate(MONTHS):
            mined = float(sat[month_of_hour == m].sum()) * (1 - FEE) * (1 + rng.normal(0, 0.003))
            if scheme == "solo":
                continue
            factor = 1.75 if site == "A-3" and m >= 2 else part
            line += 1
            declared.append((f"L-{line:03}", site, miner, str(month), "pool", round(mined * factor)))
        if site == "A-7":
            for back in range(24, 0, -1):  # two years before: what the pool saw for each kilowatt-hour
                year, number = divmod(2024 * 12 - back, 12)
                name = f"{year}-{number + 1:02}"
                wh = 1_500_000 / TRUE_SHARE * 24 * months_between(name)[0].days
                energy_before.append((site, name, round(wh)))
                days = months_between(name)[0].days
                seen = wh * TRUE_SHARE * 3600 / joules_per_th * (1 + rng.normal(0, 0.02))
                calibration.append((site, name, f"{seen / (days * 86400):.1f}"))
    write(
        "sites.csv",
        [
            *("site_id", "miner_id", "name", "region", "scheme", "pool", "pool_fee_min", "pool_fee_max"),
            *("cutoff_days", "pool_share_of_network"),
        ],
        [
            (s, m, n, r, k, *(("", "", "") if k == "solo" else ("a pool", FEE, FEE)), 0 if s == "A-7" else "", 0.05 if k == "pplns" else "")
            for s, m, n, r, k, _, _ in SITES
        ],
    )  # fmt: skip
    write(
        "machines.csv",
        ["site_id", "model", "count", "hashrate_ths", "power_w", "tuning"],
        [(s, *row) for s, rows in MACHINES.items() for row in rows],
    )
    meters = [
        (f"EM-{s[0][2:]}", s[0], "1" if s[5] > 100 else "2", "2023-01-01", "2024-03-14" if s[0] == "A-8" else "")
        for s in SITES
    ]
    write(
        "meters.csv",
        ["meter_id", "site_id", "class_percent", "from", "to"],
        [*meters, ("EM-8B", "A-8", "0.5", "2024-03-14", "")],
    )
    write("declarations.csv", ["line_id", "site_id", "miner_id", "month", "kind", "amount_sat"], declared)
    write(
        "calibration.csv",
        ["site_id", "month", "mean_hashrate_ths", "energy_wh"],
        [(*c, e[2]) for c, e in zip(calibration, energy_before, strict=True)],
    )
    with duckdb.connect() as connection:
        names, starts, ends, counts = zip(*readings, strict=True)
        table = pa.table(
            {"meter": list(names), "start_utc": list(starts), "end_utc": list(ends), "energy_wh": list(counts)}
        )
        connection.register("made", table)
        connection.execute(
            f"COPY (SELECT * FROM made ORDER BY meter, start_utc) TO '{HERE / 'readings.parquet'}' (FORMAT parquet, COMPRESSION zstd)"
        )


if __name__ == "__main__":
    main()
