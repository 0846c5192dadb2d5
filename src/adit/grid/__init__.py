"""The grid measures, hour by hour, how much electricity is to spare and where, and what a further load would do there.

Not for permission: whether anybody may mine, and on which surplus, is the law's answer.
"""
