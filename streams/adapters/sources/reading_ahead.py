"""A thread that reads ahead of whoever works, within bounds, and hands over what has come in batches."""

from __future__ import annotations

from collections import deque
from threading import Condition, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


class ReadAhead(Generic[T]):
    """Reads `items` in a thread of its own.

    The thread is a daemon: it may be waiting for input that never comes when the program leaves.

    Args:
        items: what is read.
        most: how many are held at a time, at most.
        weight: how much these weigh together, at most; a heavier one is held alone. Also closes a batch.
        weigh: the weight of one, in bytes, say.

    Attributes:
        more: whether anything may still come.
    """

    def __init__(self, items: Iterable[T], most: int, weight: int, weigh: Callable[[T], int]) -> None:
        self.more = True
        self._most = most
        self._weight = weight
        self._weigh = weigh
        self._held: deque[T] = deque()
        self._held_weight = 0
        self._ended = False
        self._error: BaseException | None = None
        self._changed = Condition()
        Thread(target=self._read, args=(items,), name="read", daemon=True).start()

    def _read(self, items: Iterable[T]) -> None:
        error: BaseException | None = None
        try:
            for item in items:
                self._hold(item)
        except BaseException as raised:  # noqa: BLE001 - whatever it is, it is raised where the items are taken
            error = raised
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify()

    def _hold(self, item: T) -> None:
        weight = self._weigh(item)
        with self._changed:
            self._changed.wait_for(lambda: not self._held or self._has_room(weight))
            self._held.append(item)
            self._held_weight += weight
            self._changed.notify()

    def _has_room(self, weight: int) -> bool:
        return len(self._held) < self._most and self._held_weight + weight <= self._weight

    def take(self, count: int, patience: float | None, wait: float) -> list[T]:
        """Take what has come.

        Args:
            count: at most this many, and no more once they weigh `weight` together.
            patience: seconds to wait for the first; None waits for ever.
            wait: seconds to wait for each further one.

        Returns:
            Nothing if nothing came in time or if there is no more.

        Raises:
            BaseException: what reading raised, once all that came before it was taken.
        """
        taken: list[T] = []
        weighed = 0
        with self._changed:
            while len(taken) < count and weighed < self._weight:
                if not self._changed.wait_for(lambda: self._held or self._ended, wait if taken else patience):
                    break
                if not self._held:
                    self._end(raising=not taken)
                    break
                taken.append(self._held.popleft())
                weight = self._weigh(taken[-1])
                weighed += weight
                self._held_weight -= weight
                self._changed.notify()
        return taken

    def _end(self, *, raising: bool) -> None:
        """Note that there is no more; with an error to tell, only once there is nothing else to hand over."""
        self.more = self._error is not None and not raising
        if self._error is not None and raising:
            raise self._error
