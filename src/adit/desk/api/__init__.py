"""The HTTP API, a module for each thing. A `router` in a module here is found by the application and stands under /api/v1.

Not for pages, and not for rules.
"""
