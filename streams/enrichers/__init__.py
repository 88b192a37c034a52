"""What is found out about an article, one file each.

    language.py     which language it is in; decides whether the others can read it
    entities.py     people, organisations, places          mentions.py recurrences.py resolution/ salience.py
    sentiment.py    the article's mood                     moods.py
    sentences.py    the moods of its sentences             moods.py
    reading.py      what an enricher is given
    registry.py     all of them, in order

Adding one is one file, one line in `registry.ENRICHERS` and one schema.
"""
