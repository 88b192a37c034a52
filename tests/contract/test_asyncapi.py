"""The AsyncAPI document: valid AsyncAPI 3, every reference leads somewhere, and the topics are those of the code."""

from __future__ import annotations

import copy
import warnings
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pydantic import ValidationError

from streams.contracts import load_schema, schema_folder
from streams.topics import TOPICS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it shadows names of pydantic's base class on purpose
    from asyncapi3.models import AsyncAPI3

DOCUMENT = yaml.safe_load((schema_folder() / "asyncapi.yaml").read_text("utf-8"))


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def resolve(reference: str) -> Any:
    if reference.startswith("./"):
        return load_schema(reference.removeprefix("./"))
    node = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def test_it_is_valid_asyncapi() -> None:
    AsyncAPI3.model_validate(DOCUMENT)


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d["operations"]["sendMentions"].update(action="publish"),
        lambda d: d["channels"]["raw"].update(adress="news.articles.raw"),
        lambda d: d["info"].pop("version"),
        lambda d: d["channels"]["raw"]["bindings"]["kafka"].update(partitions="many"),
    ],
)
def test_the_check_sees_mistakes(edit: Callable[[Any], object]) -> None:
    broken = copy.deepcopy(DOCUMENT)
    edit(broken)
    with pytest.raises(ValidationError):
        AsyncAPI3.model_validate(broken)


def test_every_reference_leads_somewhere() -> None:
    found = list(references(DOCUMENT))
    assert len(found) > 10
    for reference in found:
        assert resolve(reference)


def test_its_channels_are_the_topics_with_their_layout_and_schema() -> None:
    described = {}
    for channel in DOCUMENT["channels"].values():
        kafka = channel["bindings"]["kafka"]
        config = kafka["topicConfiguration"]
        assert kafka["topic"] == channel["address"]
        (message,) = channel["messages"].values()
        payload = resolve(message["$ref"]).get("payload", {}).get("schema", {}).get("$ref", "").removeprefix("./")
        described[channel["address"]] = (
            kafka["partitions"],
            {"cleanup.policy": ",".join(config["cleanup.policy"]), "retention.ms": str(config["retention.ms"])},
            payload or None,
        )
    # The logs of our tables are nobody's to read.
    told = [topic for topic in TOPICS if not topic.name.startswith("news.state.")]
    assert described == {topic.name: (topic.partitions, topic.config, topic.schema) for topic in told}


def test_every_channel_has_an_operation_on_its_own_messages() -> None:
    for operation in DOCUMENT["operations"].values():
        channel = operation["channel"]["$ref"]
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])
    used = {operation["channel"]["$ref"].rsplit("/", 1)[1] for operation in DOCUMENT["operations"].values()}
    assert used == set(DOCUMENT["channels"])
