import json
import pathlib
import warnings
import zipfile
from typing import Any

import keras
import numpy as np
import pyarrow as pa
import pytest
import tensorflow as tf
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from imdb_keras_tfds import ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.recipe.tokenizer import FILTERS
from imdb_keras_tfds.recipe.vocabulary import Vocabulary
from imdb_keras_tfds.text.codec import Codec, Unknown
from imdb_keras_tfds.text.layer import TextToIds
from tests.helpers import strategies
from tests.helpers.serving import serve

WORDS = ["the", "film", "a", "don't", "café", "br", "É", "a\x00", "\x00", "\r", "a\xa0b", "config"]
VOCABULARY = Vocabulary(pa.array([word.encode() for word in WORDS], pa.large_binary()))


def codec_of(limit: int | None = None, **changed: Any) -> Codec:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config = ImdbKerasConfig(**{"corpus": "sample"} | changed)
    return Codec(config, VOCABULARY, limit if limit is not None else config.num_words)


def encoded(
    codec: Codec, texts: list[str], unknown: Unknown = "skip", **padding: Any
) -> NDArray[Any]:
    """What `codec.encode` gives, padded by Keras."""
    rows = codec.encode(texts, unknown)
    longest = max(map(len, rows), default=0)
    options = {"maxlen": longest, "padding": "post", "truncating": "post"}
    options |= {name: value for name, value in padding.items() if value is not None}
    padded: NDArray[Any] = keras.utils.pad_sequences(rows, dtype="int32", **options)
    return padded.reshape(len(rows), -1) if rows else padded.reshape(0, longest)


# White space of all kinds, controls and separators, beside words that are known or nearly so.
pieces = st.sampled_from([*WORDS, "The", "DON'T", "CAFÉ", "unseen", "K", "İ", "e\u0301"]) | (
    st.sampled_from([*FILTERS.decode(), *" \r\v\f\x00\x08\x1c\x85\xa0\u2003\u2028\ufeff", "<br />"])
)
texts = st.text() | st.lists(pieces).map("".join) | st.lists(pieces).map(" ".join)


@settings(deadline=None)
@given(st.lists(texts, max_size=4), st.sampled_from(["skip", "oov"]))
@example([], "skip")
@example(["", " ", "\x00", " the\x00 ", "a\x00 ."], "oov")
def test_text_is_encoded_as_the_codec_does(batch: list[str], unknown: Unknown) -> None:
    codec = codec_of(num_words=12)
    layer = codec.layer(unknown)
    tokens = layer(tf.constant([text.encode() for text in batch], tf.string))
    assert tokens.dtype == tf.int32
    assert np.array_equal(tokens, encoded(codec, batch, unknown))


BATCH = ["The film, don't!", "", "unseen CAFÉ café a a\xa0b", "<br />" * 3, "unseen", "the the a"]


@settings(deadline=None)
@given(
    strategies.settings(),
    st.none() | st.integers(0, 50),
    st.sampled_from(["skip", "oov"]),
    st.none() | st.integers(1, 8),
    st.sampled_from(["pre", "post"]),
    st.sampled_from(["pre", "post"]),
)
@example({"maxlen": 0}, None, "oov", None, "post", "post")
@example({"maxlen": 1}, None, "oov", None, "pre", "post")
@example({"maxlen": 1, "start_char": None}, None, "oov", 2, "pre", "post")
@example({"maxlen": 3, "semantics": "keras"}, 50, "oov", None, "pre", "post")
@example({"maxlen": 4}, None, "oov", 2, "post", "pre")
@example({"skip_top": 5, "start_char": 2, "semantics": "keras"}, 9, "skip", None, "post", "post")
@example({"oov_char": None, "num_words": 6}, None, "oov", None, "post", "post")
@example({"oov_char": 0, "start_char": 0, "num_words": 6}, None, "skip", None, "pre", "post")
def test_every_config_is_encoded_as_the_codec_does(
    changed: dict[str, Any],
    limit: int | None,
    unknown: Unknown,
    maxlen: int | None,
    padding: str,
    truncating: str,
) -> None:
    codec = codec_of(limit, **changed)
    options: dict[str, Any] = {"maxlen": maxlen, "padding": padding, "truncating": truncating}
    tokens = codec.layer(unknown, **options)(BATCH)
    assert np.array_equal(tokens, encoded(codec, BATCH, unknown, **options))


