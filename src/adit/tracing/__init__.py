"""Where coins came from and where they went: three exact measures side by side, with the paths behind them, in satoshi.

Not for calling a coin tainted: it says what the chain shows, and what breaks the chain.
"""
