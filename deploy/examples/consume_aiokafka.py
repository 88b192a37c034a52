"""Alerts with aiokafka, each once: `python consume_aiokafka.py localhost:9092 my-group`."""

import asyncio
import json
import sys
from collections import OrderedDict

from aiokafka import AIOKafkaConsumer


async def main(servers: str, group: str) -> None:
    """Print the urgent ones."""
    seen: OrderedDict[str, None] = OrderedDict()  # alerts come at least once: the same id is the same alert
    async with AIOKafkaConsumer(
        "news.alerts", bootstrap_servers=servers, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest"
    ) as consumer:
        async for record in consumer:
            headers = {name: value.decode() for name, value in record.headers}
            if headers["severity"] in {"high", "critical"} and headers["ce_id"] not in seen:
                alert = json.loads(record.value)
                print(alert["id"], alert["rule"]["id"], alert["article"]["title"], flush=True)
                seen[alert["id"]] = None
            if len(seen) > 10_000:
                seen.popitem(last=False)
            await consumer.commit()  # only now: what was not printed comes again


asyncio.run(main(*sys.argv[1:]))
