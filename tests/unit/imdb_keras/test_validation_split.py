"""The fourth split: by one process and by Beam, of the sample and of one's own reviews."""

import json
import pathlib
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds

import imdb_keras_tfds
from benchmarks import synthetic
from imdb_keras_tfds import Builder, Columns, ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.beam import chunks, staging
from imdb_keras_tfds.recipe.validation import held_out
from imdb_keras_tfds.source import release
from imdb_keras_tfds.storage.verify import verify
from tests.helpers.building import IN_MEMORY, built
from tests.helpers.layout import FILES, LISTS, Files, write_folder, write_tar

SIZES = {"train": 40, "test": 48, "unsupervised": 24, "validation": 8}


class ValidationTest(tfds.testing.DatasetBuilderTestCase):
    """TFDS's own test of a builder, with a fourth split."""

    DATASET_CLASS = Builder
    EXAMPLE_DIR = str(release.sample_path())
    BUILDER_CONFIG_NAMES_TO_TEST = (ImdbKerasConfig.from_name("sample_top500_val20"),)
    SPLITS = SIZES


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a few reviews, cut once more by their size, so that many have both splits."""
    monkeypatch.setattr(staging, "CHUNK_REVIEWS", 7)
    monkeypatch.setattr(chunks, "CHUNK_SIZE", 2_000)


def columns(config: str, split: str, data_dir: pathlib.Path) -> Columns:
    return imdb_keras_tfds.load_columns(f"imdb_keras/{config}", split, data_dir=data_dir)


def texts_of(columns: Columns) -> set[str]:
    """Texts, by the id of the first review that has them."""
    originals = np.where(columns["duplicate_of"] == "", columns["id"], columns["duplicate_of"])
    return set(originals.tolist())


@pytest.mark.parametrize("percent", [5, 10, 20, 33, 50])
@pytest.mark.parametrize(
    "name", ["sample_full{}", "sample_top300_max20_seed7{}", "sample_top300_skip5_max120{}_keras"]
)
def test_train_is_cut_in_two_by_the_rule(name: str, percent: int, data_dir: pathlib.Path) -> None:
    whole, cut = name.format(""), name.format(f"_val{percent}")
    train, validation = (columns(cut, split, data_dir) for split in ("train", "validation"))
    every = columns("sample_full", "train", data_dir)
    is_held = held_out(
        every["id"].tolist(),
        every["movie"].tolist(),
        every["duplicate_of"].tolist(),
        every["label"],
        seed=ImdbKerasConfig.from_name(cut).seed,
        percent=percent,
    )
    assert np.bincount(every["label"][is_held]).tolist() == [24 * percent // 100] * 2

    # All that is kept of train is in one of both, as it was and in its order.
    kept: Any = columns(whole, "train", data_dir)
    is_kept = np.isin(kept["id"], every["id"][is_held])
    for found, chosen in ((train, ~is_kept), (validation, is_kept)):
        assert chosen.any()
        for feature, column in found.items():
            expected = kept[feature][chosen]
            same = expected.equals if feature == "tokens" else expected.tolist().__eq__
            assert same(column if feature == "tokens" else column.tolist())  # type: ignore[attr-defined]

    assert not set(train["movie"]) & set(validation["movie"])
    assert not texts_of(train) & texts_of(validation)


def test_all_else_is_as_without_it(data_dir: pathlib.Path) -> None:
    whole, cut = (
        tfds.builder(f"imdb_keras/{name}", data_dir=data_dir)
        for name in ("sample_top500", "sample_top500_val20")
    )
    for builder in (whole, cut):
        builder.download_and_prepare()
    assert {name: split.num_examples for name, split in cut.info.splits.items()} == SIZES
    for name in (
        "imdb_word_index.json",
        "imdb_keras-test.tfrecord-00000-of-00001",
        "imdb_keras-unsupervised.tfrecord-00000-of-00001",
    ):
        assert (cut.data_path / name).read_bytes() == (whole.data_path / name).read_bytes()
    assert cut.info.metadata["settings"]["validation_split"] == 20
    assert sum(split["copies"] for split in cut.info.metadata["splits"].values()) == sum(
        split["copies"] for split in whole.info.metadata["splits"].values()
    )
    assert verify(cut.data_dir) == []


def test_the_seed_chooses(data_dir: pathlib.Path) -> None:
    chosen = {
        frozenset(columns(f"sample_top100_seed{seed}_val20", "validation", data_dir)["id"])
        for seed in (1, 2, 3)
    }
    assert len(chosen) == 3


def test_it_is_read_as_any_other_split(data_dir: pathlib.Path) -> None:
    name = "imdb_keras/sample_top500_val20"
    by_tfds = tfds.load(name, split="validation", as_supervised=True, data_dir=data_dir)
    batches = imdb_keras_tfds.batches(name, "validation", 3, data_dir=data_dir)
    assert [int(label) for _, label in by_tfds] == [
        int(label) for _, labels in batches for label in labels
    ]
    both = imdb_keras_tfds.batches(name, "train+validation[:50%]", 3, data_dir=data_dir)
    assert sum(len(labels) for _, labels in both) == 44
    codec = imdb_keras_tfds.codec(name, data_dir=data_dir)
    assert codec.encode("What a film!").tolist() == (
        imdb_keras_tfds.codec("imdb_keras/sample_top500", data_dir=data_dir)
        .encode("What a film!")
        .tolist()
    )


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("sample_full_val20", {"num_shards": 3}),
        ("sample_top100_skip5_max20_seed5_val50", {}),
        ("sample_full_val33_text", {"num_shards": 4}),
        ("sample_top100_max120_oovnone_val33_keras", {"num_shards": 2}),
        ("sample_top100_val20", {"max_examples_per_split": 6, "num_shards": 2}),
        ("sample_top500_val10", {"file_format": "array_record"}),
    ],
)
def test_beam_gives_the_bytes_of_one_process(
    name: str, options: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    expected = built(name, tmp_path / "one", **options)
    assert any(file.startswith("imdb_keras-validation.") for file in expected)
    assert built(name, tmp_path / "beam", **options, **IN_MEMORY) == expected


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("as_folder", [True, False])
def test_ones_own_reviews_need_no_lists(as_folder: bool, tmp_path: pathlib.Path) -> None:
    path = synthetic.write(tmp_path / "mine", 400, median_length=20, as_folder=as_folder)
    config = ImdbKerasConfig(name="mine", corpus=path, validation_split=30)
    expected = built(config, tmp_path / "one")
    assert built(config, tmp_path / "beam", **IN_MEMORY) == expected
    validation = columns("mine", "validation", tmp_path / "one")
    train = columns("mine", "train", tmp_path / "one")
    assert np.bincount(validation["label"]).tolist() == [15, 15]
    assert np.bincount(train["label"]).tolist() == [35, 35]
    assert set(train["movie"]) == set(validation["movie"]) == {""}
    assert verify(tmp_path / "one/imdb_keras/mine/1.1.0") == []


def own(files: Files, path: pathlib.Path, percent: int) -> ImdbKerasConfig:
    path = write_tar(path, files.items()) if path.suffix else write_folder(path, files)
    return ImdbKerasConfig(name="mine", corpus=path, validation_split=percent)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("form", ["mine", "mine.tar"])
def test_lists_and_copies_keep_ones_own_reviews_together(form: str, tmp_path: pathlib.Path) -> None:
    # 11 has reviews of its own and a copy of one of 12, whose other copy has no list.
    files = {
        "train/pos/0_9.txt": b"A great, great film!",
        "train/pos/1_9.txt": b"What a film.",
        "train/pos/2_9.txt": b"Another film.",
        "train/pos/3_9.txt": b"Yet another film.",
        "train/urls_pos.txt": b"".join(
            b"http://www.imdb.com/title/tt00000%d/usercomments\n" % title
            for title in (11, 11, 12, 13)
        ),
        "train/neg/0_1.txt": b"Dull.",
        "train/neg/1_1.txt": b"What a film.",
        "train/neg/2_1.txt": b"Bad.",
        "train/neg/3_1.txt": b"Another film.",
    }
    config = own(files, tmp_path / form, 50)
    expected = built(config, tmp_path / "one")
    assert built(config, tmp_path / "beam", **IN_MEMORY) == expected
    train, validation = (columns("mine", s, tmp_path / "one") for s in ("train", "validation"))
    sides = [set(side["id"].tolist()) for side in (train, validation)]
    for together in (
        {"train/pos/0_9", "train/pos/1_9", "train/neg/1_1"},
        {"train/pos/2_9", "train/neg/3_1"},
    ):
        assert any(together <= side for side in sides)
    assert not texts_of(train) & texts_of(validation)


@pytest.mark.parametrize("options", [{}, IN_MEMORY], ids=["one process", "Beam"])
def test_too_few_reviews_are_refused_in_one_line(
    options: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    config = own({**FILES, **LISTS}, tmp_path / "mine", 49)
    with pytest.raises(ImdbKerasError) as error:
        built(config, tmp_path / "data", **options)
    assert str(error.value).startswith("a validation split of 49 % has room for 0 of the 2 reviews")
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "data").rglob("*.tfrecord*"))


def test_verify_misses_the_split(tmp_path: pathlib.Path) -> None:
    built("sample_top500_val20", tmp_path)
    folder = tmp_path / "imdb_keras/sample_top500_val20/1.1.0"
    metadata = json.loads((folder / "metadata.json").read_text())
    del metadata["splits"]["validation"]
    (folder / "metadata.json").write_text(json.dumps(metadata))
    assert any("its splits lack validation" in problem for problem in verify(folder))


def test_verify_takes_no_split_that_was_not_asked_for(tmp_path: pathlib.Path) -> None:
    built("sample_top500_val20", tmp_path)
    folder = tmp_path / "imdb_keras/sample_top500_val20/1.1.0"
    content = (folder / "metadata.json").read_text()
    (folder / "metadata.json").write_text(
        content.replace('"validation_split": 20', '"validation_split": 0')
    )
    assert any(
        "its splits does not name train, test, unsupervised" in problem
        for problem in verify(folder)
    )
