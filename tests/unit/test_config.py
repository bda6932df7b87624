import copy
import pathlib
import pickle
import re
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds import ImdbKerasConfig, ImdbKerasError, names
from tests.helpers import strategies

GRAMMAR = re.compile(
    r"(sample_)?(full|top[1-9][0-9]*k?)(_skip[0-9]+)?(_max[0-9]+)?(_start([0-9]+|none))?"
    r"(_oov([0-9]+|none))?(_from[0-9]+)?(_seed[0-9]+)?(_val[0-9]+)?(_text)?(_keras)?"
)


def config_of(settings: dict[str, Any]) -> ImdbKerasConfig:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ImdbKerasConfig(**settings)


def from_name(name: str) -> ImdbKerasConfig:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ImdbKerasConfig.from_name(name)


NAMES: dict[str, dict[str, Any]] = {
    "full": {},
    "top10k": {"num_words": 10_000},
    "top10k_skip20": {"num_words": 10_000, "skip_top": 20},
    "top10k_skip20_max256": {"num_words": 10_000, "skip_top": 20, "maxlen": 256},
    "top7500_start0_oov1_from2": {
        "num_words": 7500,
        "start_char": 0,
        "oov_char": 1,
        "index_from": 2,
    },
    "full_keras": {"semantics": "keras"},
    "full_startnone_oovnone_seed1": {"start_char": None, "oov_char": None, "seed": 1},
    "full_max0": {"maxlen": 0},
    "top10k_val20": {"num_words": 10_000, "validation_split": 20},
    "top10k_text": {"num_words": 10_000, "text": True},
    "sample_top10_max9_seed1_val50_text_keras": {
        "corpus": "sample",
        "num_words": 10,
        "maxlen": 9,
        "seed": 1,
        "validation_split": 50,
        "text": True,
        "semantics": "keras",
    },
    "top999": {"num_words": 999},
    "top1000k": {"num_words": 1_000_000},
    "sample_full": {"corpus": "sample"},
    "sample_top100_keras": {"corpus": "sample", "num_words": 100, "semantics": "keras"},
}


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    assert config_of(NAMES[name]).name == name
    assert from_name(name) == config_of(NAMES[name])


def test_sample_alone_is_short_for_sample_full() -> None:
    assert from_name("sample") == ImdbKerasConfig(corpus="sample")


@given(strategies.settings())
def test_every_config_has_a_name_of_the_grammar_that_parses_back(settings: dict[str, Any]) -> None:
    config = config_of(settings)
    assert GRAMMAR.fullmatch(config.name)
    again = from_name(config.name)
    assert again == config
    assert hash(again) == hash(config)
    assert again.settings == config.settings
    assert settings.items() <= config.settings.items()


@given(strategies.settings(), strategies.settings())
def test_different_settings_have_different_names(
    settings: dict[str, Any], others: dict[str, Any]
) -> None:
    one, other = config_of(settings), config_of(others)
    assert (one.name == other.name) == (one.settings == other.settings)
    assert (one == other) == (one.settings == other.settings)


@given(st.from_regex(GRAMMAR, fullmatch=True, alphabet="0123456789abcdefghijklmnopqrstuvwxyz_"))
def test_a_name_of_the_grammar_parses_or_is_answered_with_the_right_one(name: str) -> None:
    try:
        assert from_name(name).name == name
    except ImdbKerasError as error:
        if right := re.search("use '(.*)'", str(error)):
            assert from_name(right[1]).name == right[1] != name
        else:
            assert re.search("out of bounds|is not a config name", str(error))


