import json
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.protobuf import json_format

from imdb_keras_tfds import Builder, ImdbKerasConfig
from imdb_keras_tfds.source import release
from imdb_keras_tfds.storage import strict_json
from imdb_keras_tfds.storage.info_check import expected_of, info_problems, metadata_problem
from imdb_keras_tfds.storage.manifest import write_manifest
from imdb_keras_tfds.storage.verify import verify
from tests.helpers.faults_report import RecordProperty, report

Edit = Callable[[dict[str, Any]], None]


def dumped(info: Any) -> bytes:
    return json.dumps(info, indent=2, sort_keys=True).encode()


def metadata_of(config: ImdbKerasConfig) -> dict[str, Any]:
    """The metadata of a dataset of a release, but for the digests of its splits."""
    known = release.RELEASES[config.corpus or ""]
    return {
        "settings": config.settings,
        "index_limit": None,
        "vocabulary_size": known.vocabulary_size,
        "source": {
            folder: {
                "reviews": found.reviews,
                "bytes": found.size,
                "sha256": found.digest,
                "movies_sha256": found.movies,
            }
            for folder, found in known.contents.items()
        },
        "splits": {
            split: {"records": 1, "with_movie": 1, "copies": 0, "sha256": "0" * 64}
            for split in release.SPLITS
        },
    }


class Flips:
    """Every single bit of a `dataset_info.json` flipped, and what is found of it."""

    def __init__(self, content: bytes, metadata: dict[str, Any]):
        self.tried = 0
        self._content = content
        self._metadata = metadata
        self._expected = expected_of(ImdbKerasConfig(**metadata["settings"]), str(Builder.VERSION))

    def not_found(self) -> Iterator[bytes]:
        """Those in which `info_problems` finds nothing."""
        for place in range(len(self._content)):
            for bit in range(8):
                flipped = bytearray(self._content)
                flipped[place] ^= 1 << bit
                self.tried += 1
                if not self._is_found(bytes(flipped)):
                    yield bytes(flipped)

    def _is_found(self, content: bytes) -> bool:
        try:
            info = strict_json.parse(content)
        except ValueError:
            return True
        return any(info_problems(info, content, self._expected, self._metadata))


def test_every_flipped_bit_of_the_dataset_info_is_found(
    folder: pathlib.Path, record_property: RecordProperty
) -> None:
    path = folder / "dataset_info.json"
    flips = Flips(path.read_bytes(), json.loads((folder / "metadata.json").read_text()))
    numbers = 0
    for content in flips.not_found():
        # Only a count of records or bytes may pass for another; the shards tell which it is.
        path.write_bytes(content)
        assert verify(folder), content
        numbers += 1
    assert 0 < numbers < 200
    assert flips.tried == 8 * len(path.read_bytes())
    report(
        record_property, "one bit of `dataset_info.json` flipped", flips.tried, "found by `verify`"
    )


def test_only_the_size_of_a_download_may_be_another_number() -> None:
    config = ImdbKerasConfig.from_name("top10k")
    metadata = metadata_of(config)
    info = dict(expected_of(config, str(Builder.VERSION)).info) | {
        "downloadSize": "84125825",
        "fileFormat": "tfrecord",
        "moduleName": Builder.__module__,
        "splits": [
            {
                "filepathTemplate": "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}",
                "name": split,
                "numBytes": "1",
                "shardLengths": ["1"],
            }
            for split in release.SPLITS
        ],
    }

    def as_tfds_reads_it(content: bytes) -> Any:
        message = json_format.Parse(content, type(Builder(config="top10k").info.as_proto)())
        message.ClearField("download_size")
        for split in message.splits:
            split.ClearField("num_bytes")
            split.ClearField("shard_lengths")
        return message

    original = as_tfds_reads_it(dumped(info))
    passed = list(Flips(dumped(info), metadata).not_found())
    # Eight digits, each of which is one bit away from three or four others, and six numbers of 1.
    assert len(passed) > 20
    assert all(as_tfds_reads_it(content) == original for content in passed)


