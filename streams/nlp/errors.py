"""What goes wrong with a model."""

__all__ = ["ModelError"]


class ModelError(Exception):
    """A model folder does not hold what the runtime needs; the message names the file and what is wrong with it."""
