"""The answer as data: every figure with its unit in its name, what it was made with, and from which days the data are."""

from collections.abc import Mapping
from math import isnan
from typing import Any

from adit import __version__
from adit.evidence.sources.catalogue import dataset
from adit.evidence.sources.epochs import read_epochs
from adit.evidence.sources.fees import FILE as FEES
from adit.evidence.sources.machines import CAVEAT
from adit.evidence.sources.temperatures import FILE as TEMPERATURES
from adit.site.cooling import STULL_ERROR_K
from adit.site.feasibility import Feasibility, Outcome
from adit.site.store import words

__all__ = ["record_of", "totals", "vintages", "what_stops"]

_FILES = (
    "hardware/asic_models_2021_2025.csv",
    "network/btc_retarget_epochs.csv",
    "network/fx_and_coin_prices_2024_2026.csv",
    FEES,
    TEMPERATURES,
)


def vintages() -> dict[str, str]:
    """The data sets behind the figures, each with its days."""
    return {name: dataset(name).vintage for name in _FILES}


def what_stops(outcome: Outcome) -> list[tuple[str, str, int, str]]:
    """Why the site may not run, with the article and the number of months, most months first."""
    found: dict[tuple[str, str, str], int] = {}
    for m in outcome.answers.stopped:
        key = (m.may_mine, m.because, m.cites)
        found[key] = found.get(key, 0) + 1
    return [(may, why, n, cites) for (may, why, cites), n in sorted(found.items(), key=lambda x: -x[1])]


def totals(outcome: Outcome) -> dict[str, Any]:
    """The central path, summed over its months, in roubles."""
    months = outcome.months
    sums = {
        name: sum((getattr(m, name) for m in months), start=type(months[0].income)(0))
        for name in ("income", "pool_fee", "heat", "power", "levy", "operations", "tax", "vat", "cash")
    }
    return {**sums, "capital": outcome.columns.capital.total, "left": sums["cash"] - outcome.columns.capital.total}


def record_of(f: Feasibility) -> dict[str, Any]:
    """The whole answer for a program."""
    site, market, plan = f.site, f.market, f.site.plan
    return {
        "adit": __version__,
        "note": words()["no advice"]["en"],
        "asked": {
            "region": site.region, "power_mw": plan.power_mw, "machine": site.machine.model, "price_rub_per_kwh": plan.price_rub_per_kwh,
            "on": plan.on, "months": plan.months, "climate": site.climate, "facts": dict(plan.facts),
        },
        "site": {
            "machines": site.machines, "hashrate_ths": round(site.hashrate_ths, 3), "machines_kw": round(site.machines_kw, 3),
            "machine_price_usd": site.machine_price_usd, "cooling": site.cooling.kind, "pue": round(site.cooling.pue, 5),
            "pue_peak": round(site.cooling.peak_power, 5), "free_cooling_hours_per_year": round(site.cooling.free_hours_per_year, 1),
            "hottest_hour_c": round(site.cooling.hottest_c, 1), "days_of_climate": site.cooling.days,
            "wet_bulb_error_k_max": STULL_ERROR_K, "machine_caveat": CAVEAT,
        },
        "market": {
            "difficulty": market.difficulty, "difficulty_growth_per_month": round(market.growth_per_month, 6),
            "difficulty_known_to": read_epochs()[-1].start_utc.date(), "subsidy_sat": market.subsidy_sat,
            "fees_sat_per_block": round(market.fees_sat), "fees_from": market.fees_from,
            "rub_per_btc": market.rub_per_btc_kopecks / 100, "priced_on": market.priced_on, "price_source": market.price_source,
            "rub_per_usd": market.rub_per_usd, "hashprice_rub_per_ths_day": round(market.hashprice_rub, 6),
            "hashprice_usd_per_ths_day": round(market.hashprice_rub / market.rub_per_usd, 6),
            "spot_break_even_rub_per_kwh": round(f.spot_break_even_rub_per_kwh, 4),
        },
        "paths": {"kind": f.paths.kind, "count": max(f.paths.count - 1, 1), "seed": f.paths.seed, "how": f.paths.how,
                  "how_parts": dict(f.paths.how_parts)},
        "regimes": [_outcome(o) for o in f.outcomes],
        "grid": {"power_rub_per_kwh": f.grid.power_rub_per_kwh, "coin_price_factor": f.grid.coin_factors,
                 "npv_rub": [[round(v) for v in row] for row in f.grid.npv]},
        "assumptions": {
            n: {"value": a.value, "unit": a.unit, "why": a.why, "source": a.source, "changed_by": a.changed_by, "file": a.file}
            for n, a in f.assumptions.entries.items()
        },
        "data": vintages(),
    }  # fmt: skip


def _outcome(o: Outcome) -> Mapping[str, Any]:
    regime = o.answers.regime
    returns = sorted(r for r in o.irr_paths if not isnan(r))
    return {
        "regime": regime.id, "title": regime.title, "status": regime.status, "simulated": o.answers.simulated, "digest": regime.digest,
        "does_not_say": list(o.answers.silent()),
        "hours_allowed_share": round(o.hours_allowed, 6),
        "money": {"currency": o.answers.rate.currency, "rub": o.answers.rate.rub, "on": o.answers.rate.on},
        "stops": [{"may_mine": may, "because": why, "months": n, "cites": cites} for may, why, n, cites in what_stops(o)],
        "months_stopped_for_cost": o.stopped_months,
        "npv_rub": o.npv, "npv_before_levy_and_tax_rub": o.npv_before_dues,
        "irr_per_year": None if o.irr is None else round(o.irr, 6), "payback_months": o.payback,
        "break_even_rub_per_kwh": o.break_even_rub_per_kwh,
        "loss_probability": o.loss_probability, "capital_lost_probability": o.capital_lost_probability,
        "npv_rub_quantiles_5_25_50_75_95": [round(q) for q in o.npv_quantiles],
        "irr_per_year_of_paths": {"paths": len(o.irr_paths), "with_a_rate": len(returns),
                                  "median": round(returns[len(returns) // 2], 6) if returns else None},
        "totals_rub": totals(o),
        "capital_rub": {n: getattr(o.columns.capital, n) for n in ("machines", "duty", "vat", "site", "transformer", "connection")},
        "months": [
            {
                "month": str(m.period), "may_mine": a.may_mine, "share_allowed": round(a.share, 6), "runs": m.runs, "energy_kwh": m.energy_kwh,
                "coins_sat": m.coins_sat, "rub_per_btc": m.rub_per_btc, "income_rub": m.income, "pool_fee_rub": m.pool_fee, "power_rub": m.power,
                "levy_rub": m.levy, "heat_rub": m.heat, "operations_rub": m.operations, "depreciation_rub": m.depreciation,
                "tax_rub": m.tax, "vat_rub": m.vat, "cash_rub": m.cash,
            }
            for m, a in zip(o.months, o.answers.months, strict=True)
        ],
    }  # fmt: skip
