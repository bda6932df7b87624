import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.recipe.tokenizer import FILTERS, Tokens, tokenize, words


def keras_words(text: bytes) -> list[bytes]:
    """What `keras.preprocessing.text.text_to_word_sequence` of Keras 1 does to a Python 2 str.

    There `lower` and `translate` work on bytes, which latin-1 keeps apart here.
    """
    lowered = "".join(
        chr(ord(char) + 32) if "A" <= char <= "Z" else char for char in text.decode("latin-1")
    )
    split = lowered.translate(dict.fromkeys(FILTERS, " ")).split(" ")
    return [word.encode("latin-1") for word in split if word]


def rows(tokens: Tokens) -> list[list[bytes]]:
    flat = tokens.words.to_pylist()
    bounds = tokens.row_splits.tolist()
    assert bounds[-1] == len(flat)
    return [flat[start:stop] for start, stop in itertools.pairwise(bounds)]


def texts_of(texts: list[bytes]) -> Ragged:
    return Ragged.from_rows([np.frombuffer(text, np.uint8) for text in texts], np.uint8)


# Few kinds of bytes, so that words repeat, and all that matters lies side by side.
text_bytes = st.lists(
    st.sampled_from([b"a", b"B", b" ", b".", b"'", b"\t", b"\n", b"\xc3\x89", b"\xa0", b"\x00"])
).map(b"".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"What a film!<br /><br />Don't miss it.", b"what a film br br don't miss it"),
        ("Édouard's café".encode(), "Édouard's café".encode()),
        ("no\xa0break".encode(), "no\xa0break".encode()),
        (b"a\tb\nc\rd\x0be", b"a b c\rd\x0be"),
        (b"'quoted' -- ''", b"'quoted' ''"),
        (FILTERS, b""),
        (b"", b""),
    ],
)
def test_words(text: bytes, expected: bytes) -> None:
    assert words(text) == expected.split(b" ") * bool(expected)


@given(st.binary() | text_bytes)
def test_words_are_those_of_keras(text: bytes) -> None:
    assert words(text) == keras_words(text)


@given(st.lists(text_bytes | st.binary(max_size=5), max_size=6))
@example([])
@example([b"", b""])
@example([b"a", b"a", b"", b"a"])
@example([b" ", b"a", b" ", b""])
def test_tokenize_gives_each_text_its_words(texts: list[bytes]) -> None:
    assert rows(tokenize(texts_of(texts))) == [words(text) for text in texts]


def test_tokenize_takes_a_part_of_a_ragged_array() -> None:
    part = texts_of([b"one two", b"three", b"four five"])[1:3]
    assert rows(tokenize(part)) == [[b"three"], [b"four", b"five"]]
