"""Faults: what must not lose a record, on a real Apache Kafka, each with at least 20,000 records.

A fault test is a `Scene` (`scene.py`): raw records with known ids are fed (`feeding.py`), workers run as processes
(`crew.py`), something breaks, and at the end a ledger (`ledger.py`) reads every topic from beginning to end and
counts what was lost, repeated or came out different. Each test adds a row to one table (`table.py`), which is
printed at the end of the run and written to `.kafka/faults.md`.
"""
