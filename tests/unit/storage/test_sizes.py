import pytest

from imdb_keras_tfds import ImdbKerasConfig
from imdb_keras_tfds.storage.sizes import size_of_records


# Of one's own reviews nobody knows; the others were measured.
@pytest.mark.parametrize(
    ("name", "size"),
    [("full", 44_061_830), ("top10k", 42_045_548), ("full_keras", 44_061_828), ("sample", 17_425)],
)
def test_of_a_listed_config(name: str, size: int) -> None:
    assert size_of_records(ImdbKerasConfig.from_name(name)) == size


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("top1k", 37_864_434),
        ("full_max100", 23_183_598),
        ("top5k_from1000000", 32_475_376),
        ("full_from100000", 79_520_160),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_of_another_one(name: str, size: int) -> None:
    estimate = size_of_records(ImdbKerasConfig.from_name(name))
    assert estimate is not None
    assert 0.98 * size < estimate < 1.2 * size


def test_of_ones_own_reviews() -> None:
    assert size_of_records(ImdbKerasConfig(name="mine", corpus="/data/mine")) is None
