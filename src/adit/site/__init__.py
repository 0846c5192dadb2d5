"""What a mining site would earn at a place, under a regime, month by month: coins, cooling, cash and dues.

Not for advice, and not for the law's answer: permission, levies and taxes are asked of `decision`.
"""
