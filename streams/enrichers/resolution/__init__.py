"""Which mentions of an article mean the same person, organisation or place.

folding.py   a name's comparable form and its slug
titles.py    words around a name that are no part of it (a table)
known.py     names that the news calls by several names (the tables under `tables/`, countries from the CLDR)
groups.py    mentions with one comparable form, and their type
rules.py     which groups mean the same: table, definition in the text, acronym, part of a person's name, ...
resolve.py   groups in, things out: id, name, type, links

`resolve` is the way in.
"""
