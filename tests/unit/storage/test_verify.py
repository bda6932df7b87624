import hashlib
import json
import pathlib
import shutil
from typing import Any

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.storage import manifest, pinned, verify
from tests.helpers.commands import run

SHARDS = [f"imdb_keras-train.tfrecord-0000{i}-of-00003" for i in range(3)]
FILES = sorted(
    [
        *(
            f"imdb_keras-{split}.tfrecord-0000{i}-of-00003"
            for split in ("train", "test", "unsupervised")
            for i in range(3)
        ),
        "features.json",
        "imdb_word_index.json",
        "label.labels.txt",
        "metadata.json",
    ]
)


def prepare(data_dir: pathlib.Path, config: str = "sample", **options: Any) -> pathlib.Path:
    builder = Builder(config=config, data_dir=data_dir)
    download_config = tfds.download.DownloadConfig(num_shards=options.pop("num_shards", None))
    builder.download_and_prepare(download_config=download_config, **options)
    return pathlib.Path(builder.data_dir)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return prepare(tmp_path_factory.mktemp("data"), num_shards=3)


def names(problems: list[str], folder: pathlib.Path) -> set[str]:
    assert all(problem.startswith(str(folder)) and "\n" not in problem for problem in problems)
    return {problem.split(": ")[0].removeprefix(f"{folder}/") for problem in problems}


def test_a_folder_as_it_was_built_is_well(original: pathlib.Path) -> None:
    assert verify.verify(original) == []


@pytest.mark.parametrize(
    ("config", "options"),
    [
        ("sample", {"file_format": "array_record"}),
        ("sample_top100_skip5_max30", {}),
        ("sample_full_keras", {"num_shards": 2}),
        ("sample_top500_text", {"num_shards": 2}),
        ("sample_top500_text", {"file_format": "array_record"}),
    ],
)
def test_other_configs_and_formats_are_well_too(
    config: str, options: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    assert verify.verify(prepare(tmp_path, config, **options)) == []


def test_an_update_of_the_info_leaves_the_folder_well(folder: pathlib.Path) -> None:
    builder = Builder(config="sample", data_dir=folder.parent.parent.parent)
    update = tfds.download.DownloadConfig(download_mode=tfds.GenerateMode.UPDATE_DATASET_INFO)
    builder.download_and_prepare(download_config=update)
    assert verify.verify(folder) == []


def test_the_manifest_is_one_of_sha256sum(original: pathlib.Path) -> None:
    lines = (original / "SHA256SUMS").read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == FILES
    run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=original)


