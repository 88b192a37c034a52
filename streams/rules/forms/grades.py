"""How far a word of a text is from the word of a rule; a phrase states how far it goes."""

from __future__ import annotations

from typing import Final

EXACT: Final = 0
INFLECTED: Final = 1
DERIVED: Final = 2
