import pytest

from imdb_keras_tfds.beam import chunks


@pytest.mark.parametrize(
    ("distinct", "groups"),
    [
        ([], []),
        ([0, 0], [[0, 1]]),
        ([3, 3, 4, 1], [[0, 1, 2], [3]]),
        ([30, 3, 7, 30, 11], [[0], [1, 2], [3], [4]]),
    ],
)
def test_a_group_has_no_more_words_than_the_vocabulary(
    distinct: list[int], groups: list[list[int]]
) -> None:
    assert chunks.grouped(distinct, 10) == groups