def test_any_shape_of_text() -> None:
    codec = codec_of()
    layer = codec.layer()
    assert layer("The film!").numpy().tolist() == [1, 4, 5]
    assert layer(b"The film!").numpy().tolist() == [1, 4, 5]
    assert layer(np.array(["a", "the a"])).numpy().tolist() == [[1, 6, 0], [1, 4, 6]]
    assert layer([["a", "the a"], ["", "br"]]).shape == (2, 2, 3)
    assert layer(tf.zeros([0], tf.string)).shape == (0, 0)
    assert codec.layer(maxlen=5)(tf.zeros([0, 2], tf.string)).shape == (0, 2, 5)


def test_text_that_is_not_utf8_keeps_its_bytes() -> None:
    assert codec_of().layer()([b"\xff the \xc3 film\xc3"]).numpy().tolist() == [[1, 4]]


def test_it_works_in_tf_data() -> None:
    codec = codec_of(num_words=8)
    dataset = tf.data.Dataset.from_tensor_slices(BATCH)
    (tokens,) = dataset.batch(10).map(codec.layer())
    assert np.array_equal(tokens, encoded(codec, BATCH))
    by_text = dataset.map(codec.layer(maxlen=7))
    assert by_text.element_spec == tf.TensorSpec([7], tf.int32)
    assert np.array_equal(list(by_text), encoded(codec, BATCH, maxlen=7))


def model_of(layer: Any) -> Any:
    """A model of text whose output tells all ids and their places."""
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((), dtype="string"),
            layer,
            keras.layers.Embedding(100, 8, mask_zero=True),
            keras.layers.GRU(4),
        ]
    )


@pytest.mark.parametrize(("maxlen", "length"), [(None, None), (6, 6)])
def test_a_model_of_text(maxlen: int | None, length: int | None) -> None:
    codec = codec_of()
    model = model_of(codec.layer(maxlen=maxlen))
    assert model.layers[0].output.shape == (None, length)
    assert model.layers[0].output.dtype == "int32"
    ids_to_vector = keras.Sequential(model.layers[1:])
    expected = ids_to_vector(encoded(codec, BATCH, maxlen=maxlen))
    assert np.allclose(model.predict(tf.constant(BATCH), verbose=0), expected, atol=1e-6)


@pytest.mark.parametrize("unknown", ["skip", "oov"])
def test_a_keras_file_carries_the_vocabulary(unknown: Unknown, tmp_path: pathlib.Path) -> None:
    model = model_of(codec_of(num_words=12).layer(unknown, 6, "pre", "pre"))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert np.array_equal(again(tf.constant(BATCH)), model(tf.constant(BATCH)))
    assert again.layers[0].get_config() == model.layers[0].get_config()
    stored = zipfile.ZipFile(tmp_path / "model.keras").read("config.json").decode()
    assert json.loads(stored)["config"]["layers"][1]["registered_name"] == (
        "imdb_keras_tfds>TextToIds"
    )


def test_a_copy_of_the_layer_is_the_same() -> None:
    codec = codec_of(num_words=8, maxlen=4)
    layer = codec.layer("oov", padding="pre")
    config = json.loads(json.dumps(layer.get_config()))
    assert np.array_equal(TextToIds.from_config(config)(BATCH), layer(BATCH))
    model = model_of(layer)
    copy = keras.models.clone_model(model)
    assert np.array_equal(copy.layers[0](BATCH), layer(BATCH))


def test_a_model_trained_on_ids_serves_text_without_this_package(tmp_path: pathlib.Path) -> None:
    codec = codec_of(num_words=12)
    text_model = model_of(codec.layer())
    model = keras.Sequential(text_model.layers[1:])
    model.compile("sgd", "mse")
    model.fit(encoded(codec, BATCH), np.eye(6, 4), epochs=3, verbose=0)
    text_model.export(tmp_path / "served", verbose=False)
    batches = [BATCH, BATCH[:1], ["a\x00 É", "config"]]
    served = serve(tmp_path / "served", batches, scratch=tmp_path)
    for texts, vectors in zip(batches, served, strict=True):
        assert np.allclose(vectors, model(encoded(codec, texts)), atol=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"unknown": "drop"}, "unknown='drop' is not known; use 'skip' or 'oov'"),
        ({"padding": "left"}, "padding='left' is unknown; use 'pre' or 'post'"),
        ({"truncating": None}, "truncating=None is unknown; use 'pre' or 'post'"),
        ({"maxlen": 0}, "maxlen=0 is no length; give 1 or more, or None"),
        ({"maxlen": -3}, "maxlen=-3 is no length"),
        ({"maxlen": 2.5}, r"maxlen=2\.5 is no length"),
        ({"maxlen": True}, "maxlen=True is no length"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ImdbKerasError, match=message):
        codec_of().layer(**options)


def test_another_backend_of_keras_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(ImdbKerasError, match=r"Keras runs on jax, .* set KERAS_BACKEND=tensorflow"):
        codec_of().layer()
