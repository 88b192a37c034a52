"""Rules on a broker.

live.py         the rules that are live, read from their topic; rules published and deleted
changes.py      rules of files beside the live ones: what is new, changed and the same
own_topics.py   which topics of rules of their own are there
"""
