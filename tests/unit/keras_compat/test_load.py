import functools
import inspect
import json
import pathlib
import random
import re
import sys
import warnings
from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds

import imdb_keras_tfds
from imdb_keras_tfds import ImdbKerasError
from imdb_keras_tfds.integers import shown
from imdb_keras_tfds.recipe import validation
from imdb_keras_tfds.recipe.corpus import Corpus
from tests.helpers.keras_oracle import KerasOracle, assert_same_data, random_arguments


@pytest.fixture(scope="module")
def oracle(sample: Corpus, tmp_path_factory: pytest.TempPathFactory) -> KerasOracle:
    return KerasOracle(sample, tmp_path_factory.mktemp("keras"))


def test_the_signatures_are_those_of_keras() -> None:
    added = {
        "load_data": ["semantics", "validation_split", "data_dir", "archive"],
        "load_ragged": ["semantics", "validation_split", "data_dir", "archive"],
        "get_word_index": ["data_dir", "archive"],
    }
    for function, names in added.items():
        theirs = inspect.signature(
            getattr(keras.datasets.imdb, function.replace("ragged", "data"))
        ).parameters
        ours = inspect.signature(getattr(imdb_keras_tfds, function)).parameters
        assert [name for name in ours if name not in theirs] == names
        assert all(ours[name].kind is inspect.Parameter.KEYWORD_ONLY for name in names)
        assert [
            (parameter.name, parameter.kind, parameter.default)
            for parameter in ours.values()
            if parameter.name in theirs
        ] == [(p.name, p.kind, p.default) for p in theirs.values()]


@pytest.mark.parametrize("seed", range(250))
def test_load_data_is_that_of_keras(seed: int, oracle: KerasOracle, data_dir: pathlib.Path) -> None:
    arguments = random_arguments(random.Random(seed), vocabulary_size=1_083, longest=140)
    try:
        expected = oracle.load_data(**arguments)
    except Exception as error:
        with pytest.raises(type(error)):
            imdb_keras_tfds.load_data(**arguments, data_dir=data_dir)
    else:
        assert_same_data(imdb_keras_tfds.load_data(**arguments, data_dir=data_dir), expected)


@pytest.mark.parametrize(
    "arguments",
    [
        {"num_words": "50"},
        {"skip_top": None},
        {"maxlen": "long"},
        {"index_from": None},
        {"index_from": "3"},
        {"seed": -1},
        {"seed": "one"},
        {"maxlen": 1},
        {"maxlen": -3},
        {"num_words": -3},
        {"index_from": -2},
        {"num_words": 60.5, "skip_top": 10.5, "maxlen": 60.5},
        {"start_char": True, "num_words": True},
    ],
)
def test_odd_arguments_do_what_they_do_in_keras(
    arguments: dict[str, Any], oracle: KerasOracle, data_dir: pathlib.Path
) -> None:
    try:
        expected = oracle.load_data(**arguments)
    except Exception as error:
        with pytest.raises(type(error)):
            imdb_keras_tfds.load_data(**arguments, data_dir=data_dir)
    else:
        ours = imdb_keras_tfds.load_data(**arguments, data_dir=data_dir)
        for (x, y), (keras_x, keras_y) in zip(ours, expected, strict=True):
            assert [list(row) for row in x] == [list(row) for row in keras_x]
            assert y.tolist() == keras_y.tolist()


def test_sequences_of_one_length_make_two_dimensions_as_in_keras(
    oracle: KerasOracle, data_dir: pathlib.Path, sample: Corpus
) -> None:
    # Only the shortest reviews of each split are left.
    arguments = {"maxlen": 2 + max(sample.splits[s].ranks.lengths.min() for s in ("train", "test"))}
    arguments |= {"start_char": None}
    expected = oracle.load_data(**arguments)
    assert any(x.ndim == 2 for x, _ in expected)
    assert_same_data(imdb_keras_tfds.load_data(**arguments, data_dir=data_dir), expected)


@pytest.mark.parametrize("arguments", [{"start_char": "<s>"}, {"oov_char": 2.5}])
def test_ids_are_integers(arguments: dict[str, Any], data_dir: pathlib.Path) -> None:
    with pytest.raises(TypeError):
        imdb_keras_tfds.load_data(**arguments, data_dir=data_dir)


