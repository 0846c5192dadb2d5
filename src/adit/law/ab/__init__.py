"""Abkhazia, 2018 to 2024, by its de facto authorities: mining banned, legal for ten weeks, and banned again.

The territory is internationally recognised as Georgia's and carried under its ISO code, GE-AB.
"""
