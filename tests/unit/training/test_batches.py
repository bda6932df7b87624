import pathlib
from collections import Counter
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds

import imdb_keras_tfds
from imdb_keras_tfds import Builder, ImdbKerasError

Row = tuple[tuple[int, ...], int]


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    builder = Builder(config="sample", data_dir=tmp_path_factory.mktemp("data"))
    config = tfds.download.DownloadConfig(num_shards=3)
    builder.download_and_prepare(download_config=config)
    return builder


def rows_of_tfds(builder: Builder, split: str) -> list[Row]:
    dataset = builder.as_dataset(split=split, as_supervised=True)
    return [(tuple(tokens.tolist()), int(label)) for tokens, label in tfds.as_numpy(dataset)]


def rows_of(dataset: Any) -> list[Row]:
    """The rows of batches without their padding; no token of the sample is 0."""
    return [
        (tuple(token for token in tokens.tolist() if token), int(label))
        for batch, labels in tfds.as_numpy(dataset)
        for tokens, label in zip(batch, labels, strict=True)
    ]


@pytest.mark.parametrize(
    "split", ["train", "test", "unsupervised", "train[:80%]", "train[5:7]+test[-3:]", "train[25%:]"]
)
@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_batches_are_those_of_tfds(builder: Builder, split: str, batch_size: int) -> None:
    ours = imdb_keras_tfds.batches(builder, split, batch_size)
    theirs = builder.as_dataset(split=split, as_supervised=True).padded_batch(batch_size)
    assert ours.element_spec == theirs.element_spec
    pairs = list(zip(tfds.as_numpy(ours), tfds.as_numpy(theirs), strict=True))
    assert ours.cardinality() == len(pairs)
    for (tokens, labels), (their_tokens, their_labels) in pairs:
        assert np.array_equal(tokens, their_tokens)
        assert np.array_equal(labels, their_labels)


def test_a_name_does_as_well(builder: Builder) -> None:
    data_dir = builder.data_dir_root
    by_name = imdb_keras_tfds.batches("imdb_keras/sample", "train", 8, data_dir=data_dir)
    assert rows_of(by_name) == rows_of_tfds(builder, "train")


def test_a_shuffle_has_all_rows_in_a_new_order_each_epoch(builder: Builder) -> None:
    rows = rows_of_tfds(builder, "train")

    def epochs(seed: int) -> list[list[Row]]:
        dataset = imdb_keras_tfds.batches(builder, "train", 8, shuffle_seed=seed)
        return [rows_of(dataset) for _ in range(3)]

    first = epochs(1)
    assert all(Counter(epoch) == Counter(rows) for epoch in first)
    assert len({tuple(epoch) for epoch in [rows, *first]}) == 4
    assert epochs(1) == first
    assert epochs(2) != first


def test_repeat_goes_on_with_the_next_epoch(builder: Builder) -> None:
    dataset = imdb_keras_tfds.batches(builder, "train", 10, shuffle_seed=1, repeat=True)
    epochs = [rows_of(dataset.take(10).skip(start).take(5)) for start in (0, 5)]
    rows = Counter(rows_of_tfds(builder, "train"))
    assert Counter(epochs[0]) == Counter(epochs[1]) == rows  # no batch is of two epochs
    assert epochs[0] != epochs[1]


@pytest.mark.parametrize("maxlen", [1, 30, 1_000])
@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("truncating", ["pre", "post"])
def test_padding_and_truncating_are_those_of_keras(
    builder: Builder, maxlen: int, padding: str, truncating: str
) -> None:
    options: dict[str, Any] = {"maxlen": maxlen, "padding": padding, "truncating": truncating}
    (tokens, _) = next(iter(imdb_keras_tfds.batches(builder, "train", 20, **options)))
    rows = [list(row) for row, _ in rows_of_tfds(builder, "train")[:20]]
    length = min(maxlen, max(map(len, rows)))
    expected = keras.utils.pad_sequences(
        rows, maxlen=length, padding=padding, truncating=truncating
    )
    assert np.array_equal(tokens, expected)


def padding_share(dataset: Any) -> float:
    tokens = [batch for batch, _ in tfds.as_numpy(dataset)]
    kept = sum(int((batch != 0).sum()) for batch in tokens)
    return 1 - kept / sum(int(batch.size) for batch in tokens)