def test_the_first_call_prepares_and_no_setting_needs_another_build(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = []
    generate = imdb_keras_tfds.Builder._split_generators

    def counted(builder: Any, *arguments: Any) -> Any:
        prepared.append(builder.builder_config.name)
        return generate(builder, *arguments)

    monkeypatch.setattr(imdb_keras_tfds.Builder, "_split_generators", counted)
    folder = str(tmp_path / "data")
    (x_train, _), _ = imdb_keras_tfds.load_data(data_dir=folder)
    imdb_keras_tfds.load_data("imdb.npz", 50, 3, seed=1, data_dir=folder)
    imdb_keras_tfds.load_data(data_dir=folder, maxlen=30, semantics="documented")
    imdb_keras_tfds.get_word_index(data_dir=folder)
    imdb_keras_tfds.codec(num_words=50, data_dir=folder)
    assert prepared == ["sample_full"]
    assert len(x_train) == 48


def test_the_default_folder_is_that_of_tfds(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tfds.core.constants, "DATA_DIR", str(tmp_path))
    imdb_keras_tfds.load_data()
    imdb_keras_tfds.load_data("imdb.npz")
    imdb_keras_tfds.get_word_index("imdb_word_index.json")
    assert (tmp_path / "imdb_keras/sample_full/1.1.0/dataset_info.json").exists()


@pytest.mark.parametrize(
    "path", [None, "", "imdb.npz", pathlib.Path("imdb.npz"), "ibdb.npz", "imdb", "~", "..npz"]
)
def test_a_bare_name_means_the_default_folder(
    path: Any, tmp_path: pathlib.Path, data_dir: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tfds.core.constants, "DATA_DIR", str(data_dir))
    monkeypatch.chdir(tmp_path)
    (x_train, _), _ = imdb_keras_tfds.load_data(path)
    (ragged, _), _ = imdb_keras_tfds.load_ragged(path)
    assert len(x_train) == len(ragged) == 48
    assert len(imdb_keras_tfds.get_word_index(path)) == 1_083
    assert len(imdb_keras_tfds.codec(path=path)) == 1_082
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "path", ["data/imdb.npz", "/imdb.npz", "imdb/", pathlib.Path("a", "b"), ".", "..", "./imdb.npz"]
)
@pytest.mark.parametrize(
    "function",
    [
        imdb_keras_tfds.load_data,
        imdb_keras_tfds.load_ragged,
        imdb_keras_tfds.get_word_index,
        lambda path: imdb_keras_tfds.codec(path=path),
    ],
)
def test_a_path_with_a_folder_in_it_names_data_dir(
    function: Any, path: Any, data_dir: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tfds.core.constants, "DATA_DIR", str(data_dir))
    with pytest.raises(ImdbKerasError, match=r"names a folder, .* by data_dir") as caught:
        function(path)
    assert str(caught.value).startswith(f"path={str(path)!r}")
    if "/" in str(path):
        with pytest.raises(ValueError, match="Paths are no longer accepted"):
            keras.datasets.imdb.load_data(path)


@pytest.mark.parametrize("path", [5, b"imdb.npz"])
def test_what_is_no_path_is_a_type_error(path: Any) -> None:
    with pytest.raises(TypeError):
        imdb_keras_tfds.load_data(path)


@pytest.mark.parametrize("function", ["load_data", "load_ragged", "codec"])
def test_nb_words_is_num_words(function: str, data_dir: pathlib.Path) -> None:
    call = getattr(imdb_keras_tfds, function)
    with pytest.warns(DeprecationWarning, match="use num_words") as warned:
        old = call(nb_words=60, num_words=500, data_dir=data_dir)
    assert [warning.filename for warning in warned] == [__file__]
    new = call(num_words=60, data_dir=data_dir)
    if function == "codec":
        assert old.config == new.config
        return
    for (x, _), (expected, _) in zip(old, new, strict=True):
        assert [list(row) for row in x] == [list(row) for row in expected]


@pytest.mark.parametrize("function", ["load_data", "load_ragged", "codec"])
def test_an_argument_that_there_is_not_is_named(function: str) -> None:
    call = getattr(imdb_keras_tfds, function)
    for arguments in ({"num_word": 5}, {"nb_words": 5, "num_word": 5}):
        with pytest.raises(TypeError, match=rf"{function}\(\) got .* 'num_word'"):
            call(**arguments)


