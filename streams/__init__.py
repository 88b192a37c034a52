"""news-streams: raw news articles in, clean, dated, attributed, enriched articles out, over Kafka.

    __init__.py     this map; the public API: Enricher, RawArticle, EnrichedArticle
    api.py          Enricher: extract and enrich without Kafka
    app/            create_app(settings): the one place that wires Faust
    settings.py     frozen, typed, from environment, file and flags; an error names the setting
                    (settings_sources.py broker_address.py: where they are read, how an address is written)
                    security_settings.py secret_files.py tls.py: how to reach a broker that is not open to everyone
                    webhook_settings.py allowed_addresses.py: where webhooks may go
    topics.py       the table of topics: name, schema, key, partitions, retention, cleanup policy
    grants.py       who may do what on which of them
    contracts.py    the schemas as validators
    articles.py  records.py  outcomes.py  errors.py  times.py      the domain, frozen
    pipeline.py     the ordered stages; the only place that turns an exception into a dead letter
    rules/          who is alerted of what, and why: rules read, matched, counted, cooled down
    stories/        repeats, wire copies, stories, novelty and trends: what the next is made of
    stateful/       the stages that remember: repeats places trends matches alerts
    stages/         decode/ extract/ enrich.py route/ dead_letter.py drop.py: a verb each
    enrichers/      language.py entities.py sentiment.py and, in registry.py, the ENRICHERS tuple
    nlp/            the model runtime: sentences in, mentions and sentiment out
    agents/         consume, call the pipeline, publish, wait, ack
    web/            the live page: what the topics carry, in a browser
    adapters/       what joins it to the world: kafka/ processing/ supervision/ workarounds/ sources/ dead_letters/ state/
                    rules/ subscriptions/
    cli/            one file per command
    samples/        the articles of the demo, and ten rules
    bench/          this worker beside others at the same promise
    training/       how the shipped model was made; never imported by the runtime

Importing this package costs nothing; the public names load on first use.

    >>> from streams import Enricher, RawArticle
    >>> Enricher.load().enrich(RawArticle(text="Kim bertemu Putin di Vladivostok."))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from streams.api import Enricher
    from streams.articles import EnrichedArticle, RawArticle

__all__ = ["EnrichedArticle", "Enricher", "RawArticle"]

_HOMES: Final = {
    "EnrichedArticle": "streams.articles",
    "Enricher": "streams.api",
    "RawArticle": "streams.articles",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Name what can be imported from here."""
    return sorted({*globals(), *__all__})