@pytest.mark.parametrize("shuffle_seed", [None, 1])
def test_bucketing_has_all_rows_and_less_padding(
    builder: Builder, shuffle_seed: int | None
) -> None:
    plain, bucketed = (
        imdb_keras_tfds.batches(
            builder, "train", 5, shuffle_seed=shuffle_seed, bucket_by_length=bucket_by_length
        )
        for bucket_by_length in (False, True)
    )
    assert Counter(rows_of(bucketed)) == Counter(rows_of_tfds(builder, "train"))
    assert padding_share(bucketed) < padding_share(plain) / 3
    assert bucketed.cardinality() == plain.cardinality() == 10


@pytest.mark.parametrize("bucket_by_length", [False, True])
def test_a_remainder_is_dropped_on_demand(builder: Builder, bucket_by_length: bool) -> None:
    dataset = imdb_keras_tfds.batches(
        builder, "train", 9, drop_remainder=True, bucket_by_length=bucket_by_length
    )
    assert [len(labels) for _, labels in dataset] == [9] * 5
    assert dataset.cardinality() == 5


@pytest.mark.parametrize("shuffle_seed", [None, 1])
def test_readers_share_the_records(builder: Builder, shuffle_seed: int | None) -> None:
    rows = rows_of_tfds(builder, "train")
    shards = [
        rows_of(
            imdb_keras_tfds.batches(
                builder, "train", 4, shuffle_seed=shuffle_seed, num_shards=5, index=index
            )
        )
        for index in range(5)
    ]
    for index, shard in enumerate(shards):
        assert Counter(shard) == Counter(rows[index::5])
    if shuffle_seed is None:
        assert shards[2] == rows[2::5]


def test_a_function_of_the_columns_chooses_records(builder: Builder) -> None:
    rows = rows_of_tfds(builder, "train[8:]")
    columns = imdb_keras_tfds.load_columns(builder, "train[8:]")
    chosen = imdb_keras_tfds.batches(
        builder,
        "train[8:]",
        4,
        where=lambda r: (r["rating"] > 8) & (r["tokens"].lengths > 60) & (r["id"] != "train/x"),
    )
    places = np.flatnonzero((columns["rating"] > 8) & (columns["tokens"].lengths > 60))
    assert 0 < len(places) < 16
    assert rows_of(chosen) == [rows[place] for place in places]
    assert chosen.cardinality() == -(-len(places) // 4)


@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize(
    "where", [[7, 3, 3, -1], np.array([7, 3, 3, 47]), lambda columns: [7, 3, 3, 47]]
)
def test_numbers_choose_records_in_their_order(builder: Builder, where: Any, padding: Any) -> None:
    rows = rows_of_tfds(builder, "train")
    chosen = imdb_keras_tfds.batches(builder, "train", 3, where=where, padding=padding)
    assert rows_of(chosen) == [rows[place] for place in (7, 3, 3, 47)]


def test_a_mask_chooses_records_that_readers_share_and_shuffle(builder: Builder) -> None:
    rows = np.array(rows_of_tfds(builder, "train"), object)
    mask = np.arange(48) % 3 > 0
    shards = [
        rows_of(
            imdb_keras_tfds.batches(
                builder, "train", 4, where=mask, shuffle_seed=1, num_shards=2, index=index
            )
        )
        for index in range(2)
    ]
    for index, shard in enumerate(shards):
        assert Counter(shard) == Counter(map(tuple, rows[mask][index::2]))


@pytest.mark.parametrize("where", [[], lambda r: r["rating"] > 10, np.zeros(48, np.bool_)])
def test_no_records_make_no_batches(builder: Builder, where: Any) -> None:
    assert list(imdb_keras_tfds.batches(builder, "train", 8, where=where)) == []


@pytest.mark.parametrize("padding", ["pre", "post"])
def test_other_features_stand_beside_the_tokens(builder: Builder, padding: Any) -> None:
    theirs = list(tfds.as_numpy(builder.as_dataset(split="test")))
    ratings = imdb_keras_tfds.batches(builder, "test", 5, features="rating", padding=padding)
    assert ratings.element_spec[1] == tf.TensorSpec([None], tf.int32)
    found = [rating for _, batch in tfds.as_numpy(ratings) for rating in batch]
    assert found == [record["rating"] for record in theirs]

    names = [name for name in builder.info.features if name != "tokens"]
    assert {"id", "label", "rating"} <= set(names)
    every = imdb_keras_tfds.batches(builder, "test", 5, features=names, padding=padding)
    for start, (tokens, beside) in enumerate(tfds.as_numpy(every)):
        assert beside.keys() == set(names)
        for i, their in enumerate(theirs[5 * start :][: len(tokens)]):
            assert {name: beside[name][i] for name in names} == {n: their[n] for n in names}
            row = tokens[i][tokens[i] > 0]
            assert np.array_equal(row, their["tokens"])


def test_a_model_learns_stars_and_labels_at_once(builder: Builder) -> None:
    keras.utils.set_random_seed(1)
    tokens = keras.Input((None,), dtype="int32")
    mean = keras.layers.GlobalAveragePooling1D()(keras.layers.Embedding(1_200, 8)(tokens))
    outputs = {
        "label": keras.layers.Dense(1, activation="sigmoid", name="label")(mean),
        "rating": keras.layers.Dense(1, name="rating")(mean),
    }
    model = keras.Model(tokens, outputs)
    model.compile("adam", {"label": "binary_crossentropy", "rating": "mse"})
    train = imdb_keras_tfds.batches(builder, "train", 8, features=("label", "rating"))
    losses = model.fit(train, epochs=20, verbose=0).history["rating_loss"]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ([48], "where=[48] chooses no records (row 48 is out of bounds for 48 rows); give a mask"),
        ([True] * 3, "chooses no records (a mask of 3 booleans does not fit 48 rows); give a mask"),
        ("rating", "where='rating' chooses no records (str of type <U6 and shape () is no index"),
        ([0.5], "where=[0.5] chooses no records (list of type float64 and shape (1,) is no index"),
        (lambda r: True, "chooses no records (bool of type bool and shape () is no index of rows)"),
        (lambda r: r["stars"] > 5, "where asks for column 'stars'; there are "),
    ],
)
def test_what_chooses_no_records_is_refused(builder: Builder, where: Any, message: str) -> None:
    with pytest.raises(ImdbKerasError) as error:
        imdb_keras_tfds.batches(builder, "train", 8, where=where)
    assert message in str(error.value)


