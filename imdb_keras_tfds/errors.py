"""The one family of errors, and warnings at the line of the caller.

Usage:

    raise ImdbKerasError(f"maxlen={maxlen} is no length; give 0 or more, or None")
    warn("nb_words is called num_words today", DeprecationWarning)
"""

import sys
import warnings


class ImdbKerasError(ValueError):
    """Bad input. Its message is one line: what is wrong, where, and what to do about it.

    That holds whatever the path or the name is that it tells: characters that cannot be printed, a
    newline among them, are shown as Python escapes them.
    """

    def __init__(self, message: str):
        super().__init__(one_line(message))


def one_line(text: str) -> str:
    r"""A text with all that cannot be printed escaped, a newline as `\n`."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else repr(character)[1:-1] for character in text
    )


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warns at the line that called this package, whatever was called inside it since."""
    package, level = __name__.partition(".")[0] + ".", 1
    frame = sys._getframe(level)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(package):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level + 1)
