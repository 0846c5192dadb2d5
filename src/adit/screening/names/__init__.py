"""How near two names are: in any script and spelling, in any order, with the tokens that met and how, in words.

Not for saying that two names are one person: birth, country and papers are held beside them, and people decide.
"""
