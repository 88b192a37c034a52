"""Alerts to whoever wants them: read, given to a command or a webhook, and committed only then.

reading.py      the topics of alerts, with a group or outside of any; which alerts are wanted
delivering.py   a sink tried again with growing pauses; what it never takes is set aside
commands.py     the sink that runs a command
webhooks.py     the sink that posts to an address, signed
addresses.py    which addresses may be posted to: checked where the connection is made
"""
