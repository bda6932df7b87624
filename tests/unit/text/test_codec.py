import pathlib
import shutil
import warnings
from typing import Any

import keras
import numpy as np
import pyarrow as pa
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds
from hypothesis import given
from hypothesis import strategies as st

import imdb_keras_tfds
from imdb_keras_tfds import ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.recipe.tokenizer import words
from imdb_keras_tfds.recipe.vocabulary import Vocabulary
from imdb_keras_tfds.source import reading, release
from imdb_keras_tfds.text.codec import Codec

VOCABULARY = Vocabulary(
    pa.array([b"the", b"film", b"a", b"don't", "café".encode(), b"br"], pa.large_binary())
)
RANKS = {word: rank for rank, word in enumerate(VOCABULARY.words.to_pylist(), start=1)}


def codec_of(limit: int | None = None, **settings: Any) -> Codec:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config = ImdbKerasConfig(**settings, corpus="sample")
    return Codec(config, VOCABULARY, limit if limit is not None else config.num_words)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("data")


def prepared(name: str, data_dir: pathlib.Path) -> tfds.core.DatasetBuilder:
    builder = tfds.builder(f"imdb_keras/{name}", data_dir=data_dir)
    builder.download_and_prepare()
    return builder


@pytest.mark.parametrize(
    "name",
    [
        "sample",
        "sample_top300_skip20_max30",
        "sample_full_keras",
        "sample_top300_skip20_keras",
        "sample_full_max60_keras",
        "sample_top200_startnone_oovnone_from0",
    ],
)
@pytest.mark.parametrize("split", ["train", "test", "unsupervised"])
def test_a_review_is_encoded_as_its_record(name: str, split: str, data_dir: pathlib.Path) -> None:
    builder = prepared(name, data_dir)
    codec = imdb_keras_tfds.codec(builder)
    reviews = reading.read(release.sample_path(), release.SAMPLE).splits[split]
    texts = {reviews[i].id: reviews[i].text for i in range(len(reviews))}
    records = list(tfds.as_numpy(builder.as_dataset(split=split)))
    assert records
    encoded = codec.encode([texts[record["id"].decode()] for record in records])
    for record, ids in zip(records, encoded, strict=True):
        assert ids.dtype == np.int32
        assert ids.tolist() == record["tokens"].tolist()
        assert codec.encode(texts[record["id"].decode()].decode()).tolist() == ids.tolist()


def test_ways_to_name_a_dataset(data_dir: pathlib.Path, tmp_path: pathlib.Path) -> None:
    builder = prepared("sample", data_dir)
    elsewhere = shutil.copytree(builder.data_dir, tmp_path / "copy")
    read_only = tfds.builder_from_directory(elsewhere)
    for dataset in (builder, builder.info, read_only, read_only.info):
        assert imdb_keras_tfds.codec(dataset).config == ImdbKerasConfig(corpus="sample")
    by_name = imdb_keras_tfds.codec("imdb_keras/sample", data_dir=data_dir)
    assert by_name.encode("A film!").tolist() == [1, 5, 14]


def test_encode() -> None:
    codec = codec_of(num_words=8)
    assert codec.encode("The café: don't!<br />").tolist() == [1, 4, 2, 7, 2]
    assert codec.encode("Unseen film").tolist() == [1, 5]
    assert codec.encode("Unseen film", unknown="oov").tolist() == [1, 2, 5]
    assert codec.encode("").tolist() == [1]
    assert codec.encode([]) == []
    assert [ids.tolist() for ids in codec.encode(["a", b"film"])] == [[1, 6], [1, 5]]


def test_unknown_words_become_oov_with_either_semantics() -> None:
    for semantics in ("documented", "keras"):
        codec = codec_of(semantics=semantics, limit=100)
        assert codec.encode("an unseen film", unknown="oov").tolist() == [1, 2, 2, 5]
        without = codec_of(semantics=semantics, limit=100, oov_char=None)
        assert without.encode("an unseen film", unknown="oov").tolist() == [1, 5]


