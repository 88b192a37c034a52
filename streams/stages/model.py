"""The model that the settings ask for. Apart from enrich: a worker loads it before all that enrich needs besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.errors import SettingsError
from streams.nlp.errors import ModelError
from streams.nlp.model import Model

if TYPE_CHECKING:
    from streams.settings import Settings


def load_model(settings: Settings) -> Model:
    """Load the model that the settings ask for.

    Raises:
        SettingsError: its folder does not hold a model that fits.
    """
    try:
        return Model.load(settings.model, threads=settings.model_threads)
    except ModelError as error:
        msg = f"setting model: {error}"
        raise SettingsError(msg) from None