@given(st.text() | st.text(alphabet="_topfulsamek0123459", max_size=20))
def test_any_text_is_a_name_or_an_error(name: str) -> None:
    try:
        config = from_name(name)
    except ImdbKerasError as error:
        assert "\n" not in str(error)
    else:
        assert name in (config.name, "sample")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("top10000", "top10k"),
        ("TOP10K", "top10k"),
        ("top010k", "top10k"),
        ("top1000k_seed113", "top1000k"),
        ("top10k_max256_skip20", "top10k_skip20_max256"),
        ("top10k_start1_oov2_from3", "top10k"),
        ("top10k_skip0", "top10k"),
        ("keras_top10k", "top10k_keras"),
        ("top10k_documented", "top10k"),
        ("stanford_full", "full"),
        ("skip20", "full_skip20"),
        ("sample_skip5", "sample_full_skip5"),
        ("full_sample", "sample_full"),
        ("top10k_val0", "top10k"),
        ("top10k_val05", "top10k_val5"),
        ("top10k_text_val20", "top10k_val20_text"),
        ("top10k_keras_text", "top10k_text_keras"),
        ("text", "full_text"),
    ],
)
def test_a_wrong_spelling_is_answered_with_the_right_one(wrong: str, right: str) -> None:
    with pytest.raises(ImdbKerasError, match=f"'{wrong}' is not spelt right; use '{right}'"):
        ImdbKerasConfig.from_name(wrong)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "top",
        "topk",
        "foo",
        "top10k_",
        "top10k_foo1",
        "top-5",
        "full_top10k",
        "top1e3",
        "full_text_text",
    ],
)
def test_what_is_no_name_is_said_to_be_none(name: str) -> None:
    with pytest.raises(ImdbKerasError, match=f"'{name}' is not a config name; names are made like"):
        ImdbKerasConfig.from_name(name)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"num_words": 0}, "num_words=0 is out of bounds; give a number from 1 to"),
        ({"num_words": -5}, "num_words=-5 is out of bounds"),
        ({"num_words": 2**31}, "num_words=2147483648 is out of bounds"),
        ({"skip_top": -1}, "skip_top=-1 is out of bounds"),
        ({"skip_top": None}, "skip_top=None is not an integer"),
        ({"maxlen": -1}, "maxlen=-1 is out of bounds"),
        ({"maxlen": 2.5}, "maxlen=2.5 is not an integer; give a whole number"),
        ({"num_words": "10000"}, "num_words='10000' is not an integer"),
        ({"num_words": 10_000.0}, "num_words=10000.0 is not an integer"),
        ({"num_words": True}, "num_words=True is not an integer"),
        ({"start_char": 2**31}, "start_char=2147483648 is out of bounds"),
        ({"oov_char": -1}, "oov_char=-1 is out of bounds"),
        ({"index_from": 2**31 - 88_584}, "index_from=2147395064 is out of bounds"),
        ({"seed": -1}, "seed=-1 is out of bounds"),
        ({"seed": 2**32}, "seed=4294967296 is out of bounds"),
        ({"seed": None}, "seed=None is not an integer"),
        ({"seed": np.array(3.0)}, r"seed=array\(3\.\) is not an integer"),
        ({"seed": np.array([3, 4])}, r"seed=array\(\[3, 4\]\) is not an integer"),
        ({"seed": np.arange(99).reshape(9, 11)}, r"seed=array\(\[\[ 0, .*\.\.\. is not an integer"),
        ({"seed": np.True_}, "seed=.* is not an integer"),
        ({"seed": 10**5000}, "seed=a number of very many digits is out of bounds"),
        ({"validation_split": 51}, "validation_split=51 is out of bounds; give a number from 0 to"),
        ({"validation_split": -1}, "validation_split=-1 is out of bounds"),
        ({"validation_split": 0.2}, "validation_split=0.2 is not an integer"),
        ({"validation_split": True}, "validation_split=True is not an integer"),
        ({"validation_split": None}, "validation_split=None is not an integer"),
        ({"text": 1}, "text=1 is neither True nor False; give one"),
        ({"text": None}, "text=None is neither True nor False"),
        ({"semantics": np.array(["keras", "keras"])}, "semantics=array.* is unknown"),
        ({"corpus": np.arange(99).reshape(9, 11)}, "corpus=array.* is no path"),
        ({"name": np.array(["a", "b"])}, "name=array.* is not the name of these settings"),
        ({"semantics": "page"}, "semantics='page' is unknown; use 'documented' or 'keras'"),
        ({"corpus": "imdb"}, "corpus='imdb' is unknown; use 'stanford' or 'sample', or, if it is"),
        ({"corpus": 5}, "corpus=5 is no path"),
        ({"corpus": None}, "corpus=None is unknown"),
        ({"name": "mine"}, "name='mine' is not the name of these settings; use 'full'"),
        ({"corpus": "/mine", "name": "a/b"}, "name='a/b' cannot be that of your own reviews"),
        ({"corpus": "/mine", "name": ".."}, "name='..' cannot be that of your own reviews"),
        ({"corpus": "/mine", "name": "1.0.0"}, "name='1.0.0' cannot be that of your own reviews"),
        ({"corpus": "/mine", "name": ""}, "name='' cannot be that of your own reviews"),
        ({"corpus": "/mine", "name": 5}, "name=5 cannot be that of your own reviews"),
        ({"corpus": "/mine", "name": "top10k"}, "name='top10k' cannot be that of your own"),
        ({"corpus": "/mine", "name": "TOP10000"}, "name='TOP10000' cannot be that of your own"),
        ({"corpus": "/mine", "name": "sample"}, "name='sample' cannot be that of your own"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ImdbKerasError, match=message) as refusal:
        ImdbKerasConfig(**settings)
    assert "\n" not in str(refusal.value)


