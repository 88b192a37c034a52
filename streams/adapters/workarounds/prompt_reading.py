"""Reading without four tasks and a round of the event loop for each message: Faust waits as if that always took a while.

`Consumer._drain_messages` calls `wait_first(callback(message), suspend_flow.wait())` for every message, and `wait_first` makes a
task for each of both, two more for a stop and a crash, and waits for the four: a third of what a record costs a worker. Nearly
always the callback is done without having waited for anything. Here it is run as far as it comes, and only one that has
to wait is given to Faust's own, from where it stands.

A stream sleeps before each event, so that each takes a round of the event loop: `take_ready` gives those that lie ready.
"""

from __future__ import annotations

from collections.abc import Coroutine
from types import coroutine
from typing import TYPE_CHECKING, Any

from mode.services import WaitResults

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from faust.types import EventT


def read_promptly(consumer: Any) -> None:
    """Make a consumer wait only for callbacks that have to wait.

    Args:
        consumer: Faust's, before it starts.
    """
    wait_first = consumer.wait_first

    async def wait_where_needed(*waits: Any, **options: Any) -> Any:
        begun, *others = waits
        if not isinstance(begun, Coroutine):
            # An event, which Faust waits for while a rebalance goes on.
            return await wait_first(*waits, **options)
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


def take_ready(stream: Any) -> Iterator[EventT[bytes]]:
    """Yield the events that lie ready in a stream, each as the stream itself would when it is asked for.

    Args:
        stream: Faust's, whose `events` have begun; without processors, and with acks left to us.
    """
    app, queue = stream.app, stream.channel.queue
    while not queue.empty():
        event = queue.get_nowait()
        message = event.message
        # Read before the last rebalance: whoever has its partition now reads it again.
        if app.flow_control.is_active() and message.generation_id == app.consumer_generation_id:
            if not message.tracked:
                message.tracked = True
                app.consumer.unacked.add(message)
            yield event
