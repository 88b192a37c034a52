"""Rules and alerts: who is told what, and why. Pure: no Kafka, no clock, no environment.

    a file or a record ──read──▶ Rule ──compile──▶ Index ──match(article)──▶ Match ──Desk.take──▶ Alert

    faults.py       what is wrong, and where
    model.py        a rule, frozen: conditions, count, quiet hours
    reading.py      YAML or JSON to plain values that know their line and column
    explaining.py   what a schema refuses, said as a person would
    checking.py     values that fit the schema become rules; what the schema cannot see is checked here
    loading.py      files and folders of rules; all faults of all files at once
    durations.py    `90m`
    tokens.py       text to words with their offsets, folded
    forms/          inflection: a word of a text to the words that it may be a form of
    phrases.py      every word and phrase of all rules in one trie of words
    facts.py        an enriched article as rules see it
    entities.py     the keys by which rules and articles name an entity
    judging.py      a condition against an article: what fulfils it, or nothing
    index.py        which rules an article can concern at all; the rest is never looked at
    boards.py       what every worker knows whole: the live rules, and who is in the news more than usual
    quotes.py       the sentence around a match
    matches.py      an article that fits a rule, as it travels to who keeps the rule's state
    quiet.py        quiet hours, in their time zone
    windows.py      counts in a window
    threads.py      one alert for each story and cool-down, later articles joined
    desk.py         matches in, alerts out, over a mapping that keeps the state
    alerts.py       an alert as it goes on the wire

Matching is stateless and runs wherever an article is; a rule's counts and cool-downs are kept by rule, in one place.
"""
