"""Guesses what a misspelt name was meant to be.

Usage:

    nearest_name("topp10k_skp20", {"top", "skip", "full"})   # "top10k_skip20"
"""

import difflib
import re
from collections.abc import Collection

_WORD = re.compile(r"([a-z]+?)(|[0-9]+k?|none)")

# So that one slip in a word of three letters is a misspelling, and two are another word.
_SIMILAR = 0.7


def nearest_name(name: str, words: Collection[str]) -> str | None:
    """A name with each of its words replaced by the most similar one that there is.

    Args:
      name: words with `_` between them, each with a number behind it or not.
      words: that there are, in small letters and without their numbers.

    Returns:
      The name; None if a word is like none of them.
    """
    found = []
    for part in name.lower().split("_"):
        match = _WORD.fullmatch(part)
        similar = difflib.get_close_matches(match[1], words, n=1, cutoff=_SIMILAR) if match else []
        if match is None or not similar:
            return None
        found.append(similar[0] + match[2])
    return "_".join(found)
