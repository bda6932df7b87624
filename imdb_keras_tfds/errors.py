"""The one family of errors that this package raises for bad input."""


class ImdbKerasError(ValueError):
    """Bad input. Its message is one line: what is wrong, where, and what to do about it."""
