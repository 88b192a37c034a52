"""What joins the pure pipeline to the world: Kafka, files, metrics, the web, processes.

kafka/          a broker as we ask it: addresses, rights, topics, groups, clients
processing/     records within bounds, off the event loop, published and confirmed
supervision/    metrics, traces, logs, health, the watchdog, exit codes
workarounds/    where Faust and aiokafka do otherwise than a worker of ours needs
sources/        files to read articles from
dead_letters/   listing, replaying, discarding
rules/          rules on a broker: the live ones, changes to them, topics of their own
subscriptions/  alerts given to a command or a webhook, and committed then
state/          the tables of the stages that remember, kept in changelog topics
accounting.py   what became of every raw record, by the topics
broker.py       the embedded broker
feeding.py      publishing what was read
offline.py      the pipeline without a broker
"""
