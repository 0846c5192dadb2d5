"""Pages and HTTP API.

Not for: rules.
"""
