"""The page's own files, read once: a request names one of them or gets nothing."""

from __future__ import annotations

from importlib import resources
from typing import Final

from aiohttp import web

TYPES: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
}
INDEX: Final = "index.html"


def load_files() -> dict[str, tuple[str, bytes]]:
    """Return content type and bytes by name; licences and whatever else has no type stay out."""
    folder = resources.files("streams.web").joinpath("static")
    return {
        file.name: (kind, file.read_bytes())
        for file in folder.iterdir()
        if (kind := TYPES.get("." + file.name.rpartition(".")[2])) is not None
    }


def file_routes() -> list[web.RouteDef]:
    """Return a route for each file, and one for the page itself."""
    files = load_files()
    return [_route(name if name != INDEX else "", *file) for name, file in files.items()]


def _route(name: str, kind: str, content: bytes) -> web.RouteDef:
    async def answer(request: web.Request) -> web.Response:
        del request
        # Small, and read from the next room: a page of another version than its server would be worse than a reload.
        return web.Response(body=content, content_type=kind, charset="utf-8")

    return web.get(f"/{name}", answer)
