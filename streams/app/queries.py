"""Questions over HTTP: `GET /trends?window=1h&top=20&entity=…`, what was announced last, the same at every worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from streams.stateful.trends import top_trends
from streams.stories.trends import WINDOWS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streams.rules.boards import TrendBoard

MOST: Final = 1_000


def mount_trends(board: TrendBoard) -> Callable[[web.Application], None]:
    """Return what puts the route into a server.

    Args:
        board: what was announced.
    """

    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response({"trends": find_trends(board, request.query)})
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)

    def mount(app: web.Application) -> None:
        app.add_routes([web.get("/trends", answer)])

    return mount


def find_trends(board: TrendBoard, query: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """Return the trends that are asked for, the highest score first.

    Args:
        board: what was announced.
        query: `window`, `top` and `entity`, each as it came.

    Raises:
        ValueError: something else is asked for; the text says what may be.
    """
    unknown = query.keys() - {"window", "top", "entity"}
    window, top = query.get("window", "1h"), query.get("top", "20")
    if unknown:
        msg = f"no parameter {min(unknown)[:40]!r}; there are window, top and entity"
    elif window not in WINDOWS:
        msg = f"window must be one of {', '.join(WINDOWS)}, not {window[:40]!r}"
    elif not (top.isascii() and top.isdigit() and 1 <= int(top[:9]) <= MOST):
        msg = f"top must be 1 to {MOST}, not {top[:40]!r}"
    else:
        of_one = query.get("entity")
        told = (each for each in board.announced if of_one is None or each["entity_id"] == of_one)
        return top_trends(told, window, int(top))
    raise ValueError(msg)
