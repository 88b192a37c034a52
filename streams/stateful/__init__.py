"""The stages that remember: what came before decides what is told. Pure: no Kafka and no clock, tables are given.

    work.py         what a stage with a memory is, and its tables
    reading.py      an article or a mention as JSON, checked; the headers that are carried on
    sweep.py        forgetting what is old, a little with each record
    repeats.py      a page read again: dropped, or a new version
    places.py       which story an article belongs to, whose copy it is, how many came before; then it is announced
    trends.py       which names are suddenly everywhere
    matches.py      enriched articles against the rules: matches, keyed by rule (it remembers nothing)
    alerts.py       matches become alerts, once for each story and cool-down

Each reads one topic, a record at a time and each partition in order, and keeps the tables of each partition apart. The
rows that one record changes are kept together or not at all, after what came of it is on the broker (`streams.adapters.state`):
a record that comes again finds the tables as they were before it, or as they were after it.
"""
