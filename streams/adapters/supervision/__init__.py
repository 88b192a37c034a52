"""What others see of a worker, and how it ends.

catalogue.py      every metric: name, type, unit, labels; the docs are made of it
metrics.py        the objects to count with: agent_metrics.py tally.py lag.py, made by families.py, timed by stopwatch.py
tracing.py        a span for each stage of a record; spans.py: where they go
logs.py           one line for each event, for a person or as JSON, and no text of an article
web.py            /metrics, /live, /ready
watchdog.py       ends a worker that makes no progress
exit_codes.py     how a worker ends
tether.py         a command that lives no longer than whoever started it
"""
