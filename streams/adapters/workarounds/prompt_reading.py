"""Reading without four tasks a message: Faust waits for each one it hands on as if that always took a while.

`Consumer._drain_messages` calls `wait_first(callback(message), suspend_flow.wait())` for every message, and `wait_first` makes a
task for each of both, two more for a stop and a crash, and waits for the four: a third of what a record costs a worker. Nearly
always the callback is done without having waited for anything. Here it is run as far as it comes, and only one that has
to wait is given to Faust's own, from where it stands.
"""

from __future__ import annotations

from types import coroutine
from typing import TYPE_CHECKING, Any

from mode.services import WaitResults

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator


def read_promptly(consumer: Any) -> None:
    """Make a consumer wait only for callbacks that have to wait.

    Args:
        consumer: Faust's, before it starts.
    """
    wait_first = consumer.wait_first

    async def wait_where_needed(*waits: Any, **options: Any) -> Any:
        begun, *others = waits
        try:
            waited_for = begun.send(None)
        except StopIteration as end:
            for other in others:
                other.close()
            return WaitResults([begun], [end.value], stopped=False)
        except BaseException:
            for other in others:
                other.close()
            raise
        return await wait_first(finish(begun, waited_for), *others, **options)

    consumer.wait_first = wait_where_needed


async def finish(begun: Coroutine[Any, Any, Any], waited_for: Any) -> Any:
    """Finish a coroutine that was begun elsewhere; return what it returns.

    Args:
        begun: a coroutine that stands where it waits.
        waited_for: what it gave to its event loop there.
    """
    return await _go_on(begun, waited_for)


@coroutine
def _go_on(begun: Coroutine[Any, Any, Any], waited_for: Any) -> Generator[Any, Any, Any]:
    try:
        while True:
            try:
                answer = yield waited_for
            except BaseException as error:  # noqa: BLE001 - a cancellation is the coroutine's own to see
                waited_for = begun.throw(error)
            else:
                waited_for = begun.send(answer)
    except StopIteration as end:
        return end.value
