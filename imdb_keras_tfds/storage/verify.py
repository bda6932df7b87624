"""Checks a dataset folder against its manifest, its digests and the release.

Usage:

    for problem in verify("~/tensorflow_datasets/imdb_keras/top10k/1.0.0"):
        print(problem)
"""

import json
from collections.abc import Callable
from typing import Any

import tensorflow_datasets as tfds
from etils import epath

from ..config import ImdbKerasConfig
from ..progress import default_progress
from ..recipe.vocabulary import WORD_INDEX
from . import shards, wire
from .digests import ContentDigest, record_digest
from .hashing import sha256_of
from .manifest import INFO, MANIFEST, METADATA, REFERENCE, read_manifest

# What `dataset_info.json` says of one build and not of the dataset.
_INFO_OF_A_BUILD = {"splits", "downloadSize", "fileFormat", "moduleName"}


_FILES_OF_EVERY_FORMAT = ("features.json", WORD_INDEX, "label.labels.txt")


def verify(folder: epath.PathLike, progress: Callable[..., Any] = default_progress) -> list[str]:
    """Checks a dataset folder.

    Every file is held against the manifest, every record is read, `dataset_info.json` is held
    against the shards and against this package, the content against the digests of
    `metadata.json`, and, for a listed config, all of it against the digests of this package.

    Args:
      folder: `.../imdb_keras/<config>/<version>`.
      progress: makes a progress bar, with the signature of `tqdm.tqdm`.

    Returns:
      One line for each thing that is wrong, naming file and record; none if all is well.
    """
    check = _Check(epath.Path(folder), progress)
    check.run()
    return check.problems


