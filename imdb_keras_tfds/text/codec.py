"""Text to ids and back, under the settings of a dataset.

Usage:

    codec = imdb_keras_tfds.codec("imdb_keras/top10k")
    ids = codec.encode("What a film!")       # array([  1,  51,   6,  22], dtype=int32)
    codec.decode(ids)                        # "[START] what a film"
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from ..config import PAD, ImdbKerasConfig
from ..errors import ImdbKerasError
from ..integers import shown
from ..ragged import Ragged, Side
from ..recipe import sequences
from ..recipe.cuts import word_indices
from ..recipe.tokenizer import tokenize
from ..recipe.vocabulary import Vocabulary
from .decoded import DecodedText

if TYPE_CHECKING:
    from .layer import TextToIds  # Which imports TensorFlow.

PAD_TOKEN, START_TOKEN, OOV_TOKEN = "[PAD]", "[START]", "[OOV]"

Text = str | bytes
Unknown = Literal["skip", "oov"]


class Codec:
    """Encodes and decodes text as one dataset does.

    Attributes:
      config: the settings of the dataset.

    Its length is the number of words that have an id of their own under these settings.
    """

    def __init__(self, config: ImdbKerasConfig, vocabulary: Vocabulary, limit: int | None):
        """Makes a codec; see `imdb_keras_tfds.codec` for the usual way.

        Args:
          config: the settings.
          vocabulary: the words by rank.
          limit: words of an index below it are kept, see `sequences.Encoding.limit`.
        """
        self.config = config
        self._vocabulary = vocabulary
        self._limit = limit

    def __len__(self) -> int:
        return len(self._word_indices)

    def __repr__(self) -> str:
        return (
            f"Codec(config={self.config.name!r}, words={len(self)}, "
            f"vocabulary_size={self.vocabulary_size})"
        )

    @property
    def vocabulary_size(self) -> int:
        """The number of rows that an `Embedding` needs: 1 more than the highest id.

        Ids are those of words, of the start marker, of cut words, and 0 of the padding.
        """
        highest: int = max([*self._special, *self._word_indices[-1:]])
        return highest + 1

    @property
    def word_index(self) -> dict[str, int]:
        """Word -> rank, from 1, of all words, as `get_word_index` gives it.

        The index of a word in a sequence is its rank plus `config.index_from`, unless the settings
        cut it.
        """
        return dict(self._vocabulary.word_index)

    @overload
    def encode(  # type: ignore[overload-overlap]  # A str is an Iterable[str] too.
        self, text: Text, unknown: Unknown = "skip"
    ) -> NDArray[np.int32]: ...
    @overload
    def encode(
        self, text: Iterable[Text], unknown: Unknown = "skip"
    ) -> list[NDArray[np.int32]]: ...
    def encode(
        self, text: Text | Iterable[Text], unknown: Unknown = "skip"
    ) -> NDArray[np.int32] | list[NDArray[np.int32]]:
        """Encodes text, so that a review of the dataset gives the ids of its record.

        Args:
          text: a text, or several; bytes are taken for UTF-8.
          unknown: what becomes of a word that no training review has: `skip` leaves it out, as
            Keras did, `oov` puts `oov_char` in its place.

        Returns:
          int32 `[length]`, or a list of such arrays for several texts. With keras semantics the
          dataset removes reviews of `maxlen` ids and more; here they are encoded whole.

        Raises:
          ImdbKerasError: a text is no text, or not valid UTF-8; `unknown` is unknown.
        """
        _check_unknown(unknown)
        if isinstance(text, (str, bytes)):
            return self._encode([text], unknown)[0]
        return list(self._encode(text, unknown))

    @overload
    def decode(self, ids: Sequence[int], skip_special: bool = False) -> str: ...
    @overload
    def decode(
        self,
        ids: Ragged | Sequence[Sequence[int]] | Sequence[NDArray[np.integer[Any]]],
        skip_special: bool = False,
    ) -> list[str]: ...
    @overload
    def decode(self, ids: Any, skip_special: bool = False) -> Any: ...
    def decode(self, ids: Any, skip_special: bool = False) -> str | list[str]:
        """Decodes ids to words with a space between them.

        Args:
          ids: integers `[length]`, or several such rows in any form: a padded array
            `[rows, length]`, a list or an object array of lists, a `tf.RaggedTensor`.
          skip_special: leaves out the padding, the start marker and cut words, which otherwise
            become `[PAD]`, `[START]` and `[OOV]`.

        Returns:
          A text, or a list of texts for several rows. A notebook shows a text with the cut words
          marked.

        Raises:
          ImdbKerasError: ids are no integers, or are not of this config; or a special index of the
            config is the index of a word too, so that ids can be read in two ways.
        """
        rows = _rows(ids)
        if rows is None:
            return self._decode(_integers(ids), skip_special)
        return [self._decode(_integers(row), skip_special) for row in rows]

    def layer(
        self,
        unknown: Unknown = "skip",
        maxlen: int | None = None,
        padding: Side = "post",
        truncating: Side = "post",
    ) -> TextToIds:
        """A Keras layer that encodes text inside a model, as `encode` does outside.

        It needs Keras on TensorFlow, works in `tf.data` too, and is saved with its words: a
        SavedModel that holds it runs where this package is not; to load a `.keras` file,
        `import imdb_keras_tfds.layer` first.

        Args:
          unknown: as for `encode`.
          maxlen: rows have this length, whatever the texts; None for the longest of the batch.
          padding: `post` puts the padding, 0, behind a row, `pre` before it.
          truncating: `post` cuts off the end of a row that is too long, `pre` its beginning.

        Returns:
          A `keras.layers.Layer` from string `[batch]` (or any other shape) to int32
          `[batch, length]`. Text is not checked to be UTF-8 there.

        Raises:
          ImdbKerasError: an argument makes no sense, or Keras does not run on TensorFlow.
        """
        from .layer import LEFT_OUT, TextToIds

        _check_unknown(unknown)
        # An empty text, and texts of one word: one of each rank, the first of rank 0. Where maxlen
        # leaves no room for a word, it is cut here already.
        ranks = np.arange(len(self._vocabulary) + 1, dtype=np.int32)
        empty_and_words = Ragged(ranks, np.append(0, np.arange(len(ranks) + 1)))
        encoded = sequences.encode_ranks(empty_and_words, self.config, self._limit)
        start = encoded[0].tolist()
        ids = [int(row[-1]) if len(row) > len(start) else LEFT_OUT for row in encoded]
        unknown_id = ids[1] if unknown == "oov" else LEFT_OUT
        words = self._vocabulary.words.to_pylist()
        return TextToIds(
            # A word whose id is that of the unknown ones need not be known.
            word_ids={
                word.decode(): token
                for word, token in zip(words, ids[2:], strict=True)
                if token != unknown_id
            },
            unknown_id=unknown_id,
            start_id=start[0] if start else None,
            ids_at_most=self.config.maxlen if self.config.semantics == "documented" else None,
            maxlen=maxlen,
            padding=padding,
            truncating=truncating,
        )

    def _encode(self, texts: Iterable[Text], unknown: str) -> Ragged:
        raw = [np.frombuffer(_utf8(text), np.uint8) for text in texts]
        tokens = tokenize(Ragged.from_rows(raw, np.uint8))
        ranks = Ragged(self._vocabulary.ranks(tokens.words), tokens.row_splits)
        if unknown == "skip":
            ranks = ranks.keep_values(ranks.values > 0)
        return sequences.encode_ranks(ranks, self.config, self._limit)

    def _decode(self, ids: list[int], skip_special: bool) -> str:
        try:
            tokens = [self._tokens[token] for token in ids]
        except KeyError as error:
            words = self._word_indices
            raise ImdbKerasError(
                f"{error} at place {ids.index(error.args[0])} is not an id of config "
                f"{self.config.name}, whose words are {words.start} to {words.stop - 1}; decode "
                "with the codec of the dataset that the ids are from"
            ) from None
        is_special = [token in self._special for token in ids]
        if ids and ids[0] == self.config.start_char:
            # Its index may be that of the padding too; at the start of a row it is the marker.
            tokens[0] = START_TOKEN
        if skip_special:
            tokens = [token for token, skip in zip(tokens, is_special, strict=True) if not skip]
        return DecodedText(" ".join(tokens))

    @cached_property
    def _word_indices(self) -> range:
        return word_indices(self.config, len(self._vocabulary), self._limit)

    @cached_property
    def _special(self) -> dict[int, str]:
        special = {
            self.config.start_char: START_TOKEN,
            self.config.oov_char: OOV_TOKEN,
            PAD: PAD_TOKEN,
        }
        return {index: token for index, token in special.items() if index is not None}

    @cached_property
    def _tokens(self) -> dict[int, str]:
        indices = self._word_indices
        for index, token in self._special.items():
            if index in indices:
                raise ImdbKerasError(
                    f"config {self.config.name} cannot be decoded: {index} stands for {token} and "
                    "for a word; use a config with a larger index_from"
                )
        words = self._vocabulary.words.to_pylist()
        offset = self.config.index_from + 1
        return {index: words[index - offset].decode() for index in indices} | self._special


def _check_unknown(unknown: str) -> None:
    if unknown not in ("skip", "oov"):
        raise ImdbKerasError(f"unknown={unknown!r} is not known; use 'skip' or 'oov'")


def _utf8(text: Text) -> bytes:
    try:
        if isinstance(text, str):
            return text.encode()
        if isinstance(text, bytes):
            text.decode()
            return text
    except (UnicodeEncodeError, UnicodeDecodeError) as error:
        raise ImdbKerasError(f"{text[:40]!r} is not valid UTF-8 ({error.reason})") from error
    raise ImdbKerasError(f"{text!r} is not a text; give str or bytes")


def _rows(ids: Any) -> Iterable[Any] | None:
    """The rows of several sequences of ids; None if it is one."""
    if hasattr(ids, "row_splits"):  # ours, or TensorFlow's
        values, row_splits = np.asarray(ids.values), np.asarray(ids.row_splits)
        if values.ndim != 1:
            raise _no_rows(ids)
        return Ragged(values, row_splits)
    if isinstance(ids, (list, tuple)) or (isinstance(ids, np.ndarray) and ids.dtype.kind == "O"):
        return ids if any(map(_is_sequence, ids)) else None
    return np.asarray(ids) if np.ndim(ids) > 1 else None


def _is_sequence(ids: Any) -> bool:
    return isinstance(ids, (list, tuple)) or np.ndim(ids) > 0


def _integers(ids: Any) -> list[int]:
    try:
        array = np.asarray(ids)
    except ValueError as error:  # rows in it are not of one length
        raise _no_rows(ids) from error
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise _no_rows(ids)
    decoded: list[int] = array.tolist()
    return decoded


def _no_rows(ids: Any) -> ImdbKerasError:
    return ImdbKerasError(f"{shown(ids)} cannot be decoded; give integers, or rows of integers")