def test_the_content_digest_is_what_it_is_said_to_be(
    original: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    digests = json.loads((original / "metadata.json").read_text())["splits"]
    builder = Builder(config="sample", data_dir=original.parent.parent.parent)
    for split, found in digests.items():
        outer = hashlib.sha256()
        for record in tfds.as_numpy(builder.as_dataset(split=split)):
            content = record["id"] + b"\0"
            content += int(record["label"]).to_bytes(8, "little", signed=True)
            content += int(record["rating"]).to_bytes(4, "little")
            content += b"".join(int(token).to_bytes(4, "little") for token in record["tokens"])
            inner = hashlib.sha256(content).digest()
            inner += record["movie"] + b"\0" + record["duplicate_of"]
            outer.update(hashlib.sha256(inner).digest())
        assert found == {
            "records": builder.info.splits[split].num_examples,
            "with_movie": builder.info.splits[split].num_examples,
            "copies": 1,
            "sha256": outer.hexdigest(),
        }
    # Neither the number of shards nor the file format makes a difference to it.
    other = prepare(tmp_path, file_format="array_record")
    assert json.loads((other / "metadata.json").read_text())["splits"] == digests


def flip(path: pathlib.Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 0x10
    path.write_bytes(data)


@pytest.mark.parametrize("part", range(0, 1000, 40))
def test_a_flipped_byte_anywhere_in_a_shard_is_found(folder: pathlib.Path, part: int) -> None:
    path = folder / SHARDS[1]
    flip(path, path.stat().st_size * part // 1000)
    problems = verify.verify(folder)
    assert f"{path}: differs from SHA256SUMS" in problems
    assert any(
        f"{path}: record " in problem and "cannot be read" in problem for problem in problems
    )


def test_the_record_that_cannot_be_read_is_named(folder: pathlib.Path) -> None:
    path = folder / SHARDS[0]
    first = int.from_bytes(path.read_bytes()[:8], "little") + 16
    flip(path, first + 30)
    assert any(f"{path}: record 1 cannot be read" in line for line in verify.verify(folder))


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_byte_in_any_file_is_found(folder: pathlib.Path, name: str) -> None:
    flip(folder / name, (folder / name).stat().st_size // 2)
    assert name in names(verify.verify(folder), folder)


@pytest.mark.parametrize("name", [*FILES, "SHA256SUMS", "dataset_info.json"])
def test_a_missing_file_is_found(folder: pathlib.Path, name: str) -> None:
    (folder / name).unlink()
    assert name in names(verify.verify(folder), folder)


@pytest.mark.parametrize("name", [*FILES, "SHA256SUMS", "dataset_info.json"])
def test_an_empty_file_is_found(folder: pathlib.Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    assert verify.verify(folder)


@pytest.mark.parametrize("at_a_record", [False, True])
def test_a_truncated_shard_is_found(folder: pathlib.Path, at_a_record: bool) -> None:
    path = folder / SHARDS[2]
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little") + 16 if at_a_record else len(data) - 5
    path.write_bytes(data[:size])
    left = 1 if at_a_record else 15
    problems = verify.verify(folder)
    assert f"{path}: holds {left} records that can be read, not 16" in problems
    assert f"{path}: differs from SHA256SUMS" in problems


def test_a_swapped_pair_of_shards_is_found(folder: pathlib.Path) -> None:
    first, second = (folder / name for name in SHARDS[:2])
    first_data, second_data = first.read_bytes(), second.read_bytes()
    first.write_bytes(second_data)
    second.write_bytes(first_data)
    assert names(verify.verify(folder), folder) >= {SHARDS[0], SHARDS[1]}
    # Even with a manifest made to fit, the content is in another order.
    manifest.write_manifest(folder)
    (problem,) = verify.verify(folder)
    assert "metadata.json: the content of split train is another" in problem


def test_an_extra_file_is_found(folder: pathlib.Path) -> None:
    (folder / "imdb_keras-train.tfrecord-00003-of-00003").write_bytes(b"")
    assert len(verify.verify(folder)) == 2


EDITS: dict[str, Any] = {
    "version": "1.0.1",
    "name": "imdb_reviews",
    "configName": "full",
    "configDescription": "Something else.",
    "description": "Something else.",
    "citation": "",
    "supervisedKeys": {"tuple": {"items": [{"featureKey": "tokens"}, {"featureKey": "rating"}]}},
    "disableShuffling": False,
    "releaseNotes": {},
    "fileFormat": "array_record",
    "splits": [],
    "more": 1,
}


@pytest.mark.parametrize("key", EDITS)
def test_an_edited_dataset_info_is_found(folder: pathlib.Path, key: str) -> None:
    path = folder / "dataset_info.json"
    info = json.loads(path.read_text())
    assert info.get(key) != EDITS[key]
    path.write_text(json.dumps(info | {key: EDITS[key]}))
    assert verify.verify(folder)


@pytest.mark.parametrize(
    ("field", "value"),
    [("numBytes", "1"), ("shardLengths", ["15", "17", "16"]), ("name", "validation")],
)
def test_an_edited_split_is_found(folder: pathlib.Path, field: str, value: Any) -> None:
    path = folder / "dataset_info.json"
    info = json.loads(path.read_text())
    info["splits"][1][field] = value
    path.write_text(json.dumps(info))
    assert verify.verify(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", '{"splits": 3, "settings": {}}'])
@pytest.mark.parametrize("name", ["dataset_info.json", "metadata.json"])
def test_json_of_another_form_is_found(folder: pathlib.Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    assert verify.verify(folder)


def test_a_folder_of_another_version_or_config_is_found(
    folder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    for place in ("imdb_keras/sample_full/2.0.0", "imdb_keras/top10k/1.1.0"):
        other = shutil.copytree(folder, tmp_path / "other" / place)
        (problem,) = verify.verify(other)
        assert problem == f"{other}: holds imdb_keras/sample_full 1.1.0, not what it is named"


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: pathlib.Path) -> None:
    (problem,) = verify.verify(tmp_path / "nowhere")
    assert "there is no such folder; build the dataset" in problem


def test_a_listed_config_is_held_against_the_release(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    known = {"version": "1.1.0", "configs": {"sample_full": manifest.reference(folder)}}
    monkeypatch.setattr(pinned, "REFERENCE", tmp_path / "reference.json")

    def found(reference: Any) -> list[str]:
        (tmp_path / "reference.json").write_text(json.dumps(reference))
        return verify.verify(folder)

    assert found(known) == []
    expected = known["configs"]["sample_full"]  # type: ignore[index]
    expected["files"][SHARDS[0]] = "0" * 64
    assert found(known) == [f"{folder / SHARDS[0]}: is not that of the release"]
    # With other shards only the content counts, and the files that every format has.
    expected["files"]["imdb_keras-train.tfrecord-00000-of-00001"] = expected["files"].pop(SHARDS[0])
    assert found(known) == []
    expected["files"]["imdb_word_index.json"] = "0" * 64
    assert found(known) == [f"{folder / 'imdb_word_index.json'}: is not that of the release"]
    expected["files"].pop("imdb_word_index.json")
    expected["splits"]["test"]["sha256"] = "0" * 64
    assert found(known) == [
        f"{folder / 'metadata.json'}: the digest of split test is not that of the release"
    ]


def test_the_sample_has_the_bytes_of_its_version(tmp_path: pathlib.Path, sample: Corpus) -> None:
    """Fails if bytes change while VERSION does not: `make digests` after raising VERSION."""
    known = json.loads(manifest.REFERENCE.read_text())
    assert known["version"] == str(Builder.VERSION)
    assert known["configs"]["sample_full"] == manifest.reference(prepare(tmp_path))
    listed = {config.name for config in Builder.BUILDER_CONFIGS}
    assert known["configs"].keys() == listed | {"sample_full"}
