"""Adit: mining regulation as dated, cited rules that are tried before they are law and decide cases afterwards.

Not here: anything that loads an engine or a web framework. Each package opens with what it is for.
"""

__version__ = "0.1.0"
