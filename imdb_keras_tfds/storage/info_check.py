"""Holds what the JSON files of a dataset folder say against what this package would write.

Nothing that is named in them (a class, a file, a path) is imported or opened: they are held against
what the code gives for the same settings. The values of one build are held against their form.

Usage:

    expected = expected_of(config_of(metadata), info["version"])
    for problem in info_problems(info, content, expected, metadata):
        print(problem)
"""

import json
import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tensorflow_datasets as tfds

from ..config import ImdbKerasConfig
from ..names import DATASET
from ..recipe.validation import VALIDATION
from ..source.release import FOLDERS, STANFORD
from .manifest import unify_line_ends
from .shards import READABLE, shard_name
from .versions import Form, form_of, is_earlier

# TFDS reads the shards by this, so it may be no other.
_TEMPLATE = "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}"

# The module of the builder: of this package, or where `tfds build` runs in the dataset's folder.
_MODULES = tuple(
    f"{package}{DATASET}.{DATASET}_dataset_builder" for package in ("imdb_keras_tfds.", "")
)

# An int64 that is not negative, as protobuf writes it in JSON.
_INT64 = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Expected:
    """What this package writes for a config, or did in an earlier version of the dataset.

    Attributes:
      config: the config.
      features: of a record.
      info: of `dataset_info.json` all that is not of one build.
      files: name -> content of the files of the features.
    """

    config: ImdbKerasConfig
    features: list[str]
    info: Mapping[str, Any]
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Split:
    """What `dataset_info.json` says of a split.

    Attributes:
      name: of the split.
      size: bytes of its records.
      lengths: number of records of each shard.
    """

    name: str
    size: int
    lengths: tuple[int, ...]

    def shards(self, file_format: tfds.core.FileFormat) -> list[str]:
        """The file names of its shards."""
        count = len(self.lengths)
        return [shard_name(DATASET, self.name, file_format, i, count) for i in range(count)]


def metadata_problem(metadata: Any, content: bytes, version: Any) -> str | None:
    """What is wrong with `metadata.json`, if anything is.

    Args:
      metadata: what it holds.
      content: its bytes.
      version: of the dataset, by its `dataset_info.json`.
    """
    form = form_of(version)
    keys = ["settings", "index_limit", "vocabulary_size", "source", "splits"]
    if not isinstance(metadata, dict) or list(metadata) != keys:
        return f"does not hold {', '.join(keys)}, in this order"
    try:
        config = config_of(metadata)
    except (TypeError, ValueError) as error:
        return f"its settings are not those of a config ({error})"
    if json.dumps(form.settings(config)) != json.dumps(metadata["settings"]):
        return "its settings are not written as a build writes them"
    if not (metadata["index_limit"] is None or _is_count(metadata["index_limit"])):
        return "its index_limit is no count"
    if not _is_count(metadata["vocabulary_size"]):
        return "its vocabulary_size is no count"
    if problem := _source_problem(metadata, config, form):
        return problem
    if list(metadata["splits"]) != [s for s in config.splits if s in metadata["splits"]]:
        return f"its splits are not in the order {', '.join(config.splits)}"
    if config.validation_split and VALIDATION not in metadata["splits"]:
        return f"its splits lack {VALIDATION}"
    if content != json.dumps(metadata).encode():
        return "is not written as a build writes it"
    return None


def _source_problem(metadata: Mapping[str, Any], config: ImdbKerasConfig, form: Form) -> str | None:
    """What is wrong with the counts and digests of `metadata.json`, if anything is."""
    lists = ["movies_sha256"] if form.has_movies else []
    for part, names, counts, digests in (
        ("source", FOLDERS, ("reviews", "bytes"), ["sha256", *lists]),
        ("splits", dict.fromkeys(config.splits), form.counts, ["sha256"]),
    ):
        found = metadata[part]
        if not isinstance(found, dict) or not found or not found.keys() <= names.keys():
            return f"its {part} does not name {', '.join(names)}"
        for name, value in found.items():
            if not (
                isinstance(value, dict)
                and list(value) == [*counts, *digests]
                and all(_is_count(value[count]) for count in counts)
                and all(
                    _is_sha256(value[digest]) or (digest in lists and value[digest] is None)
                    for digest in digests
                )
            ):
                return f"its {part} has no counts and digest of {name!r}"
    release = form.releases.get(config.corpus or "")
    if release is None:
        return None
    known = form.source(release.contents), release.vocabulary_size
    if (metadata["source"], metadata["vocabulary_size"]) != known:
        return f"its source or vocabulary_size is not that of the corpus {release.name}"
    return None


