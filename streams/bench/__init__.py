"""The benchmark: what a worker costs beside what a user would write instead, at the same delivery promise.

    tasks.py        what one contestant's process is told
    loads.py        the records: 2 kB that only pass through, or articles
    work.py         what every contestant does with them: the same code for all
    roster.py       the contestants
    contestants/    each a process of its own: `python -m streams.bench.contestants.NAME TASK`
    grounds.py      the broker, with fresh topics for every run
    feeding.py      puts records on it: all at once, or at a pace
    counting.py     counts what comes out, and when
    promises.py     nothing missing, and nothing committed before what came of it was there
    children.py     starts contestants, looks at their CPU and memory, stops them
    running.py      one run: capacity, latency, the ideal
    meeting.py      all runs, interleaved
    figures.py      medians, percentiles, ratios
    report.py       JSON and Markdown
    costs.py        what a million articles cost on paper

Another process is started for every run, and on the embedded broker another broker: nobody runs on what another left behind.
"""
