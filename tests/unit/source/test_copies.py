import hashlib
import pathlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds.source import reading
from imdb_keras_tfds.source.copies import duplicate_of, first_places
from tests.helpers.layout import write_folder, write_tar


@given(st.lists(st.integers(0, 5)))
def test_a_copy_points_at_the_first_of_its_text(texts: list[int]) -> None:
    digests = [hashlib.sha256(bytes(text)).digest() for text in texts]
    array = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 32)
    expected = [texts.index(text) for text in texts]
    found = first_places(array)
    assert found.dtype == np.int64
    assert found.tolist() == [
        -1 if first == place else first for place, first in enumerate(expected)
    ]
    ids = [f"review {place}" for place in range(len(texts))]
    assert duplicate_of(ids, digests) == [
        "" if first == place else ids[first] for place, first in enumerate(expected)
    ]


@given(st.lists(st.lists(st.sampled_from([0, 1, 255]), min_size=32, max_size=32), max_size=20))
def test_digests_differ_if_any_byte_does(digests: list[list[int]]) -> None:
    found = first_places(np.array(digests, np.uint8).reshape(-1, 32)).tolist()
    for place, first in enumerate(found):
        assert digests.index(digests[place]) == (place if first < 0 else first)


@pytest.mark.parametrize("as_tar", [True, False])
def test_the_first_is_looked_for_in_train_then_test_then_unsupervised(
    as_tar: bool, tmp_path: pathlib.Path
) -> None:
    files = {
        "train/unsup/0_0.txt": b"one",
        "test/pos/9_7.txt": b"one",
        "train/neg/1_1.txt": b"one",
        "train/neg/0_1.txt": b"two",
        "train/pos/10_9.txt": b"two",
        "train/pos/2_9.txt": b"two",
        "train/unsup/1_0.txt": b"three",
        "test/neg/0_1.txt": b"four",
        "test/neg/1_1.txt": b"four",
        "train/unsup/2_0.txt": b"four\n",
        "train/unsup/10_0.txt": b"three",
    }
    if as_tar:
        path = write_tar(tmp_path / "tar.gz", reversed(files.items()))
    else:
        path = write_folder(tmp_path / "folder", files)
    source = reading.read(path, None)
    found = {
        name: original
        for reviews in source.splits.values()
        for name, original in zip(reviews.ids, reviews.duplicate_of, strict=True)
    }
    assert found == {
        "train/pos/10_9": "",
        "train/pos/2_9": "train/pos/10_9",
        "train/neg/0_1": "train/pos/10_9",
        "train/neg/1_1": "",
        "test/pos/9_7": "train/neg/1_1",
        "test/neg/0_1": "",
        "test/neg/1_1": "test/neg/0_1",
        "train/unsup/0_0": "train/neg/1_1",
        "train/unsup/10_0": "",
        "train/unsup/1_0": "train/unsup/10_0",
        "train/unsup/2_0": "",
    }


def test_the_copies_of_a_review_have_its_text_and_nothing_else_does(tmp_path: pathlib.Path) -> None:
    texts = [b"", b"a", b"a\0", b"\0a", b"A"]
    files = {f"train/pos/{number}_9.txt": text for number, text in enumerate(texts)}
    source = reading.read(write_folder(tmp_path, files), None)
    assert source.splits["train"].duplicate_of == [""] * len(texts)
