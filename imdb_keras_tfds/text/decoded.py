"""Decoded text that shows itself in a notebook, with the words marked that were cut.

Usage:

    DecodedText("[START] what a [OOV]")   # a str; in a notebook [OOV] is marked
"""

import html
from typing import Any

_SHOWN = {
    "[OOV]": '<mark title="a word that the settings cut">[OOV]</mark>',
    "[START]": '<span style="opacity: 0.5" title="the start of a review">[START]</span>',
    "[PAD]": '<span style="opacity: 0.5" title="padding">[PAD]</span>',
}


class DecodedText(str):
    """A text as `Codec.decode` gives it; a `str` in all but how a notebook shows it."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """Cut words are marked, start and padding are pale; no word has brackets itself."""
        shown = (_SHOWN.get(token) or html.escape(token) for token in self.split(" "))
        return f'<p style="max-width: 45em; line-height: 1.5">{" ".join(shown)}</p>'

    def __reduce__(self) -> Any:
        """Is kept and sent as a plain text, which can be read where this package is not."""
        return str, (str(self),)
