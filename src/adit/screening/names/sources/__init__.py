"""Words that stand in names without naming anybody, as tables that a lawyer can read and correct."""