def test_numpy_integers_are_integers() -> None:
    config = ImdbKerasConfig(num_words=np.int64(10_000))
    assert config == ImdbKerasConfig.from_name("top10k")
    assert type(config.num_words) is int


@pytest.mark.parametrize(
    ("settings", "collisions"),
    [
        ({"index_from": 0}, ["start_char 1 is also the index of a word", "oov_char 2 is also"]),
        ({"start_char": 2}, ["start_char and oov_char are both 2"]),
        ({"start_char": 0}, ["the padding and start_char are both 0"]),
        ({"oov_char": 500, "num_words": 501}, ["oov_char 500 is also the index of a word"]),
        (
            {"skip_top": 20, "start_char": 20, "semantics": "keras"},
            ["start_char 20 is also the index of a word"],
        ),
    ],
)
def test_one_warning_names_all_collisions(settings: dict[str, Any], collisions: list[str]) -> None:
    with pytest.warns(UserWarning, match="^config ") as warned:
        config = ImdbKerasConfig(**settings)
    assert len(warned) == 1
    for text in [config.name, *collisions]:
        assert text in str(warned[0].message)
    assert warned[0].filename == __file__


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"num_words": 5},
        {"start_char": None, "oov_char": None, "index_from": 0},
        {"oov_char": 500, "num_words": 500},
        {"start_char": 100_000},
        {"index_from": 0, "skip_top": 20},
        {"skip_top": 20, "start_char": 19, "semantics": "keras"},
    ],
)
def test_no_warning_without_a_collision(settings: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ImdbKerasConfig(**settings)


def test_a_config_of_ones_own_reviews() -> None:
    config = ImdbKerasConfig(
        name="mine_top10k", num_words=10_000, corpus=pathlib.Path("/data/mine")
    )
    assert (config.name, config.corpus, config.is_own) == ("mine_top10k", "/data/mine", True)
    assert not ImdbKerasConfig().is_own
    # How many words there are is not known beforehand.
    assert config.word_indices == range(4, 10_000)
    assert ImdbKerasConfig(name="mine", corpus="/data/mine").word_indices == range(4, 2**31)
    # The same place gives the same config; the settings, which the metadata holds, have no place.
    again = ImdbKerasConfig(**config.settings | {"corpus": "/data/mine"})
    elsewhere = ImdbKerasConfig(**config.settings | {"corpus": "/data/other"})
    nowhere = ImdbKerasConfig(**config.settings)
    assert again == config
    assert hash(again) == hash(config)
    assert len({config, elsewhere, nowhere}) == 3
    assert again.settings == elsewhere.settings == nowhere.settings
    assert config != ImdbKerasConfig(name="mine_top10k", num_words=9_000, corpus="/data/mine")
    assert config.description == nowhere.description
    assert "/data" not in config.description
    assert eval(repr(config)) == config


def test_the_name_may_be_said_if_it_is_right() -> None:
    assert ImdbKerasConfig(name="top10k", num_words=10_000) == ImdbKerasConfig(num_words=10_000)


@pytest.mark.parametrize(
    ("name", "is_own"),
    [
        ("mine", True),
        ("mine-2_top10k", True),
        ("top10k_of_mine", True),
        ("top10k", False),
        ("keras_top10k", False),
        ("Sample", False),
        ("keras", False),
        ("2mine", False),
        ("mine.1", False),
        ("mine\n", False),
        ("m" * 101, False),
    ],
)
def test_names_for_ones_own_reviews(name: str, is_own: bool) -> None:
    assert names.is_own_name(name) == is_own


def test_a_config_is_immutable() -> None:
    config = ImdbKerasConfig(num_words=10_000)
    with pytest.raises(AttributeError, match="immutable; make another one to change num_words"):
        config.num_words = 5
    assert config.name == "top10k"


def test_a_config_survives_pickle_and_copy() -> None:
    config = ImdbKerasConfig.from_name("top10k_skip20_keras")
    for again in (pickle.loads(pickle.dumps(config)), copy.deepcopy(config)):
        assert again == config
        assert again.settings == config.settings


def test_the_description_says_the_settings_in_one_line() -> None:
    assert ImdbKerasConfig.from_name("top10k_skip20").description == (
        "load_data(num_words=10000, skip_top=20) as Keras's page documents it, on the Stanford "
        "reviews."
    )
    assert repr(ImdbKerasConfig(num_words=10_000)) == (
        "ImdbKerasConfig(name='top10k', num_words=10000, skip_top=0, maxlen=None, seed=113, "
        "start_char=1, oov_char=2, index_from=3, semantics='documented', corpus='stanford', "
        "validation_split=0, text=False)"
    )
    assert ImdbKerasConfig.from_name("sample_full_val20_text").description == (
        "load_data() as Keras's page documents it, on the sample corpus, each with its text; 20% "
        "of train are held out for validation."
    )


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"num_words": 2}, "num_words=2 and skip_top=0 leave no word"),
        ({"num_words": 4}, "as the indices of words begin with 4; use a larger num_words"),
        ({"num_words": 10_000, "skip_top": 10_000}, "num_words=10000 and skip_top=10000 leave"),
        ({"num_words": 10_000, "skip_top": 10_000, "semantics": "keras"}, "leave no word"),
        ({"skip_top": 88_584}, "num_words=None and skip_top=88584 leave no word"),
        ({"skip_top": 88_588, "semantics": "keras"}, "skip_top=88588 leave no word"),
        ({"corpus": "sample", "skip_top": 1_083}, "skip_top=1083 leave no word"),
        ({"corpus": "/data/mine", "name": "mine", "num_words": 3}, "num_words=3 and skip_top=0"),
        ({"maxlen": 0, "start_char": None}, "maxlen=0 leaves no word in any review"),
        ({"maxlen": 1}, "maxlen=1 leaves no word in any review; use a larger maxlen"),
    ],
)
def test_settings_that_leave_no_word_warn_once(settings: dict[str, Any], reason: str) -> None:
    with pytest.warns(UserWarning, match="^config ") as warned:
        config = ImdbKerasConfig(**settings)
    assert len(warned) == 1
    assert str(warned[0].message).startswith(f"config {config.name}: ")
    assert reason in str(warned[0].message)
    assert warned[0].filename == __file__