def test_decode() -> None:
    codec = codec_of()
    assert codec.decode([1, 4, 5, 2, 0, 0]) == "[START] the film [OOV] [PAD] [PAD]"
    assert codec.decode([1, 4, 5, 2, 0, 0], skip_special=True) == "the film"
    assert codec.decode([]) == ""
    assert codec.decode([8]) == "café"


@pytest.mark.parametrize(
    "rows",
    [
        [[1, 4], [5]],
        ([1, 4], (5,)),
        [np.array([1, 4]), np.array([5], np.uint8)],
        np.array([[1, 4], [5]], dtype=object),
        Ragged.from_rows([np.array([1, 4]), np.array([5])], np.int32),
        tf.ragged.constant([[1, 4], [5]]),
    ],
    ids=["lists", "tuples", "arrays", "object array", "Ragged", "tf.RaggedTensor"],
)
def test_rows_in_any_form(rows: Any) -> None:
    assert codec_of().decode(rows) == ["[START] the", "film"]


def test_padded_rows() -> None:
    padded = keras.utils.pad_sequences([[1, 4], [1, 5, 6]], padding="post")
    assert codec_of().decode(padded) == ["[START] the [PAD]", "[START] film a"]
    assert codec_of().decode(tf.constant(padded), skip_special=True) == ["the", "film a"]
    assert codec_of().decode([[]]) == [""]


def test_a_start_marker_that_is_the_padding_too_is_told_apart() -> None:
    codec = codec_of(start_char=0, oov_char=1, index_from=2)
    assert codec.decode([0, 3, 1, 0]) == "[START] the [OOV] [PAD]"
    assert codec.decode([0, 3, 1, 0], skip_special=True) == "the"


@pytest.mark.parametrize("settings", [{"index_from": 0}, {"oov_char": 5}])
def test_ambiguous_ids_are_not_decoded(settings: dict[str, Any]) -> None:
    codec = codec_of(**settings)
    assert codec.encode("the").tolist() == [1, 1 + codec.config.index_from]
    with pytest.raises(ImdbKerasError, match=r"cannot be decoded: . stands for .* and for a word"):
        codec.decode([1])


@pytest.mark.parametrize("token", [3, 10, -1, 8, 10**12])
def test_an_id_of_another_config_is_refused(token: int) -> None:
    with pytest.raises(ImdbKerasError, match=f"{token} at place 1 is not an id of config sample_"):
        codec_of(num_words=8).decode([4, token])


@pytest.mark.parametrize(
    "ids",
    [
        [1.0, 4.0],
        ["the"],
        "the",
        4,
        None,
        [True],
        [[1], [[2]]],
        [1, [2]],
        [[1, [2]]],
        [[1, 2], 3],
        [[1, 2], [[3], [4, 5]]],
        {1: 4},
        [2**70],
        np.array(4),
        np.zeros((1, 2, 3), int),
        np.array([[1, [2]]], object),
        tf.ragged.constant([[[1]], [[4, 5], [1]]]),
        tf.ragged.constant([[[1, 4]], [[4, 5], [1, 4]]], ragged_rank=1),
        tf.ragged.constant([["the"]]),
    ],
)
def test_what_is_no_row_of_integers_is_refused(ids: Any) -> None:
    with pytest.raises(
        ImdbKerasError, match="cannot be decoded; give integers, or rows of integers"
    ) as error:
        codec_of().decode(ids)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", [b"\xff", "\ud800", ["fine", b"\xc3"]])
def test_what_is_not_utf8_is_refused(text: Any) -> None:
    with pytest.raises(ImdbKerasError, match="is not valid UTF-8"):
        codec_of().encode(text)


@pytest.mark.parametrize("text", [[1], [None], [["a"]]])
def test_what_is_no_text_is_refused(text: Any) -> None:
    with pytest.raises(ImdbKerasError, match="is not a text; give str or bytes"):
        codec_of().encode(text)


