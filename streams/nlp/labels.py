"""The label scheme of the entity tags: IOB2 over six types, in the order of the model's output."""

__all__ = ["CLASSES", "FOLDED", "TAGS", "TYPES"]

TYPES = ("PER", "ORG", "LOC", "MISC", "EVENT", "GPE")
TAGS = ("O", *(f"{prefix}-{type_}" for type_ in TYPES for prefix in "BI"))
# A place name that acts for its government or people ("Israel menyatakan ...") is GPE inside the model, because one of
# its corpora leaves such names unmarked and the others call them places. Readers get a LOC whose ``acting`` is true.
FOLDED = {"GPE": "LOC"}
# The sentiment classes in the order of the model's outputs ``sentiment`` and ``target``.
CLASSES = ("positive", "neutral", "negative")
