"""AMP caches and viewers: the publisher's address stands inside theirs."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_VIEWER = re.compile(r"^/amp/(?P<secure>s/)?(?P<page>[^/]+\.[^/]+/.*)$")
_CACHE = re.compile(r"^/(?:c|v|i)/(?P<secure>s/)?(?P<page>[^/]+\.[^/]+/.*)$")
_CACHES: Final = (".cdn.ampproject.org", ".ampproject.net", ".bing-amp.com")


def open_amp(url: str) -> str:
    """Return the publisher's address behind an AMP cache or viewer; any other address as it is."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return url
    if host.startswith(("www.google.", "google.")):
        found = _VIEWER.match(parts.path)
    elif host.endswith(_CACHES) or host == "cdn.ampproject.org":
        found = _CACHE.match(parts.path)
    else:
        return url
    if not found:
        return url
    scheme = "https" if found["secure"] else "http"
    return f"{scheme}://{found['page']}" + (f"?{parts.query}" if parts.query else "")
