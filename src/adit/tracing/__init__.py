"""Where coins came from and where they went: three exact measures side by side, with the paths behind them.

It says what the chain shows, in satoshi, and never that a coin is tainted.
"""
