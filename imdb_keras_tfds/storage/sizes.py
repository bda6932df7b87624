"""How much a dataset takes, before it is built.

Usage:

    size_of_records(ImdbKerasConfig.from_name("top10k"))   # 46671541
"""

import functools
import json
from typing import Any

from ..config import ImdbKerasConfig
from ..source.release import RELEASES
from .manifest import REFERENCE

# Of a record without its tokens and its text: all else, with its names.
_RECORD = 136

_TEXT = 18  # Of a text, beside its bytes.

_TEXT_OF_A_WORD = 5.6  # bytes of the reviews for each token

# Varints of 7 bits a byte: half of the words of a text are among the 100 most frequent ones.
_TOKEN = 1.5


def size_of_records(config: ImdbKerasConfig) -> int | None:
    """Bytes of all records of a dataset, as `tfds.core.DatasetInfo.dataset_size` counts them.

    Args:
      config: of the dataset.

    Returns:
      Of a listed config the size; of another one of a known corpus an estimate, rather too much
      than too little; of one's own reviews None, as they may be any number.
    """
    known: int | None = _known_sizes().get(config.name)
    corpus = RELEASES.get(config.corpus or "")
    if known is not None or corpus is None:
        return known
    total = 0.0
    for contents in corpus.contents.values():
        tokens = contents.size / _TEXT_OF_A_WORD
        if config.maxlen is not None:
            tokens = min(tokens, contents.reviews * config.maxlen)
        total += contents.reviews * _RECORD + tokens * _bytes_of_a_token(config)
        if config.text:
            total += contents.reviews * _TEXT + contents.size
    return round(total)


def _bytes_of_a_token(config: ImdbKerasConfig) -> float:
    if not config.word_indices:
        return 1  # The id of a word that was cut stands for all.
    smallest = -(-config.word_indices.start.bit_length() // 7)
    return max(_TOKEN, smallest)


@functools.cache
def _known_sizes() -> dict[str, Any]:
    configs = json.loads(REFERENCE.read_text())["configs"]
    return {name: known["size"] for name, known in configs.items()}
