"""Which requests are answered, and what every answer forbids the browser.

The page has no login: it listens on loopback unless the settings ask otherwise. Against other sites in the same browser stand
three things: the name that it was asked by must be an address, localhost, or the one set (a foreign name that resolves to us is DNS
rebinding); what another site's script asks for is refused; and no other site may frame or embed what is answered.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

DIRECTIVES: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    # No string ever becomes markup or code: where a script tries, it raises.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
HEADERS: Final = {
    "Content-Security-Policy": "; ".join(DIRECTIVES),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
FOREIGN: Final = frozenset({"cross-site", "same-site"})


def is_ours(host: str, names: frozenset[str]) -> bool:
    """Tell whether a Host header names us: an IP address, localhost, or one of the names.

    >>> is_ours("127.0.0.1:6066", frozenset()), is_ours("[::1]:6066", frozenset()), is_ours("evil.example", frozenset())
    (True, True, False)
    """
    name = host.lower()
    name = name[1 : name.find("]")] if name.startswith("[") else name.partition(":")[0]
    if name in names or name == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def guard(names: frozenset[str]) -> Callable[..., Awaitable[web.StreamResponse]]:
    """Return the middleware that stands before every route of the page.

    Args:
        names: host names that the page may be asked by, besides addresses and localhost; lower case.
    """

    @web.middleware
    async def watch(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if not is_ours(request.headers.get("Host", ""), names):
            return refuse(421, "this host name is not ours; the setting web_page_name names another")
        site, mode = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Sec-Fetch-Mode", "")
        if site in FOREIGN and mode != "navigate":
            return refuse(403, "asked by another site")
        return await handler(request)  # the name is aiohttp's

    return watch


def refuse(status: int, why: str) -> web.Response:
    """Return an answer that says no, and why."""
    return web.json_response({"error": why}, status=status)


async def forbid(request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on every answer, streams and errors included (a signal of aiohttp's)."""
    del request
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
