"""Where aiokafka commits in the name of a generation that the commit does not belong to.

A commit that could not be sent is tried again for as long as it takes, and each attempt speaks for the generation that the
group has come to by then. Where a rebalance lay between, the partition may be another worker's, whose own commit is then
overwritten: it reads again what stood committed, or goes back when it is next replaced. Here an attempt is refused unless
the assignment that it was made for is still the one of the generation that we speak for; the group's members see
`CommitFailedError`, as for any commit that comes too late.

Checked with aiokafka 0.14 (`consumer/group_coordinator.py`, `commit_offsets`); `tests/kafka/test_timely_commits.py`
fails without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import IllegalGenerationError

if TYPE_CHECKING:
    from collections.abc import Mapping

_commit = GroupCoordinator._do_commit_offsets  # noqa: SLF001 - one attempt
_join = GroupCoordinator._on_join_complete  # noqa: SLF001 - what gives the assignment of a generation


async def join_noting_generation(coordinator: Any, generation: int, *joined: Any) -> None:
    """Note the generation that the assignment made next belongs to: between the two nobody else's turn comes."""
    coordinator.assigned_generation = generation
    await _join(coordinator, generation, *joined)


async def commit_in_time(coordinator: Any, assignment: Any, offsets: Mapping[Any, Any]) -> None:
    """Commit offsets of an assignment.

    Raises:
        IllegalGenerationError: it is over, or the group has come to a generation of which we have no assignment yet.
    """
    # A consumer that joins nothing has an assignment of its own, and speaks for no generation.
    assigned = getattr(coordinator, "assigned_generation", coordinator.generation)
    if not assignment.active or assigned != coordinator.generation:
        raise IllegalGenerationError(coordinator.group_id)
    await _commit(coordinator, assignment, offsets)


def commit_timely() -> None:
    """Make every consumer of this process do so."""
    GroupCoordinator._on_join_complete = join_noting_generation  # noqa: SLF001
    GroupCoordinator._do_commit_offsets = commit_in_time  # noqa: SLF001
