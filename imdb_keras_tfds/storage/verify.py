"""Checks a dataset folder against its manifest, its digests, this package and the release.

Usage:

    for problem in verify("~/tensorflow_datasets/imdb_keras/top10k/1.0.0"):
        print(problem)
"""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import tensorflow_datasets as tfds
from etils import epath

from ..errors import ImdbKerasError, one_line
from ..names import DATASET
from ..progress import default_progress
from ..recipe.vocabulary import WORD_INDEX, Vocabulary
from . import pinned, strict_json
from .hashing import sha256_of
from .info_check import (
    Expected,
    Split,
    config_of,
    expected_of,
    formats_of,
    info_problems,
    metadata_problem,
    splits_of,
)
from .manifest import (
    INFO,
    MANIFEST,
    MAX_SIZE,
    MAX_WORD_INDEX_SIZE,
    METADATA,
    read_manifest,
)
from .plain_files import names_in, read_plain, reason_of
from .shard_check import split_problems

_FILES_OF_EVERY_FORMAT = ("features.json", WORD_INDEX, "label.labels.txt")

# Characters of a problem: what an edited file holds may be of any length.
_MOST = 400


def verify(folder: epath.PathLike, progress: Callable[..., Any] = default_progress) -> list[str]:
    """Checks a dataset folder, without TensorFlow.

    Every file is held against the manifest, every record is read, every key of the JSON files is
    held against the shards and against what this package writes, the content against the digests of
    `metadata.json`, and, for a listed config, all of it against the digests of this package. Shards
    that `tfds convert_format` has added must hold the same records. A link counts as the file that
    it points at.

    Args:
      folder: `.../imdb_keras/<config>/<version>`.
      progress: makes a progress bar, with the signature of `tqdm.tqdm`.

    Returns:
      One line for each thing that is wrong, naming file and record; none if all is well.

    Raises:
      ImdbKerasError: the memory does not suffice, which says nothing of the dataset.
    """
    check = _Check(epath.Path(folder).expanduser(), progress)
    try:
        check.run()
    except MemoryError as error:
        raise ImdbKerasError(
            f"{os.fspath(folder)}: the memory does not suffice to check it; check it "
            "where there is more"
        ) from error
    return list(dict.fromkeys(check.problems))


class _Check:
    """One run of `verify`: each step adds what it finds, and none relies on another's success."""

    def __init__(self, folder: epath.Path, progress: Callable[..., Any]):
        self.problems: list[str] = []
        self._folder = folder
        self._progress = progress
        self._names: list[str] = []
        self._sums: dict[str, str] = {}

    def run(self) -> None:
        try:
            self._names = names_in(self._folder)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            self._found("", "there is no such folder; build the dataset")
            return
        except OSError as error:
            self._found("", f"cannot be listed ({reason_of(error)})")
            return
        info, info_content = self._json(INFO)
        metadata, metadata_content = self._json(METADATA)
        if info is None or metadata is None:
            self._check_files(())
            return
        version = info.get("version")
        if problem := metadata_problem(metadata, metadata_content, version):
            self._found(METADATA, problem)
            self._check_files(())
            return
        expected = expected_of(config_of(metadata), version)
        for problem in info_problems(info, info_content, expected, metadata):
            self._found(INFO, problem)
        self._check_place(expected)
        self._check_contents(expected, metadata)
        formats, splits = formats_of(info), splits_of(info, metadata)
        added = [name for form in formats[1:] for split in splits for name in split.shards(form)]
        self._check_files(added)
        self._check_splits(splits, formats, metadata, expected.features)
        self._check_reference(info, metadata)

    def _found(self, name: str, problem: str) -> None:
        shown = problem if len(problem) <= _MOST else f"{problem[:_MOST]}..."
        self.problems.append(one_line(f"{self._folder / name}: {shown}"))

    def _json(self, name: str) -> tuple[dict[str, Any] | None, bytes]:
        """What a file of JSON holds, and its bytes."""
        try:
            content = read_plain(self._folder / name, MAX_SIZE)
            value = strict_json.parse(content)
        except (OSError, ValueError) as error:
            self._found(name, f"cannot be read ({reason_of(error)})")
            return None, b""
        if not isinstance(value, dict):
            self._found(name, "is not a JSON object")
            return None, b""
        return value, content

    def _check_files(self, added: Iterable[str]) -> None:
        """Every file against the manifest; those that a conversion has added are not in it."""
        try:
            self._sums = read_manifest(self._folder)
        except (OSError, ValueError) as error:
            self._found(MANIFEST, f"cannot be read ({reason_of(error)})")
            return
        present = set(self._names) - {MANIFEST, INFO, *added}
        for name in sorted(self._sums.keys() | present):
            if name not in present:
                self._found(name, "is missing")
            elif name not in self._sums:
                self._found(name, f"is not in {MANIFEST}")
            else:
                try:
                    if sha256_of(self._folder / name) != self._sums[name]:
                        self._found(name, f"differs from {MANIFEST}")
                except OSError as error:
                    self._found(name, f"cannot be read ({reason_of(error)})")

    def _check_place(self, expected: Expected) -> None:
        """The folders that TFDS finds a dataset by, against what is in it."""
        folder = Path(os.path.abspath(self._folder))  # which a URL survives in its last parts
        holds = (DATASET, expected.config.name, expected.info["version"])
        if (folder.parent.parent.name, folder.parent.name, folder.name) != holds:
            self._found("", "holds {}/{} {}, not what it is named".format(*holds))

    def _check_contents(self, expected: Expected, metadata: Mapping[str, Any]) -> None:
        """What is read beside the records: the features, and the words."""
        for name, content in expected.files.items():
            try:
                if read_plain(self._folder / name, MAX_SIZE) != content:
                    self._found(name, "is not what this package writes")
            except OSError as error:
                self._found(name, f"cannot be read ({reason_of(error)})")
        try:
            content = read_plain(self._folder / WORD_INDEX, MAX_WORD_INDEX_SIZE)
            text = content.decode()
            words = Vocabulary.from_json(text)
        except (OSError, ValueError) as error:
            self._found(WORD_INDEX, f"cannot be read ({reason_of(error)})")
            return
        if words.to_json() != text:
            self._found(WORD_INDEX, "is not written as a build writes it")
        if len(words) != metadata["vocabulary_size"]:
            self._found(WORD_INDEX, f"holds {len(words)} words, not {metadata['vocabulary_size']}")

    def _check_splits(
        self,
        splits: list[Split],
        formats: list[tfds.core.FileFormat],
        metadata: Mapping[str, Any],
        features: list[str],
    ) -> None:
        """Every record, in every format."""
        if not splits or not formats:
            return
        for split in splits:
            if len(split.lengths) > len(self._names):
                self._found(
                    INFO,
                    f"split {split.name} has {len(split.lengths)} shards, but the folder "
                    f"{len(self._names)} files",
                )
                return
        shards = {name for form in formats for split in splits for name in split.shards(form)}
        for name in self._names:
            if name.startswith(f"{DATASET}-") and name not in shards:
                self._found(name, f"is not a shard of {INFO}")
        total = len(formats) * sum(sum(split.lengths) for split in splits)
        with self._progress(
            total=total, desc="Verifying records...", unit=" records", leave=False
        ) as bar:
            for form in formats:
                for split in splits:
                    content = metadata["splits"][split.name]
                    for name, problem in split_problems(
                        self._folder, split, form, content, features, bar.update
                    ):
                        self._found(name, problem)

    def _check_reference(self, info: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        """A listed config against the digests that came with the package."""
        expected = pinned.configs(info.get("version")).get(config_of(metadata).name)
        if expected is None:
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
