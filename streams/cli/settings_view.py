"""Settings as a person reads them: value, origin, type, default and meaning."""

from __future__ import annotations

import ast
import inspect
import os
import re
import textwrap
import tomllib
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic_settings import BaseSettings

from streams.settings_sources import PREFIX, find_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from streams.settings import Settings

HIDDEN: Final = "(set, not shown)"
TYPES: Final = {
    "tuple": "list",
    "bool": "true or false",
    "int": "whole number",
    "float": "number",
    "Path": "path",
    "SecretStr": "secret",
}


def read_meanings(settings: type[Settings]) -> dict[str, str]:
    """Return what stands under each field in the code, on one line."""
    found: dict[str, str] = {}
    for each in settings.__mro__:
        if issubclass(each, BaseSettings) and each is not BaseSettings:
            body = cast("ast.ClassDef", ast.parse(textwrap.dedent(inspect.getsource(each))).body[0]).body
            for field, text in pairwise(body):
                if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
                    said = cast("ast.Constant", text.value).value
                    found[cast("ast.Name", field.target).id] = " ".join(str(said).split())
    return found


def describe(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return for each setting its value, as JSON has it, and its origin."""
    values = settings.model_dump(mode="json")
    origins = dict(find_origins(type(settings).model_fields))
    return {
        name: {
            "value": HIDDEN if is_secret(field) and values[name] is not None else values[name],
            "origin": origins[name],
        }
        for name, field in fields_of(type(settings)).items()
    }


def fields_of(settings: type[Settings]) -> dict[str, FieldInfo]:
    """Return the fields, those of the class itself before those that it has from others."""
    own = settings.__annotations__
    return dict(sorted(settings.model_fields.items(), key=lambda item: item[0] not in own))


def find_origins(fields: dict[str, FieldInfo]) -> Iterator[tuple[str, str]]:
    """Yield where each setting comes from, the settings being such that they can be used."""
    given = {name.upper() for name in os.environ}
    path = find_config()
    written = tomllib.loads(path.read_text()) if path is not None else {}
    for name in fields:
        in_environment = f"{PREFIX}{name.upper()}" in given
        yield name, "environment" if in_environment else "file" if name in written else "default"


def is_secret(field: FieldInfo) -> bool:
    """Return whether a setting is one that is shown nowhere."""
    return "SecretStr" in str(field.annotation)


def type_of(field: FieldInfo) -> str:
    """Name the type of a setting as its writer thinks of it."""
    text = str(field.annotation)
    words = re.findall(r"'([^']*)'", text) if "Literal[" in text else []
    return ", ".join(f"`{word}`" for word in words) or next(
        (told for name, told in TYPES.items() if name in text), "text"
    )


def default_of(field: FieldInfo) -> str:
    """Write the default of a setting."""
    return "" if field.default is None else f"`{write(field.default)}`"


def write(value: Any) -> str:
    """Write a value as TOML has it; what is unset as a dash."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else f"{value:_}" if isinstance(value, int) else str(value)
