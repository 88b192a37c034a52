"""Where aiokafka takes an error for a group without offsets: the worker would read its whole topic again.

A coordinator that has just moved or is still loading (its broker was restarted) answers a question for committed
offsets with an error of the whole group and no partitions; so since version 2 of OffsetFetch. aiokafka looks at the
partitions alone, finds none, and begins where `auto_offset_reset` says. Here that error is raised, and aiokafka
itself asks again.

Checked with aiokafka 0.14 (`consumer/group_coordinator.py`, `_do_fetch_commit_offsets`);
`tests/unit/test_strict_offsets.py` fails without it.
"""

from __future__ import annotations

from typing import Any

from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import NotCoordinatorForGroupError, for_code
from aiokafka.protocol.commit import OffsetFetchRequest

_send = GroupCoordinator._send_req  # noqa: SLF001 - the one place where every answer passes


async def send_strictly(coordinator: GroupCoordinator, request: Any) -> Any:
    """Send a request to the coordinator; an answer for committed offsets that is an error is raised.

    Raises:
        KafkaError: what the answer says.
    """
    response = await _send(coordinator, request)
    code = getattr(response, "error_code", 0) if isinstance(request, OffsetFetchRequest) else 0
    if not code:
        return response
    error = for_code(code)
    if error is NotCoordinatorForGroupError:
        coordinator.coordinator_dead()
    raise error(coordinator.group_id)


def fetch_offsets_strictly() -> None:
    """Make every consumer of this process do so."""
    GroupCoordinator._send_req = send_strictly  # noqa: SLF001
