"""The words of which seed phrases are made in other languages than English, a list a module. Not for making or reading a phrase.

Source: the word lists of BIP-39 in the repository bitcoin/bips (MIT); see NOTICE.
"""