def test_an_error_of_ones_own_function_is_as_it_was(builder: Builder) -> None:
    mine: dict[str, int] = {}
    with pytest.raises(KeyError, match="mine"):
        imdb_keras_tfds.batches(builder, "train", 8, where=lambda r: [mine["mine"]])


@pytest.mark.parametrize("features", ["stars", "tokens", (), None, ("label", "tokens"), [1]])
def test_features_that_there_are_not_are_refused(builder: Builder, features: Any) -> None:
    with pytest.raises(ImdbKerasError, match="cannot stand beside the tokens") as error:
        imdb_keras_tfds.batches(builder, "train", 8, features=features)
    assert str(error.value).startswith(f"features={features!r} cannot")
    assert "name one or more of id, label, " in str(error.value)


def test_a_model_trains_on_them(builder: Builder) -> None:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.layers.Embedding(1_200, 8, mask_zero=True),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    train = imdb_keras_tfds.batches(builder, "train", 8, shuffle_seed=1)
    model.fit(train, epochs=40, verbose=0)
    _, accuracy = model.evaluate(imdb_keras_tfds.batches(builder, "test", 8), verbose=0)
    assert accuracy > 0.6


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"padding": "left"}, "padding='left' is unknown; use 'pre' or 'post'"),
        ({"truncating": "none"}, "truncating='none' is unknown"),
        ({"batch_size": 0}, "batch_size=0 is out of bounds; give a number from 1 to 2147483647"),
        ({"batch_size": 2**31}, "batch_size=2147483648 is out of bounds"),
        ({"batch_size": 10**5000}, "batch_size=a number of very many digits is out of bounds"),
        ({"batch_size": True}, "batch_size=True is not an integer"),
        ({"batch_size": 8.0}, "batch_size=8.0 is not an integer"),
        ({"batch_size": "8"}, "batch_size='8' is not an integer"),
        ({"batch_size": None}, "batch_size=None is not an integer"),
        ({"batch_size": np.array(8.0)}, r"batch_size=array\(8.\) is not an integer"),
        ({"maxlen": -1}, "maxlen=-1 is out of bounds"),
        ({"maxlen": 2.5}, "maxlen=2.5 is not an integer"),
        ({"shuffle_seed": 2**63}, "shuffle_seed=9223372036854775808 is out of bounds"),
        ({"shuffle_seed": "1"}, "shuffle_seed='1' is not an integer"),
        ({"num_shards": 0}, "num_shards=0 is out of bounds"),
        ({"num_shards": 2, "index": 2}, "index=2 is out of bounds; give a number from 0 to 1"),
        ({"num_shards": 2, "index": -1}, "index=-1 is out of bounds"),
        ({"num_shards": 2, "index": 0.0}, "index=0.0 is not an integer"),
        ({"drop_remainder": "no"}, "drop_remainder='no' is neither True nor False"),
        ({"repeat": 1}, "repeat=1 is neither True nor False"),
        ({"bucket_by_length": None}, "bucket_by_length=None is neither True nor False"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    builder: Builder, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ImdbKerasError, match=message):
        imdb_keras_tfds.batches(builder, "train", **({"batch_size": 8} | options))


