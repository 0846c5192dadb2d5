"""Throughput over a population: the readers of Adit beside OpenFisca and hand-written SQL, on one file, in one run.

Not for single decisions or commands: `benchmarks/run.py`.
"""
