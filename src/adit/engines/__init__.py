"""Runs SQL and tables on DuckDB or Spark, loaded by name.

Not for the meaning of columns.
"""
