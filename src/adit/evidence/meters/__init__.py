"""What meters counted: the layout of readings, what can be wrong with them, and how clocks and units are told apart.

Not for reading files, which is done in `evidence.sources.readings`, and not for what a reading means for anybody.
"""
