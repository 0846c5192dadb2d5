"""What a law would do: the same rules that decide cases, as columns of a model of who mines where.

Not for real cases: what is simulated here decides nothing.
"""
