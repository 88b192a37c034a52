"""A webhook's connections: decided at the address that is really connected to.

A name says nothing: whoever owns it can point it at our own network, and at another address between a check and a
connection. So what a name stands for is asked once for each connection, judged there, and nothing else is connected to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

if TYPE_CHECKING:
    import socket

    from streams.allowed_addresses import Allowed


class NotAllowedError(OSError):
    """No address of a host may be connected to; the text says which, and the setting."""


class GuardedResolver(AbstractResolver):
    """Looks names up and returns the addresses that are admitted, no others.

    Args:
        allowed: which are.
        encrypted: whether TLS will be spoken.
        resolver: asks; the system's where None.
    """

    def __init__(self, allowed: Allowed, *, encrypted: bool, resolver: AbstractResolver | None = None) -> None:
        self._allowed = allowed
        self._encrypted = encrypted
        self._resolver = resolver

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily | int = 0) -> list[ResolveResult]:
        """Return where a host is.

        Raises:
            NotAllowedError: nowhere where we may go.
            OSError: nobody knows the name.
        """
        resolver = self._resolver = self._resolver or ThreadedResolver()
        found = await resolver.resolve(host, port, family)  # type: ignore[arg-type] # 0 is any, as getaddrinfo has it
        admitted = [each for each in found if self._allowed.admits(host, each["host"], encrypted=self._encrypted)]
        if not admitted:
            raise refusal(host, ", ".join(each["host"] for each in found))
        return admitted

    async def close(self) -> None:
        """Let go of the resolver that asks."""
        if self._resolver is not None:
            await self._resolver.close()


def refusal(host: str, addresses: str) -> NotAllowedError:
    """Return the error of a host whose addresses are not admitted."""
    return NotAllowedError(f"setting webhook_allow: {host} ({addresses}) is not allowed, or not without https")