@pytest.mark.parametrize(
    "split",
    [
        *("trian", "train+trian", "train[:80", "train[:200%]", "train[90:]", ""),
        *("train[10:5]", "train[-5:-10]", None, ["train"], 3),
    ],
)
def test_a_split_that_is_none_is_refused_with_those_there_are(builder: Builder, split: Any) -> None:
    with pytest.raises(
        ImdbKerasError, match="train of 48, test of 48, unsupervised of 24"
    ) as error:
        imdb_keras_tfds.batches(builder, split, 8)
    assert str(error.value).startswith(f"split={split!r} cannot be read (")
    assert "\n" not in str(error.value)


def test_an_empty_part_of_a_split_has_no_batches(builder: Builder) -> None:
    assert list(imdb_keras_tfds.batches(builder, "train[:0]", 8)) == []


@pytest.mark.parametrize("bucket_by_length", [False, True])
@pytest.mark.parametrize("drop_remainder", [False, True])
def test_a_batch_may_be_larger_than_the_split(
    builder: Builder, bucket_by_length: bool, drop_remainder: bool
) -> None:
    dataset = imdb_keras_tfds.batches(
        builder,
        "train",
        2**31 - 1,
        bucket_by_length=bucket_by_length,
        drop_remainder=drop_remainder,
    )
    assert [len(labels) for _, labels in dataset] == ([] if drop_remainder else [48])
    assert dataset.cardinality() == (0 if drop_remainder else 1)


def test_integers_of_numpy_do_as_well(builder: Builder) -> None:
    options: dict[str, Any] = {"maxlen": 9, "shuffle_seed": 1, "num_shards": 2, "index": 1}
    ours = imdb_keras_tfds.batches(builder, "train", 8, repeat=False, **options)
    of_numpy: dict[str, Any] = {name: np.uint8(value) for name, value in options.items()}
    theirs = imdb_keras_tfds.batches(builder, "train", np.int64(8), repeat=False, **of_numpy)
    assert rows_of(ours) == rows_of(theirs)


@pytest.mark.parametrize("by", ["name", "builder"])
def test_a_dataset_that_is_not_prepared_is_prepared(
    by: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "imdb_keras/sample_top500"
    dataset = name if by == "name" else tfds.builder(name, data_dir=tmp_path)
    data_dir = tmp_path if by == "name" else None
    with pytest.raises(ImdbKerasError, match=f"build it with: tfds build {name} --imports"):
        imdb_keras_tfds.batches(dataset, "train", 8, data_dir=data_dir, download=False)
    assert len(imdb_keras_tfds.batches(dataset, "train", 8, data_dir=data_dir)) == 6
    assert f"reparing dataset {name}" in capsys.readouterr().out
    assert imdb_keras_tfds.batches(dataset, "train", 8, data_dir=data_dir, download=False)


def test_a_damaged_record_is_told(damaged: Builder) -> None:
    with pytest.raises(ImdbKerasError, match=r"split test cannot be read \(.*delete the folder"):
        imdb_keras_tfds.batches(damaged, "test", 16)


def test_array_records_are_read_too(tmp_path: pathlib.Path, builder: Builder) -> None:
    other = Builder(config="sample", data_dir=tmp_path)
    other.download_and_prepare(file_format="array_record")
    dataset = imdb_keras_tfds.batches(other, "test", 16)
    assert rows_of(dataset) == rows_of_tfds(builder, "test")
    assert dataset.element_spec[0].dtype == tf.int32
