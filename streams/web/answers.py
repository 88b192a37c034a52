"""One article or dead letter whole: as JSON within bounds, or as the bytes that came."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp import web

from streams.contracts import ENRICHED_ARTICLE, validator
from streams.errors import NewsStreamsError
from streams.topics import DEAD, ENRICHED
from streams.web.guarding import refuse

if TYPE_CHECKING:
    from streams.web.bodies import Bodies, Body

MOST_TEXT: Final = 200_000
"""Code points of one string that a browser gets."""
MOST_TITLE: Final = 2_000
MOST_ENTITIES: Final = 300
MOST_MENTIONS: Final = 500
"""Of one entity."""
MOST_SENTENCES: Final = 2_000
MOST_SHOWN: Final = 16 * 1024
"""Bytes of a dead letter, and of each of its headers, that a browser gets with its reasons."""
PLACE: Final = r"/{partition:[0-9]{1,9}}/{offset:[0-9]{1,18}}"
LONG: Final = frozenset({"text"})


class Answers:
    """Answers for single records.

    Args:
        bodies: where they are.
    """

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies

    def routes(self) -> list[web.RouteDef]:
        """Return what is answered here."""
        return [
            web.get("/articles" + PLACE, self.article),
            web.get("/letters" + PLACE, self.letter),
            web.get("/letters" + PLACE + "/bytes", self.letter_bytes),
        ]

    async def article(self, request: web.Request) -> web.Response:
        """Return an enriched article, its strings within bounds; `cut` names those that were longer."""
        body = await self._body(request, ENRICHED.name)
        if isinstance(body, web.Response):
            return body
        try:
            article = orjson.loads(body.value or b"")
        except orjson.JSONDecodeError:
            return refuse(404, "no article: not JSON")
        if not validator(ENRICHED_ARTICLE).is_valid(article):
            return refuse(404, "no article: it does not keep the contract")
        return _json({"time": body.time, **bound_article(article)})

    async def letter(self, request: web.Request) -> web.Response:
        """Return headers and first bytes of a dead letter."""
        body = await self._body(request, DEAD.name)
        if isinstance(body, web.Response):
            return body
        headers = [
            [name[:MOST_TITLE], (content or b"")[:MOST_SHOWN].decode(errors="replace")]
            for name, content in body.headers[:100]
        ]
        shown = base64.b64encode((body.value or b"")[:MOST_SHOWN]).decode()
        size = None if body.value is None else len(body.value)
        return _json({"time": body.time, "headers": headers, "size": size, "bytes": shown})

    async def letter_bytes(self, request: web.Request) -> web.Response:
        """Return a dead letter's value as it came, to be saved and never to be shown."""
        body = await self._body(request, DEAD.name)
        if isinstance(body, web.Response):
            return body
        name = "dead-letter-{partition}-{offset}.bin".format(**request.match_info)
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=body.value or b"", content_type="application/octet-stream", headers=disposition)

    async def _body(self, request: web.Request, topic: str) -> Body | web.Response:
        """Return the record that the address names, or the answer that there is none."""
        place = (topic, int(request.match_info["partition"]), int(request.match_info["offset"]))
        try:
            body = await self._bodies.get(place)
        except NewsStreamsError as error:
            return refuse(502, str(error))
        except TimeoutError:
            return refuse(504, "the broker did not give it in time")
        return refuse(404, f"{topic} holds no such record (any more)") if body is None else body


def bound_article(article: dict[str, Any]) -> dict[str, Any]:
    """Return the article with its strings and lists within bounds.

    Returns:
        `article`, and `cut`: the names of the fields that were longer.
    """
    cut: set[str] = set()
    entities = article["entities"] or []
    if len(entities) > MOST_ENTITIES or any(len(each["mentions"]) > MOST_MENTIONS for each in entities):
        cut.add("entities")
    bounded = article | {
        "entities": [each | {"mentions": each["mentions"][:MOST_MENTIONS]} for each in entities[:MOST_ENTITIES]]
    }
    if len(article.get("sentences", ())) > MOST_SENTENCES:
        cut.add("sentences")
        bounded["sentences"] = article["sentences"][:MOST_SENTENCES]
    return {"article": _bound(bounded, "", cut), "cut": sorted(cut)}


def _bound(value: Any, name: str, cut: set[str]) -> Any:
    if isinstance(value, dict):
        return {key[:MOST_TITLE]: _bound(each, key, cut) for key, each in value.items()}
    if isinstance(value, list):
        return [_bound(each, name, cut) for each in value]
    most = MOST_TEXT if name in LONG else MOST_TITLE
    if isinstance(value, str) and len(value) > most:
        cut.add(name[:MOST_TITLE])
        return value[:most]
    return value


def _json(value: object) -> web.Response:
    return web.Response(body=orjson.dumps(value), content_type="application/json")
