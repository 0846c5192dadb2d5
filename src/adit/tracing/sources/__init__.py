"""Readers of what tracing is told: labels, registered miners, rules. Not for the blocks: those are read by `evidence.sources`."""
