"""How wrong the model was the last times it could be checked: past forecasts made again with what was known on their day.

Not for fitting: nothing here may set a parameter of the model. `docs/lab-backtests.md` states the rule that keeps it so.
"""