class _Check:
    """One run of `verify`: each step adds what it finds, and none relies on another's success."""

    def __init__(self, folder: epath.Path, progress: Callable[..., Any]):
        self.problems: list[str] = []
        self._folder = folder
        self._progress = progress
        self._sums: dict[str, str] = {}

    def run(self) -> None:
        if not self._folder.is_dir():
            self._found("", "there is no such folder; build the dataset")
            return
        self._check_files()
        info, metadata = self._json(INFO), self._json(METADATA)
        if info is None or metadata is None:
            return
        try:
            self._check_info(info, metadata)
            self._check_splits(info, metadata)
            self._check_reference(info, metadata)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            # Only an edited file has another form.
            self._found(INFO, f"or {METADATA} is not of the form that a build writes ({error!r})")

    def _found(self, name: str, what: str) -> None:
        self.problems.append(f"{self._folder / name}: {what}")

    def _json(self, name: str) -> dict[str, Any] | None:
        try:
            content = json.loads((self._folder / name).read_text())
        except (OSError, ValueError) as error:
            self._found(name, f"cannot be read ({error})")
            return None
        if not isinstance(content, dict):
            self._found(name, "is not a JSON object")
            return None
        return content

    def _check_files(self) -> None:
        """Every file against the manifest."""
        try:
            self._sums = read_manifest(self._folder)
        except (OSError, ValueError) as error:
            self._found(MANIFEST, f"cannot be read ({error})")
            return
        present = {path.name for path in self._folder.iterdir()} - {MANIFEST, INFO}
        for name in sorted(self._sums.keys() | present):
            if name not in present:
                self._found(name, "is missing")
            elif name not in self._sums:
                self._found(name, f"is not in {MANIFEST}")
            elif sha256_of(self._folder / name) != self._sums[name]:
                self._found(name, f"differs from {MANIFEST}")

    def _check_info(self, info: dict[str, Any], metadata: dict[str, Any]) -> None:
        """What `dataset_info.json` says of the dataset, against the folder and the code."""
        builder_cls = tfds.builder_cls("imdb_keras")
        version = str(builder_cls.VERSION)
        config = ImdbKerasConfig(**metadata["settings"])
        builder = builder_cls(config=config, data_dir=self._folder / "none")
        expected = json.loads(builder.info.as_json)
        for key in sorted((expected.keys() | info.keys()) - _INFO_OF_A_BUILD):
            if info.get(key) != expected.get(key):
                self._found(
                    INFO, f"{key} is {_short(info.get(key))}, not {_short(expected.get(key))}"
                )
        place = (self._folder.parent.parent.name, self._folder.parent.name, self._folder.name)
        if place != (builder_cls.name, config.name, version):
            self._found(
                "", f"holds {builder_cls.name}/{config.name} {version}, not what it is named"
            )

    def _check_splits(self, info: dict[str, Any], metadata: dict[str, Any]) -> None:
        """Every record, and every split against `dataset_info.json` and the metadata."""
        splits = {split["name"]: split for split in info["splits"]}
        if splits.keys() != metadata["splits"].keys():
            self._found(INFO, f"the splits are {sorted(splits)}, not {sorted(metadata['splits'])}")
        file_format = tfds.core.FileFormat.from_value(info["fileFormat"])
        total = sum(int(length) for split in splits.values() for length in split["shardLengths"])
        expected_shards = set()
        with self._progress(
            total=total, desc="Verifying records...", unit=" records", leave=False
        ) as bar:
            for name, split in splits.items():
                lengths = [int(length) for length in split["shardLengths"]]
                digest, size = ContentDigest(), 0
                for i, length in enumerate(lengths):
                    suffix = f"{file_format.file_suffix}-{i:05d}-of-{len(lengths):05d}"
                    shard = f"{info['name']}-{name}.{suffix}"
                    expected_shards.add(shard)
                    size += self._check_shard(shard, file_format, length, digest)
                    bar.update(length)
                if size != int(split["numBytes"]):
                    self._found(
                        INFO, f"numBytes of {name} is {split['numBytes']}, the shards hold {size}"
                    )
                found = {"records": digest.records, "sha256": digest.hexdigest()}
                if found != metadata["splits"].get(name):
                    self._found(
                        METADATA,
                        f"the content of split {name} is another (digest {found['sha256']})",
                    )
        for path in self._folder.glob(f"{info['name']}-*"):
            if path.name not in expected_shards:
                self._found(path.name, f"is not a shard of {INFO}")

    def _check_shard(
        self, name: str, file_format: tfds.core.FileFormat, length: int, digest: ContentDigest
    ) -> int:
        """Reads one shard into the digest; returns the bytes of its records."""
        if not (self._folder / name).exists():
            self._found(name, "is missing")
            return 0
        found: list[bytes] = []
        try:
            for record in shards.raw(self._folder / name, file_format):
                found.append(record)
        except Exception as error:
            self._found(name, f"record {len(found)} cannot be read ({_short(str(error))})")
        if len(found) != length:
            self._found(name, f"holds {len(found)} records that can be read, not {length}")
        try:
            parsed = wire.parse(found)
        except Exception as error:
            self._found(name, f"records cannot be parsed ({_short(str(error))})")
        else:
            for content in parsed:
                digest.update(record_digest(*content))
        return sum(map(len, found))

    def _check_reference(self, info: dict[str, Any], metadata: dict[str, Any]) -> None:
        """A listed config against the digests that came with the package."""
        known = json.loads(REFERENCE.read_text())
        expected = known["configs"].get(info["configName"])
        if expected is None or known["version"] != info["version"]:
            return
        for split, content in expected["splits"].items():
            if metadata["splits"].get(split) != content:
                self._found(METADATA, f"the digest of split {split} is not that of the release")
        # Another file format or number of shards has other files, but the same content.
        same_files = self._sums.keys() == expected["files"].keys()
        for name, digest in expected["files"].items():
            is_comparable = same_files or name in _FILES_OF_EVERY_FORMAT
            if is_comparable and self._sums.get(name, digest) != digest:
                self._found(name, "is not that of the release")


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:77]}..."