def test_an_unknown_way_with_unknown_words_is_refused() -> None:
    with pytest.raises(ImdbKerasError, match="unknown='drop' is not known; use 'skip' or 'oov'"):
        codec_of().encode("a", unknown="drop")  # type: ignore[call-overload]


@pytest.mark.parametrize("by", ["name", "builder"])
def test_a_dataset_that_is_not_prepared_is_prepared(
    by: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "imdb_keras/sample_top500"
    dataset = name if by == "name" else tfds.builder(name, data_dir=tmp_path)
    data_dir = tmp_path if by == "name" else None
    with pytest.raises(ImdbKerasError, match=f"build it with: tfds build {name} --imports"):
        imdb_keras_tfds.codec(dataset, data_dir=data_dir, download=False)
    assert imdb_keras_tfds.codec(dataset, data_dir=data_dir).config.num_words == 500
    assert f"reparing dataset {name}" in capsys.readouterr().out
    assert imdb_keras_tfds.codec(dataset, data_dir=data_dir, download=False)


def test_an_info_prepares_nothing_and_says_how_to(tmp_path: pathlib.Path) -> None:
    data_dir = tmp_path / "of mine"
    info = tfds.builder("imdb_keras/top10k", data_dir=data_dir).info
    with pytest.raises(ImdbKerasError) as error:
        imdb_keras_tfds.codec(info)
    assert str(error.value).endswith(
        "build it with: tfds build imdb_keras/top10k --imports imdb_keras_tfds "
        f"--data_dir '{data_dir}'"
    )
    assert not data_dir.exists()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "{", "[" * 200_000, "1e999", '{"settings": {"foo": 1}}']
)
def test_metadata_of_something_else_is_refused(
    text: str, data_dir: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    folder = shutil.copytree(prepared("sample", data_dir).data_dir, tmp_path / "copy")
    builder = tfds.builder_from_directory(folder)
    pathlib.Path(folder, "metadata.json").write_text(text)
    with pytest.raises(ImdbKerasError, match=r"metadata.json is not one of imdb_keras; build"):
        imdb_keras_tfds.codec(builder)


@pytest.mark.parametrize("text", ["", "[]", "[" * 200_000])
def test_metadata_of_something_else_is_refused_by_name_too(
    text: str, data_dir: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    place = "imdb_keras/sample_full/1.1.0"
    folder = shutil.copytree(prepared("sample", data_dir).data_dir, tmp_path / place)
    (folder / "metadata.json").write_text(text)
    with pytest.raises(
        ImdbKerasError, match=r"metadata.json: .*; build the dataset again"
    ) as error:
        imdb_keras_tfds.codec("imdb_keras/sample", data_dir=tmp_path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["metadata.json", "imdb_word_index.json"])
def test_a_folder_in_the_place_of_a_file_is_refused(
    name: str, data_dir: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    folder = shutil.copytree(prepared("sample", data_dir).data_dir, tmp_path / "copy")
    builder = tfds.builder_from_directory(folder)
    (folder / name).unlink()
    (folder / name).mkdir()
    with pytest.raises(ImdbKerasError, match=r"cannot be read \(it is no plain file\); build it"):
        imdb_keras_tfds.codec(builder)


@pytest.mark.parametrize("name", ["metadata.json", "imdb_word_index.json"])
def test_a_file_that_is_not_utf8_is_refused(
    name: str, data_dir: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    folder = shutil.copytree(prepared("sample", data_dir).data_dir, tmp_path / "copy")
    builder = tfds.builder_from_directory(folder)
    pathlib.Path(folder, name).write_bytes(b"\x80")
    with pytest.raises(ImdbKerasError, match="is not one of imdb_keras; build the dataset again"):
        imdb_keras_tfds.codec(builder)


@pytest.mark.parametrize(
    "text",
    ['{"\\ud800": 1}', "[]", "{", "[" * 200_000, '{"a": 2}', '{"a": 1, "b": 1}', '{"a": "x"}'],
)
def test_a_word_index_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(ImdbKerasError, match="the word index is not a JSON object"):
        Vocabulary.from_json(text)


texts = st.text() | st.lists(
    st.sampled_from(["The", "film", "unseen", "Don't", "CAFÉ", "café", ".", "\xa0", "<br />"])
).map(" ".join)


@given(texts)
def test_decoding_what_was_encoded_gives_the_words(text: str) -> None:
    codec = codec_of()
    known = [word.decode() for word in words(text.encode(errors="ignore")) if word in RANKS]
    assert codec.decode(codec.encode(text), skip_special=True) == " ".join(known)
    assert codec.decode(codec.encode(text)) == " ".join(["[START]", *known])


@given(texts, st.integers(1, 12), st.integers(0, 5))
def test_cut_and_unknown_words_decode_to_oov(text: str, num_words: int, skip_top: int) -> None:
    codec = codec_of(num_words=num_words, skip_top=skip_top)
    expected = [
        word.decode() if skip_top < RANKS.get(word, 0) and RANKS[word] + 3 < num_words else "[OOV]"
        for word in words(text.encode())
    ]
    ids = codec.encode(text, unknown="oov")
    assert codec.decode(ids) == " ".join(["[START]", *expected])


@given(st.lists(st.sampled_from(sorted(RANKS.values()))))
def test_encoding_what_was_decoded_gives_the_ids(ranks: list[int]) -> None:
    codec = codec_of()
    ids = [1, *(rank + 3 for rank in ranks)]
    assert codec.encode(codec.decode(ids, skip_special=True)).tolist() == ids


@given(
    st.lists(st.integers() | st.floats() | st.text() | st.none() | st.lists(st.integers()))
    | st.text()
    | st.binary()
)
def test_anything_decodes_or_is_refused(ids: Any) -> None:
    try:
        codec_of().decode(ids)
    except ImdbKerasError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("codec", "words", "vocabulary_size"),
    [
        (codec_of(), 6, 10),
        (codec_of(num_words=8), 4, 8),
        (codec_of(num_words=8, skip_top=2), 2, 8),
        (codec_of(num_words=10_000), 6, 10),
        (codec_of(limit=9, semantics="keras"), 5, 9),
        (codec_of(num_words=8, skip_top=6, semantics="keras"), 2, 8),
        (codec_of(oov_char=20), 6, 21),
        (codec_of(start_char=30, num_words=8), 4, 31),
        (codec_of(num_words=2), 0, 3),
        (codec_of(num_words=8, skip_top=8), 0, 3),
        (codec_of(start_char=None, oov_char=None, index_from=0, num_words=1), 0, 1),
    ],
)
def test_its_sizes(codec: Codec, words: int, vocabulary_size: int) -> None:
    assert len(codec) == words
    assert codec.vocabulary_size == vocabulary_size
    every = codec.encode(["unseen", *VOCABULARY.word_index], unknown="oov")
    ids = {token for row in every for token in row.tolist()} | {0}
    assert max(ids) < vocabulary_size
    assert len(ids - {0, codec.config.start_char, codec.config.oov_char}) == words


def test_the_size_is_the_least_that_an_embedding_needs() -> None:
    codec = codec_of(num_words=8)
    embedding = keras.layers.Embedding(codec.vocabulary_size, 2)
    assert embedding(np.arange(codec.vocabulary_size)).shape == (8, 2)
    assert codec.decode([codec.vocabulary_size - 1]) == "don't"


def test_its_word_index_holds_the_ranks_of_all_words() -> None:
    assert codec_of(num_words=5).word_index == {word.decode(): rank for word, rank in RANKS.items()}


def test_its_line_tells_config_and_sizes() -> None:
    assert repr(codec_of(num_words=8)) == (
        "Codec(config='sample_top8', words=4, vocabulary_size=8)"
    )