@pytest.mark.parametrize(
    ("arguments", "warns"),
    [
        ({"num_words": 2}, True),
        ({"num_words": 60.5, "skip_top": 61}, True),
        ({"num_words": 60.5, "skip_top": 60}, False),
        ({"num_words": -1}, True),
        ({"skip_top": 1_086}, True),  # The highest index, which Keras takes for the limit.
        ({"skip_top": 1_085}, False),
        ({"num_words": 0}, False),
        ({"num_words": 2, "semantics": "documented"}, True),
        ({"num_words": 60, "skip_top": 60, "semantics": "documented"}, True),
    ],
)
def test_settings_that_leave_no_word_warn_once(
    arguments: dict[str, Any], warns: bool, data_dir: pathlib.Path
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        imdb_keras_tfds.load_data(**arguments, data_dir=data_dir)
    found = [warning for warning in caught if "no word" in str(warning.message)]
    assert len(found) == warns
    assert {warning.filename for warning in found} <= {__file__}


def test_documented_semantics(data_dir: pathlib.Path) -> None:
    (x_train, y_train), _ = imdb_keras_tfds.load_data(
        num_words=100, skip_top=5, maxlen=20, semantics="documented", data_dir=data_dir
    )
    assert len(x_train) == len(y_train) == 48
    assert {len(row) for row in x_train} == {20}
    assert {row[0] for row in x_train} == {1}
    assert {token for row in x_train for token in row} <= {1, 2, *range(9, 100)}


def test_semantics_and_documented_settings_are_checked(data_dir: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError, match="semantics='page' is unknown"):
        imdb_keras_tfds.load_data(semantics="page", data_dir=data_dir)
    with pytest.raises(ImdbKerasError, match="num_words=0 is out of bounds"):
        imdb_keras_tfds.load_data(num_words=0, semantics="documented", data_dir=data_dir)


@pytest.mark.parametrize(
    "call",
    [imdb_keras_tfds.get_word_index, functools.partial(imdb_keras_tfds.codec, num_words=500)],
)
def test_a_word_index_that_was_changed_is_refused(
    call: Callable[..., object], tmp_path: pathlib.Path
) -> None:
    imdb_keras_tfds.load_data(data_dir=tmp_path)
    (path,) = (tmp_path / "imdb_keras/sample_full").glob("*/imdb_word_index.json")
    words = json.loads(path.read_text())
    words["the"], words["a"] = words["a"], words["the"]
    path.write_text(json.dumps(words))
    with pytest.raises(ImdbKerasError, match=r"imdb_word_index.json is not that of SHA256SUMS"):
        call(data_dir=tmp_path)


def test_get_word_index(data_dir: pathlib.Path, sample: Corpus) -> None:
    word_index = imdb_keras_tfds.get_word_index(data_dir=data_dir)
    assert list(word_index.items()) == list(sample.vocabulary.word_index.items())


def test_the_example_of_keras_runs(data_dir: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tfds.core.constants, "DATA_DIR", str(data_dir))
    docstring = inspect.getdoc(keras.datasets.imdb.get_word_index) or ""
    example = docstring.split("```python\n")[1].split("```")[0]
    assert "keras.datasets.imdb.load_data(" in example
    # What its import line would be: this package in the place of the module.
    namespace: dict[str, Any] = {
        "keras": SimpleNamespace(datasets=SimpleNamespace(imdb=imdb_keras_tfds))
    }
    exec(example, namespace)
    decoded = namespace["decoded_sequence"]
    assert decoded.startswith("[START] ")
    assert "[OOV]" in decoded or decoded.count(" ") == len(namespace["x_train"][0]) - 1


def test_a_part_of_the_dataset_is_not_taken_for_the_whole(tmp_path: pathlib.Path) -> None:
    builder = imdb_keras_tfds.Builder(config="sample", data_dir=tmp_path)
    config = tfds.download.DownloadConfig(max_examples_per_split=5)
    builder.download_and_prepare(download_config=config)
    with pytest.raises(ImdbKerasError, match="split train holds 5 of 48 reviews; delete"):
        imdb_keras_tfds.load_data(data_dir=tmp_path)


def test_another_file_format_is_read_too(tmp_path: pathlib.Path, oracle: KerasOracle) -> None:
    builder = imdb_keras_tfds.Builder(config="sample", data_dir=tmp_path)
    builder.download_and_prepare(
        file_format="array_record", download_config=tfds.download.DownloadConfig(num_shards=3)
    )
    assert_same_data(imdb_keras_tfds.load_data(data_dir=tmp_path), oracle.load_data())


@pytest.mark.parametrize("seed", range(0, 250, 10))
def test_load_ragged_is_the_same_as_flat_arrays(seed: int, data_dir: pathlib.Path) -> None:
    arguments = random_arguments(random.Random(seed), vocabulary_size=1_083, longest=140)
    try:
        lists = imdb_keras_tfds.load_data(**arguments, data_dir=data_dir)
    except ImdbKerasError:
        with pytest.raises(ImdbKerasError):
            imdb_keras_tfds.load_ragged(**arguments, data_dir=data_dir)
        return
    flat = imdb_keras_tfds.load_ragged(**arguments, data_dir=data_dir)
    for (x, y), (ragged, labels) in zip(lists, flat, strict=True):
        assert [row.tolist() for row in ragged] == [list(row) for row in x]
        assert ragged.values.dtype == np.int32
        assert ragged.row_splits.dtype == np.int64
        assert labels.tolist() == y.tolist()
        tensor = tf.RaggedTensor.from_row_splits(ragged.values, ragged.row_splits)
        assert tensor.to_list() == [list(row) for row in x]


@pytest.mark.parametrize("semantics", ["keras", "documented"])
@pytest.mark.parametrize("maxlen", [None, 90])
@pytest.mark.parametrize("validation_split", [0.1, 0.29, 0.5, np.float32(0.2), Fraction(1, 4)])
def test_a_validation_split_is_a_third_pair(
    semantics: str,
    maxlen: int | None,
    validation_split: Any,
    sample: Corpus,
    data_dir: pathlib.Path,
) -> None:
    options: dict[str, Any] = {"num_words": 500, "seed": 7, "semantics": semantics}
    options |= {"maxlen": maxlen, "data_dir": data_dir}
    (x, y), test = imdb_keras_tfds.load_data(**options)
    options["validation_split"] = validation_split
    three: Any = imdb_keras_tfds.load_data(**options)
    assert isinstance(three, tuple)

    train, percent = sample.splits["train"], round(100 * float(validation_split))
    held_out = validation.held_out_of(train, 7, percent)
    assert held_out is not None
    assert np.bincount(train.labels[held_out]).tolist() == [24 * percent // 100] * 2
    # Keras's order, without the reviews that are too long for its code.
    order = np.arange(48)
    np.random.RandomState(7).shuffle(order)
    if semantics == "keras" and maxlen:
        order = order[train.ranks.lengths[order] + 1 < maxlen]
        assert len(order) < 48
    is_held = held_out[order]
    assert_same_data(three, ((x[~is_held], y[~is_held]), (x[is_held], y[is_held]), test))
    ragged: Any = imdb_keras_tfds.load_ragged(**options)
    for (ids, labels), (rows, expected) in zip(ragged, three, strict=True):
        assert ids.tolist() == rows.tolist()
        assert labels.tolist() == expected.tolist()


@pytest.mark.parametrize("nothing", [0, 0.0, np.float64(0)])
def test_without_a_share_there_are_two_pairs(nothing: float, data_dir: pathlib.Path) -> None:
    found = imdb_keras_tfds.load_data(validation_split=nothing, data_dir=data_dir)
    assert len(found) == 2


@pytest.mark.parametrize(
    "share", [0.005, 0.6, 0.51, 1, 20, -0.2, 1e-9, 0.2001, True, "0.2", None, float("nan"), 10**400]
)
def test_a_share_that_is_none_is_refused(share: Any) -> None:
    for function in (imdb_keras_tfds.load_data, imdb_keras_tfds.load_ragged):
        with pytest.raises(ImdbKerasError) as error:
            function(validation_split=share)
        assert str(error.value) == (
            f"validation_split={shown(share)} is no share of whole percent; give one from 0.01 to "
            "0.5, such as 0.2, or 0 for none"
        )


def test_a_share_that_leaves_validation_without_a_label_is_refused(data_dir: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError, match=r"a validation split of 4 % has room for 0 of the 24"):
        imdb_keras_tfds.load_data(validation_split=0.04, data_dir=data_dir)


@pytest.mark.parametrize("seed", [None, True, 2**32, [1, 2]])
def test_a_seed_that_is_no_number_governs_no_choice(seed: Any, data_dir: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError, match=r"^seed="):
        imdb_keras_tfds.load_data(validation_split=0.2, seed=seed, data_dir=data_dir)


def test_the_help_says_of_each_argument_what_it_means() -> None:
    for function in (imdb_keras_tfds.load_data, imdb_keras_tfds.load_ragged):
        text = inspect.getdoc(function) or ""
        for name in inspect.signature(function).parameters:
            assert len(re.findall(rf"^  \**{name}: [^.]{{10}}", text, re.M)) == 1
        assert "see there" not in text


def test_without_the_cache_the_records_are_read(
    data_dir: pathlib.Path, monkeypatch: pytest.MonkeyPatch, oracle: KerasOracle
) -> None:
    monkeypatch.setenv("IMDB_KERAS_CACHE", "")
    assert_same_data(imdb_keras_tfds.load_data(data_dir=data_dir), oracle.load_data())


def test_nothing_is_unpickled(data_dir: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imdb_keras_tfds.load_data(data_dir=data_dir)

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("unpickled")

    monkeypatch.setattr(np, "load", refuse)
    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(sys.modules["pickle"], name, refuse)
    imdb_keras_tfds.load_data(data_dir=data_dir)
