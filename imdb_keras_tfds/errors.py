"""The one family of errors that this package raises for bad input."""


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
