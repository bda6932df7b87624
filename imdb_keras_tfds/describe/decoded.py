"""Decodes some reviews of a dataset, with the words that were cut beside what stands for them.

Usage:

    for review in decoded_reviews(builder, records, words):
        review.parts   # [("[START] this film was just", None), ("[OOV]", "brilliant"), ...]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, repeat

import numpy as np
import pyarrow as pa
import tensorflow_datasets as tfds

from ..errors import ImdbKerasError
from ..source.release import LABEL_NAMES
from ..storage.records import Records
from ..text.codec import OOV_TOKEN
from ..text.prepared import codec_of
from .words import Words

_SHOWN = 150  # ids of a review

# A word is never broken, and there are some of hundreds of letters.
_LONGEST_WORD = 24


@dataclass(frozen=True)
class Decoded:
    """A review as a model sees it.

    Attributes:
      name: of the review.
      split: that it is in.
      label: its class.
      rating: the reviewer's stars.
      parts: text, or what stands for a word that was cut, each with that word: None for text, empty
        where the word is not known.
      more: ids that are not shown.
      error: why it cannot be decoded; None if it can.
    """

    name: str
    split: str
    label: str
    rating: int
    parts: list[tuple[str, str | None]]
    more: int
    error: str | None


def decoded_reviews(
    builder: tfds.core.DatasetBuilder, records: Mapping[str, Records], words: Words
) -> Iterator[Decoded]:
    """The first review of each class of `train`, and the first of `test`, as far as there are such.

    Args:
      builder: of a prepared dataset.
      records: split -> its records.
      words: of the dataset.
    """
    decoder = codec_of(builder)
    for split, label in [("train", 1), ("train", 0), ("test", None)]:
        if split not in records:
            continue
        found = records[split]
        places = np.flatnonzero(found.labels == label if label is not None else found.labels >= 0)
        if not len(places):
            continue  # keras semantics may have removed them all
        place = int(places[0])
        ids = found.tokens[place]
        tokens: list[str] = []
        error = None
        try:
            if text := decoder.decode(ids[:_SHOWN]):
                tokens = text.split(" ")  # There are words with other white space in them.
        except ImdbKerasError as problem:
            error = str(problem)
        yield Decoded(
            found.ids[place],
            split,
            LABEL_NAMES[found.labels[place]],
            int(found.ratings[place]),
            list(_parts(tokens, words, split, place)),
            max(len(ids) - _SHOWN, 0),
            error,
        )


def shortened(word: str) -> str:
    """A word that fits into a line, on a phone too."""
    return word if len(word) <= _LONGEST_WORD else f"{word[:_LONGEST_WORD]}…"


def _parts(
    tokens: list[str], words: Words, split: str, place: int
) -> Iterator[tuple[str, str | None]]:
    # Where words that are cut have an id, each id but the marker stands for one of these.
    origins: Iterator[str] = repeat("")
    if words.whole is not None:
        ranks = words.whole[split][place]
        found = words.vocabulary.words.take(pa.array(ranks - 1)).to_pylist()
        marker = [b""] if words.config.start_char is not None else []
        origins = iter([word.decode() for word in marker + found])
    for is_cut, group in groupby(
        zip(tokens, origins, strict=False), lambda pair: pair[0] == OOV_TOKEN
    ):
        if is_cut:
            yield from group
        else:
            yield " ".join(token for token, _ in group), None