def config_of(metadata: Mapping[str, Any]) -> ImdbKerasConfig:
    """The config of the settings in `metadata.json`.

    Raises:
      TypeError: there are other settings.
      ImdbKerasError: a setting is out of its bounds.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # They were for whoever made the dataset.
        return ImdbKerasConfig(**metadata["settings"])


def expected_of(config: ImdbKerasConfig, version: Any) -> Expected:
    """What this package writes for a config, or wrote in an earlier version.

    Args:
      config: the config.
      version: of the dataset; whatever is no earlier one stands for that of today.
    """
    names = form_of(version).features(config)
    with tempfile.TemporaryDirectory() as empty:  # a data folder where nothing is prepared
        builder = tfds.builder_cls(DATASET)(config=config, data_dir=empty)
        info = json.loads(builder.info.as_json)
        if is_earlier(version):
            info["version"] = version
            # They grow by one with each version.
            notes = list(builder.RELEASE_NOTES)
            known = notes[: notes.index(version) + 1]
            info["releaseNotes"] = {name: builder.RELEASE_NOTES[name] for name in known}
        features = Path(empty) / "features"
        features.mkdir()
        described = builder.info.features
        tfds.features.FeaturesDict({name: described[name] for name in names}).save_config(features)
        unify_line_ends(features)
        files = {path.name: path.read_bytes() for path in features.iterdir()}
    for key in ("fileFormat", "moduleName"):
        info.pop(key, None)
    return Expected(config, names, info, files)


def info_problems(
    info: Mapping[str, Any], content: bytes, expected: Expected, metadata: Mapping[str, Any]
) -> Iterator[str]:
    """What is wrong with `dataset_info.json`.

    Args:
      info: what it holds.
      content: its bytes.
      expected: what it should hold.
      metadata: of the same folder.
    """
    of_a_build = {
        "moduleName": info.get("moduleName") in _MODULES,
        "fileFormat": _is_format(info.get("fileFormat")),
        "downloadSize": _is_download(info.get("downloadSize"), expected.config),
        "alternativeFileFormats": _are_alternatives(info),
        "splits": True,
    }
    problems = []
    for key in sorted(expected.info.keys() | info.keys() | of_a_build.keys()):
        if key in of_a_build:
            if not of_a_build[key]:
                problems.append(f"{key} is {_short(info.get(key))}, as no build writes")
        elif json.dumps(info.get(key)) != json.dumps(expected.info.get(key)):
            problems.append(
                f"{key} is {_short(info.get(key))}, not {_short(expected.info.get(key))}"
            )
    problems += _split_problems(info.get("splits"), list(metadata["splits"]))
    # Keys or values may be as they should, and still be written in a way that TFDS cannot read.
    written = json.dumps(info, indent=2, sort_keys=True).encode()
    if not problems and content not in (written, written.replace(b"\n", b"\r\n")):  # on Windows
        problems.append("is not written as TFDS writes it")
    yield from problems


def formats_of(info: Mapping[str, Any]) -> list[tfds.core.FileFormat]:
    """The format of a dataset, and those that were added to it; none if one is not known."""
    if not _is_format(info.get("fileFormat")) or not _are_alternatives(info):
        return []
    # The converter of TFDS may add a format again.
    values = dict.fromkeys([info["fileFormat"], *info.get("alternativeFileFormats", ())])
    return [tfds.core.FileFormat(value) for value in values]


def splits_of(info: Mapping[str, Any], metadata: Mapping[str, Any]) -> list[Split]:
    """The splits of `dataset_info.json`; none if something is wrong with one."""
    if any(_split_problems(info.get("splits"), list(metadata["splits"]))):
        return []
    return [
        Split(
            name=split["name"],
            size=int(split["numBytes"]),
            lengths=tuple(int(length) for length in split["shardLengths"]),
        )
        for split in info["splits"]
    ]


def _split_problems(splits: Any, names: list[str]) -> Iterator[str]:
    listed = splits if isinstance(splits, list) else []
    found = [split.get("name") if isinstance(split, dict) else split for split in listed]
    if found != names or not all(isinstance(split, dict) for split in listed):
        yield f"the splits are {_short(found)}, not {names!r}"
        return
    for split in listed:
        keys = {"filepathTemplate", "name", "numBytes", "shardLengths"}
        if split.keys() != keys:
            yield f"split {split['name']} has {_short(sorted(split))}, not {sorted(keys)!r}"
        elif split["filepathTemplate"] != _TEMPLATE:
            yield (
                f"filepathTemplate of {split['name']} is {_short(split['filepathTemplate'])}, not "
                f"{_TEMPLATE!r}"
            )
        elif not _is_int64(split["numBytes"]):
            yield f"numBytes of {split['name']} is {_short(split['numBytes'])}, as no build writes"
        elif not (
            isinstance(split["shardLengths"], list)
            and split["shardLengths"]
            and all(_is_int64(length) for length in split["shardLengths"])
        ):
            lengths = _short(split["shardLengths"])
            yield f"shardLengths of {split['name']} is {lengths}, as no build writes"


def _is_download(size: Any, config: ImdbKerasConfig) -> bool:
    """Whether it is what TFDS says of a download; only the archive of Stanford is downloaded."""
    return size is None or (config.corpus == STANFORD.name and _is_int64(size))


def _are_alternatives(info: Mapping[str, Any]) -> bool:
    """Whether they are what `tfds convert_format` adds."""
    if "alternativeFileFormats" not in info:
        return True
    formats = info["alternativeFileFormats"]
    return (
        isinstance(formats, list)
        and bool(formats)
        and all(_is_format(item) and item != info.get("fileFormat") for item in formats)
    )


def _is_format(value: Any) -> bool:
    return value in [known.value for known in READABLE]


def _is_int64(value: Any) -> bool:
    """Whether it is a positive int64 as protobuf writes it in JSON; it leaves out a zero."""
    return isinstance(value, str) and _INT64.fullmatch(value) is not None and 0 < int(value) < 2**63


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**63


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
