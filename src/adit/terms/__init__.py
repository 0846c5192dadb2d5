"""The words of the trade: units, money, legal days, identifiers, the dictionary of fields, errors.

Not here: reading or writing anything but the tables that lie beside this file.
"""
