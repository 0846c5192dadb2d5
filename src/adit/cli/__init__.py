"""The terminal: a contract of commands, formats and exit codes.

Not for: rules, or anything that a program could want without a terminal.
"""
