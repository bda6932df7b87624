import pytest

from imdb_keras_tfds import ImdbKerasConfig
from imdb_keras_tfds.storage.sizes import size_of_records


# Of one's own reviews nobody knows; the others were measured.
@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("full", 48_687_772),
        ("top10k", 46_671_541),
        ("full_keras", 48_687_770),
        ("top10k_text", 180_461_529),
        ("sample", 23_079),
    ],
)
def test_of_a_listed_config(name: str, size: int) -> None:
    assert size_of_records(ImdbKerasConfig.from_name(name)) == size


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("top1k", 42_490_645),
        ("full_max100", 27_809_540),
        ("top5k_from1000000", 37_102_475),
        ("top1k_text", 176_280_633),
        ("full_from100000", 84_145_851),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_of_another_one(name: str, size: int) -> None:
    estimate = size_of_records(ImdbKerasConfig.from_name(name))
    assert estimate is not None
    assert 0.98 * size < estimate < 1.2 * size


def test_of_ones_own_reviews() -> None:
    assert size_of_records(ImdbKerasConfig(name="mine", corpus="/data/mine")) is None
