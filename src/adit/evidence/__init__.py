"""What the world shows: sites, regions, power balances, the chain, prices, machines, weather; one reader a source.

Not for correcting it, nor for judging it: a row that cannot be read is reported, a gap stays a gap.
"""