@pytest.mark.parametrize(
    "settings",
    [
        {"num_words": 5},
        {"num_words": 10_000, "skip_top": 9_995},
        {"num_words": 10_000, "skip_top": 9_999, "semantics": "keras"},
        {"skip_top": 88_583},
        {"corpus": "/data/mine", "name": "mine", "skip_top": 88_584},
        {"maxlen": 1, "start_char": None},
        {"maxlen": 2},
        {"maxlen": 1, "semantics": "keras"},
        {"maxlen": 0, "semantics": "keras"},
    ],
)
def test_settings_that_leave_some_word_do_not_warn(settings: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ImdbKerasConfig(**settings)


def test_a_warning_of_a_name_is_that_of_the_line_that_named_it() -> None:
    with pytest.warns(UserWarning, match="no word") as warned:
        ImdbKerasConfig.from_name("top2")
    assert warned[0].filename == __file__


class TestInANotebook:
    def test_a_config_shows_its_settings(self) -> None:
        shown = ImdbKerasConfig(num_words=500, corpus="sample")._repr_html_()
        assert shown.startswith("<p><b>sample_top500</b>: load_data(num_words=500) as")
        assert "<td>num_words</td><td><b><code>500</code></b></td>" in shown
        assert "<td>corpus</td><td><b><code>'sample'</code></b></td>" in shown
        assert "<td>seed</td><td><code>113</code></td>" in shown
        assert shown.count("<b><code>") == 2

    def test_a_path_is_no_markup(self) -> None:
        shown = ImdbKerasConfig(name="mine", corpus="/data/<b>")._repr_html_()
        assert "<code>'/data/&lt;b&gt;'</code>" in shown
        assert "<td>name</td><td><code>'mine'</code></td>" in shown
