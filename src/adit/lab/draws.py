"""Spreads draws over threads, processes or a Spark cluster. Draw n is the same wherever it is run: its chance depends on the seed and n alone."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from adit.lab.model.inputs import Inputs
from adit.lab.model.outcome import Outcome
from adit.lab.model.parameters import Parameters
from adit.lab.model.run import joined, run
from adit.terms.errors import BadInput

__all__ = ["spread"]

_PREVIEW = 25  # draws


def spread(
    inputs: Inputs,
    draws: int,
    seed: int,
    *,
    workers: int = 1,
    spark: Any = None,
    parameters: Parameters | None = None,
    engine: str = "numba",
    dispersion: str = "uniform",
    go_on: Callable[[int], bool] | None = None,
    preview: Callable[[Outcome], None] | None = None,
) -> Outcome:
    """One outcome. `spark` is a SparkSession whose workers have Adit installed; the results come back to this machine, so let them fit its memory.

    The compiled kernel runs on threads, which share memory; the plain twin on processes, since Python's lock would hold its threads. `preview` is shown the
    first draws, by the twin, before anything is compiled: the first run on a machine compiles for some ten seconds.
    """
    if workers < 1:
        raise BadInput(f"{workers} workers run nothing.", where="lab", todo="Give at least one.")
    if preview is not None and draws > 0:
        preview(run(inputs, min(draws, _PREVIEW), seed, parameters=parameters, engine="numpy", dispersion=dispersion))
    if spark is None and (engine == "numba" or workers == 1):
        return run(
            inputs,
            draws,
            seed,
            parameters=parameters,
            engine=engine,
            dispersion=dispersion,
            threads=workers,
            go_on=go_on,
        )
    jobs = [
        (inputs, seed, parameters, engine, dispersion, first, count) for first, count in _parts(draws, spark, workers)
    ]
    if spark is not None:
        return joined(spark.sparkContext.parallelize(jobs, max(len(jobs), 1)).map(_job).collect())
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        parts: list[Outcome] = []
        futures = [pool.submit(_job, job) for job in jobs]
        try:
            for future in futures:
                parts.append(future.result())
                done = sum(part.draws for part in parts)
                if go_on and done < draws and not go_on(done):
                    for other in futures:
                        other.cancel()
                    break
        except BaseException:  # as in run
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return joined(parts)


def _parts(draws: int, spark: Any, workers: int) -> Iterator[tuple[int, int]]:
    """First draw and number of draws: some for each worker, so that a slow one does not keep the others waiting."""
    shares = 4 * (int(spark.sparkContext.defaultParallelism) if spark is not None else workers)
    size = max(-(-draws // shares), 1)
    yield from ((first, min(size, draws - first)) for first in range(0, draws, size))
    if not draws:
        yield 0, 0


def _job(job: tuple[Inputs, int, Parameters | None, str, str, int, int]) -> Outcome:
    inputs, seed, parameters, engine, dispersion, first, count = job
    return run(inputs, count, seed, parameters=parameters, first_draw=first, engine=engine, dispersion=dispersion)