def split(key: str, value: Any, place: int = 0) -> Edit:
    return lambda info: info["splits"][place].update({key: value})


def key(name: str, value: Any) -> Edit:
    return lambda info: info.update({name: value})


@pytest.mark.parametrize(
    "edit",
    [
        # TFDS would read test's shards for train, a file out of the folder, or none.
        split("filepathTemplate", "{DATASET}-test.{FILEFORMAT}-{SHARD_X_OF_Y}"),
        split("filepathTemplate", "../{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}"),
        split("filepathTemplate", "/etc/passwd"),
        split("filepathTemplate", ""),
        split("filepathTemplate", None),
        lambda info: info["splits"][0].pop("filepathTemplate"),
        lambda info: info["splits"].append(info["splits"][0]),
        lambda info: info["splits"].reverse(),
        lambda info: info["splits"].pop(),
        lambda info: info["splits"].append(7),
        lambda info: info["splits"][0].pop("numBytes"),
        split("statistics", {"numExamples": "1"}),
        split("numShards", "1"),
        split("numBytes", 10242),
        split("numBytes", 10242.0),
        split("numBytes", "010242"),
        split("numBytes", "10242.0"),
        split("numBytes", "-1"),
        split("numBytes", str(2**63)),
        split("numBytes", "\u0667\u0669\u0669\u0668"),
        split("numBytes", "9" * 5_000),
        split("shardLengths", ["48", "0"]),
        split("shardLengths", []),
        split("shardLengths", [48]),
        split("shardLengths", "48"),
        split("shardLengths", [[]]),
        split("shardLengths", ["1"] * 100_000),
        split("name", "**/**"),
        split("name", "../train"),
        split("name", "/train"),
        split("name", ["train"]),
        split("name", {}),
        key("splits", {"train": 1}),
        key("splits", None),
        key("version", 1.0),
        key("disableShuffling", 1),
        key("disableShuffling", "true"),
        key("fileFormat", "riegeli"),
        key("fileFormat", ["tfrecord"]),
        key("fileFormat", None),
        key("moduleName", "os"),
        key("moduleName", ""),
        key("downloadSize", "1"),  # The sample is not downloaded.
        key("downloadSize", "0"),
        key("alternativeFileFormats", []),
        key("alternativeFileFormats", ["tfrecord"]),
        key("alternativeFileFormats", "array_record"),
        key("alternativeFileFormats", [["array_record"]]),
        key("alternativeFileFormats", ["array_record"]),  # whose shards are missing
        key("configTags", ["x"]),
        key("features", {"pythonClassName": "os.system"}),
        key("isBlocked", "it is"),
        key("nondeterministicOrder", True),
        key("sizeInBytes", "1"),
        key("redistributionInfo", {"license": "none"}),
        key("schema", {}),
        key("more\ud800", "\ud800"),
    ],
)
def test_an_edit_that_changes_what_tfds_reads_is_found(
    folder: pathlib.Path, edit: Edit, record_property: RecordProperty
) -> None:
    path = folder / "dataset_info.json"
    info = json.loads(path.read_text())
    edit(info)
    path.write_bytes(dumped(info))
    problems = verify(folder)
    assert problems
    assert all(problem.isprintable() for problem in problems)
    report(record_property, "an edited key of `dataset_info.json`", 1, "found by `verify`")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"citation"', '"Citation"'),
        lambda text: text.replace('"numBytes"', '"num_bytes"'),  # protobuf reads this one too
        lambda text: text.replace('"version": "1.1.0"', '"version": "1.1.0", "version": "1.1.0"'),
        lambda text: text.replace('"10242"', '"10242", "numBytes": "10242"'),
        lambda text: text.replace("  ", "\t"),
        lambda text: text + "\n",
        lambda text: "\ufeff" + text,
        lambda text: text.replace("true", "1e999"),
        lambda text: text.replace("true", "NaN"),
        lambda text: text.replace("true", "9" * 5_000),
        lambda text: text.replace("true", "[" * 200_000 + "]" * 200_000),
        lambda text: text.replace("true", '{"a":' * 200_000 + "1" + "}" * 200_000),
        lambda text: text.replace("IMDB", "\\ud800", 1),
    ],
)
def test_another_text_is_found(
    folder: pathlib.Path, change: Callable[[str], str], record_property: RecordProperty
) -> None:
    path = folder / "dataset_info.json"
    text = path.read_text()
    assert change(text) != text
    path.write_text(change(text))
    assert verify(folder)
    report(record_property, "another text of `dataset_info.json`", 1, "found by `verify`")


