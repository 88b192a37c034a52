"""Dead letters as a person works with them: found, shown, replayed, discarded.

    letters.py       what a record of the dead-letter topic says
    settlements.py   the marks beside them: what became of each
    selection.py     which ones: filters, and those still open
    replaying.py     sending them back to where they came from

A topic's records cannot be changed. So a settled dead letter has a mark: a record of its own, in the same
partition behind it, with the header `news_streams.settles`. The letter itself stays until its retention is over.
"""
