"""An error of the whole group, in the form in which Apache Kafka gives it: no partitions, and a code beside them."""

from __future__ import annotations

from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import GroupAuthorizationFailedError
from aiokafka.protocol.commit import OffsetFetchResponse_v3

from streams.adapters.workarounds.strict_offsets import fetch_offsets_strictly

PLACE = TopicPartition("t", 0)
KNOWN = OffsetFetchResponse_v3(0, [("t", [(0, 17, "", 0)])], 0)


class Broker:
    """Gives its answers in turn."""

    def __init__(self, *answers: OffsetFetchResponse_v3) -> None:
        self.answers = list(answers)

    async def send(self, node: int, request: object, group: object) -> OffsetFetchResponse_v3:
        del node, request, group
        return self.answers.pop(0)


class Coordinator(GroupCoordinator):  # type: ignore[misc] # untyped
    """One that is connected to nothing else."""

    def __init__(self, broker: Broker) -> None:
        self._client = broker
        self.group_id = "g"
        self.coordinator_id = 1
        self._retry_backoff_ms = 0
        self.lookups = 0

    async def ensure_coordinator_known(self) -> None:
        self.coordinator_id = 1

    def coordinator_dead(self) -> None:
        self.lookups += 1


async def committed(*codes: int) -> tuple[dict[Any, Any], int]:
    fetch_offsets_strictly()
    coordinator = Coordinator(Broker(*(OffsetFetchResponse_v3(0, [], code) for code in codes), KNOWN))
    return await coordinator.fetch_committed_offsets([PLACE]), coordinator.lookups


@pytest.mark.parametrize(("codes", "lookups"), [((14,), 0), ((15,), 0), ((16,), 1), ((16, 14, 14), 1)])
async def test_a_coordinator_that_is_not_ready_is_asked_again(codes: tuple[int, ...], lookups: int) -> None:
    offsets, looked = await committed(*codes)
    assert offsets[PLACE].offset == 17
    assert looked == lookups


async def test_what_does_not_pass_is_raised() -> None:
    with pytest.raises(GroupAuthorizationFailedError):
        await committed(30)
