"""The lists that say which movie each review is of, and what is wrong in one.

`train/urls_pos.txt` has a line for each review of `train/pos`: line `n`, counted from 0, is that of
the reviews `<n>_<rating>.txt`, the address of a movie's comments. The release's own README does not
say where the lines begin; that it is with 0 shows where the movie changes, in the words of the
reviews on either side.

Usage:

    list_name("train/pos")                # "train/urls_pos.txt"
    movies = parse(content)
    movies.of(["0_9.txt", "576_10.txt"])  # ["tt0453418", "tt0105265"]
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .release import FOLDERS

MAX_SIZE = 1 << 22
"""Bytes of a list of a release; the longest of Stanford's has 2,450,000."""

MAX_OWN_SIZE = 1 << 30
"""Bytes of a list of one's own reviews."""

_FORM = "http://www.imdb.com/title/{}/usercomments"

# Titles of today have eight digits; the release's have seven.
_LINE = re.compile(_FORM.replace(".", r"\.").format("(tt[0-9]{7,10})"))

_LIST = re.compile(r"(train|test)/urls_(pos|neg|unsup)\.txt")


class ListError(ValueError):
    """A list is not of the known form. Its message says where."""


@dataclass(frozen=True, eq=False)
class Movies:
    """The list of a folder.

    Attributes:
      titles: of each line, from line 0.
      digest: the SHA-256 of the list, in hexadecimal.
    """

    titles: list[str]
    digest: str

    def of(self, names: Iterable[str]) -> list[str]:
        """The titles of the movies that reviews are of.

        Args:
          names: of their files; their numbers are lines of this list.
        """
        return [self.titles[number(name)] for name in names]


def number(name: str) -> int:
    """The number of a review, by the name of its file."""
    return int(name.partition("_")[0])


def list_name(folder: str) -> str:
    """The name of the list of a folder."""
    return "/urls_".join(folder.split("/")) + ".txt"


def is_list(name: str) -> bool:
    """Whether a file has the name of a list, be it of a folder of the layout or not."""
    return _LIST.fullmatch(name) is not None


def folder_of(name: str) -> str | None:
    """The folder whose list has this name; None if the layout has no such folder."""
    return next((folder for folder in FOLDERS if list_name(folder) == name), None)


def parse(content: bytes) -> Movies:
    """Reads a list.

    Args:
      content: of its file.

    Raises:
      ListError: a line is not `http://www.imdb.com/title/tt<7 to 10 digits>/usercomments`, or the
        last one has no end.
    """
    # Byte for byte, whatever they are.
    *lines, rest = content.decode("latin-1").split("\n")
    titles = []
    for place, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ListError(f"line {place}, {line[:80]!r}, is not {_FORM.format('tt<digits>')}")
        titles.append(match[1])
    if rest:
        raise ListError(f"its last line, {rest[:80]!r}, has no end")
    return Movies(titles, hashlib.sha256(content).hexdigest())