@pytest.mark.parametrize("name", ["features.json", "label.labels.txt"])
def test_features_are_held_against_the_code_and_nothing_in_them_is_imported(
    folder: pathlib.Path,
    name: str,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "evil_feature.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.syspath_prepend(tmp_path)
    path = folder / name
    path.write_text(
        path.read_text().replace("tensorflow_datasets.core.features.scalar", "evil_feature") + " "
    )
    write_manifest(folder)
    assert f"{path}: is not what this package writes" in verify(folder)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "edit",
    [
        key("settings", {}),
        key("settings", []),
        key("settings", {"seed": 1e999}),
        key("settings", {"corpus": "/dev/zero", "name": "../x"}),
        lambda found: found["settings"].update(seed=True),
        lambda found: found["settings"].update(seed=113.0),
        lambda found: found["settings"].update(more=1),
        lambda found: found["settings"].pop("seed"),
        key("index_limit", "1"),
        key("index_limit", -1),
        key("vocabulary_size", 1_083.0),
        key("vocabulary_size", 1_112),
        key("vocabulary_size", None),
        lambda found: found["source"]["train/pos"].update(reviews=25),
        lambda found: found["source"].pop("train/pos"),
        lambda found: found["source"]["train/pos"].update(movies_sha256="0" * 64),
        lambda found: found["source"]["train/pos"].update(movies_sha256=None),
        lambda found: found["source"]["train/pos"].pop("movies_sha256"),
        lambda found: found["splits"]["train"].update(with_movie=47),
        lambda found: found["splits"]["train"].update(copies=2),
        lambda found: found["splits"]["train"].update(copies=None),
        lambda found: found["splits"]["train"].pop("copies"),
        lambda found: found["settings"].pop("text"),
        lambda found: found["settings"].update(text=True),
        lambda found: found["settings"].update(text=0),
        key("source", {}),
        key("splits", {}),
        key("splits", []),
        lambda found: found["splits"].update({"../x": {"records": 1, "sha256": "0" * 64}}),
        lambda found: found["splits"]["train"].update(records=48.0),
        lambda found: found["splits"]["train"].update(sha256="0"),
        lambda found: found["splits"]["train"].update(sha256=None),
        lambda found: found["splits"].update(train=found["splits"].pop("train")),
        key("more", 1),
    ],
)
def test_metadata_of_another_form_is_found_whatever_the_manifest_says(
    folder: pathlib.Path, edit: Edit, record_property: RecordProperty
) -> None:
    path = folder / "metadata.json"
    metadata = json.loads(path.read_text())
    assert metadata_problem(metadata, path.read_bytes(), str(Builder.VERSION)) is None
    edit(metadata)
    path.write_text(json.dumps(metadata))
    write_manifest(folder)
    problems = verify(folder)
    assert problems
    assert all(problem.startswith(str(folder)) for problem in problems)


def test_a_word_index_that_does_not_fit_is_found(folder: pathlib.Path) -> None:
    path = folder / "imdb_word_index.json"
    text = path.read_text()
    words = json.loads(text)
    last = max(words, key=words.__getitem__)
    for other, problem in (
        (json.dumps({word: rank for word, rank in words.items() if word != last}), "1082 words"),
        (text.replace(f": {words[last]}", f": {words[last]}.0"), "not written as"),
        (text + " ", "not written as"),
        ("[" * 200_000, "cannot be read"),
    ):
        path.write_text(other)
        write_manifest(folder)
        assert any(problem in found for found in verify(folder)), other[:80]
