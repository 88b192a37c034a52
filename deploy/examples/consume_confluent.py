"""Alerts with confluent-kafka, each once: `python consume_confluent.py localhost:9092 my-group`."""

import json
import sys
from collections import OrderedDict

from confluent_kafka import Consumer, KafkaException

servers, group = sys.argv[1:]
consumer = Consumer(
    {"bootstrap.servers": servers, "group.id": group, "enable.auto.commit": False, "auto.offset.reset": "earliest"}
)
consumer.subscribe(["news.alerts"])
seen: OrderedDict[str, None] = OrderedDict()  # alerts come at least once: the same id is the same alert
try:
    while True:
        record = consumer.poll(1.0)
        if record is None:
            continue
        if record.error():
            raise KafkaException(record.error())
        headers = {name: value.decode() for name, value in record.headers()}
        if headers["severity"] in {"high", "critical"} and headers["ce_id"] not in seen:
            alert = json.loads(record.value())
            print(alert["id"], alert["rule"]["id"], alert["article"]["title"], flush=True)
            seen[alert["id"]] = None
        if len(seen) > 10_000:
            seen.popitem(last=False)
        consumer.commit(record, asynchronous=False)  # only now: what was not printed comes again
finally:
    consumer.close()  # leaves the group: others need not wait for us
