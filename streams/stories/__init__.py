"""What the stateful half is made of, pure: repeats, copies and stories, novelty, trends. No Kafka and no clock: time comes from the records.

    article --fingerprint--> keys --index--> candidates --compare--> matches --ledger--> its place in a story

    addresses.py     which addresses of one publisher may be one page
    shingles.py      text -> hashed word triples
    fingerprints.py  an article -> what others are compared with, in some three kilobytes
    comparing.py     two fingerprints -> copy, same story, or neither
    index.py         keys -> who may be alike; forgets what is older than the window
    ledger.py        who belongs to which story, and copies whom
    repeats.py       a page read again: dropped, or a new version and what changed
    counting.py      counts over the last hours and days, in bounded memory
    novelty.py       how many came before
    trends.py        what is suddenly everywhere, by SigniTrend

All state lives in mappings that are given from outside (a dict, a Faust table): keys are strings, values plain JSON or
bytes. The same records in the same order give the same answers. `streams.stateful` makes stages of it.
"""
