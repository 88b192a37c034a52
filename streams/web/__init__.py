"""The live page: what the topics carry, as a browser shows it, served by the worker itself.

    page.py       mount(app, ...): the one thing that others call; routes, start and stop
    feeds.py      follows the topics that come out, outside of any group, from the last records on
    cards.py      a record as one line of a list, of bounded size; the strings in it are anybody's
    logs.py       the last cards of each kind, numbered, within a count and a number of bytes
    samples.py    throughput, latency, lag and outcomes each second, from the registry that /metrics shows
    events.py     one browser: whatever is new since its place in the logs, as server-sent events
    answers.py    one article or dead letter whole, as JSON or as bytes
    guarding.py   which requests are answered, and what every answer forbids the browser
    files.py      static/: the page itself and uPlot (MIT), nothing from any network

A browser has a place in each log and nothing else: one that is slow falls behind and is told how many cards it missed, and
neither the agents nor the other browsers wait for it or keep anything for it.
"""

from streams.web.page import mount

__all__ = ["mount"]
