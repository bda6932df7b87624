import pytest

from imdb_keras_tfds import ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.spelling import nearest_name


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("topp10k", "top10k"),
        ("tp10k_skp20", "top10k_skip20"),
        ("ful_kears", "full_keras"),
        ("smaple_top500", "sample_top500"),
        ("full_sart5_sed7", "full_start5_seed7"),
        ("Topp5K", "top5k"),
    ],
)
def test_a_misspelt_config_name_is_told_the_right_one(name: str, meant: str) -> None:
    with pytest.raises(ImdbKerasError) as error:
        ImdbKerasConfig.from_name(name)
    assert str(error.value) == f"{name!r} is not a config name; did you mean {meant!r}?"


@pytest.mark.parametrize("name", ["nonsense", "", "top10k_", "full_full", "1234", "full_oov"])
def test_what_is_like_no_name_is_told_how_names_are_made(name: str) -> None:
    with pytest.raises(ImdbKerasError, match="is not a config name; names are made like 'full'"):
        ImdbKerasConfig.from_name(name)


def test_numbers_are_kept() -> None:
    assert nearest_name("helo7_wrld", ["hello", "world"]) == "hello7_world"
    assert nearest_name("helo7-wrld", ["hello", "world"]) is None
    assert nearest_name("hello_zzz", ["hello", "world"]) is None
