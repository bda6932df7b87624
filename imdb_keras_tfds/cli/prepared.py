"""What a name on the command line stands for, and how it comes to be prepared.

Commands that need the data of a dataset prepare it first, and say so; those that tell of datasets
(`info`, `list`, `verify`) prepare none.

Usage:

    dataset = find("top10k", data_dir=None)
    builder = prepare(dataset)
"""

import contextlib
import difflib
import errno
import io
import os
import pathlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import tensorflow_datasets as tfds

from ..config import ImdbKerasConfig
from ..errors import ImdbKerasError
from ..imdb_keras.imdb_keras_dataset_builder import Builder
from ..names import is_own_name
from ..storage import atomic
from ..storage.manifest import INFO
from ..storage.versions import is_earlier
from .parser import DATA_DIR, PROGRAM
from .quiet import note

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_NAME = re.compile(rf"(?:{Builder.name}(?:/|$))?([^/]*)(?:/({_VERSION.pattern}))?")

_NOT_THERE_FOR_US = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)


@dataclass(frozen=True)
class Dataset:
    """A dataset that a command line names.

    Attributes:
      name: of its config.
      folder: where it is, or would be.
      is_own: whether it is one of one's own reviews.
    """

    name: str
    folder: pathlib.Path
    is_own: bool

    @property
    def is_prepared(self) -> bool:
        """Whether it is there."""
        return (self.folder / INFO).exists()

    @property
    def is_earlier(self) -> bool:
        """Whether it is of an earlier version, which can be read, but not built."""
        return is_earlier(self.folder.name)

    @property
    def root(self) -> pathlib.Path:
        """The data folder."""
        return self.folder.parent.parent.parent

    @property
    def how_to_prepare(self) -> str:
        """The command that prepares it."""
        where = "" if self.root == _default_root() else f" {DATA_DIR} {self.root}"
        return f"{PROGRAM} build {self.name}{where}"


def find(name: str, data_dir: str | None) -> Dataset:
    """The dataset of a name.

    Args:
      name: of a config, or of a dataset of one's own reviews that is prepared; `imdb_keras/` may
        stand before it, and the version behind it, also an earlier one that is prepared.
      data_dir: TFDS's data folder; None for TFDS's default.

    Raises:
      ImdbKerasError: there is no such name, and the error says which one could be meant; the
        version is another one.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise ImdbKerasError(
            f"{name!r} names no dataset of this package; names are like top10k or "
            f"{Builder.name}/top10k"
        )
    config, version = match[1] or ImdbKerasConfig().name, match[2]
    root = root_of(data_dir)
    is_own = is_own_name(config)
    if not is_own:
        config = ImdbKerasConfig.from_name(config).name
    if version not in (None, str(Builder.VERSION)):
        dataset = Dataset(config, root.joinpath(Builder.name, config, version), is_own)
        if dataset.is_earlier and dataset.is_prepared:
            return dataset
        raise ImdbKerasError(
            f"{name!r} names another version than {Builder.VERSION}, the one of this package, and "
            f"none that is prepared in {root}; leave the version out"
        )
    if is_own:
        dataset = Dataset(config, _folder(root, config), is_own)
        if dataset.is_prepared:
            return dataset
        names = [other.name for other in prepared_in(data_dir) if is_own_name(other.name)]
        if meant := difflib.get_close_matches(config, names, n=1):
            raise ImdbKerasError(
                f"{config!r} is no config name, and no dataset of that name is prepared in {root}; "
                f"did you mean {meant[0]!r}?"
            )
        ImdbKerasConfig.from_name(config)  # It says which name could be meant.
    return Dataset(config, _folder(root, config), is_own)


def prepared_in(data_dir: str | None) -> list[Dataset]:
    """All datasets of this package that are prepared in a data folder, of any version.

    Args:
      data_dir: see `find`.
    """
    found = []
    for config in _folders(root_of(data_dir) / Builder.name):
        for folder in _folders(config):
            dataset = Dataset(config.name, folder, is_own_name(config.name))
            if _VERSION.fullmatch(folder.name) and dataset.is_prepared:
                found.append(dataset)
    return found


def root_of(data_dir: str | None) -> pathlib.Path:
    """TFDS's data folder.

    Raises:
      ImdbKerasError: it is that of a home folder, and there is none.
    """
    try:
        return pathlib.Path(data_dir or tfds.core.constants.DATA_DIR).expanduser()
    except RuntimeError as error:
        raise ImdbKerasError(
            "there is no home folder to keep datasets in; name a data folder by "
            f"{DATA_DIR} or TFDS_DATA_DIR"
        ) from error


def prepare(
    dataset: Dataset, archive: str | None = None, *, overwrite: bool = False
) -> tfds.core.DatasetBuilder:
    """The builder of a dataset, which is prepared if it is not yet.

    Args:
      dataset: which one.
      archive: of the reviews; see `Builder`.
      overwrite: prepares it anew if it is prepared.

    Raises:
      ImdbKerasError: it cannot be prepared there, or from that.
    """
    if dataset.is_earlier and overwrite:
        raise ImdbKerasError(
            f"{dataset.folder} is of an earlier version, which cannot be built; leave the version "
            "out"
        )
    if dataset.is_own or dataset.is_earlier:
        return tfds.builder_from_directory(dataset.folder)
    builder = Builder(config=dataset.name, data_dir=dataset.root, archive=archive)
    if dataset.is_prepared and not overwrite:
        return builder
    mode = tfds.GenerateMode.REUSE_DATASET_IF_EXISTS
    if overwrite:
        mode = tfds.GenerateMode.REUSE_CACHE_IF_EXISTS
    # TFDS tells on standard output where the dataset goes.
    with _writable(dataset.root), contextlib.redirect_stdout(io.StringIO()):
        builder.download_and_prepare(
            download_config=tfds.download.DownloadConfig(download_mode=mode)
        )
    note(f"prepared {Builder.name}/{dataset.name} in {dataset.folder}")
    return builder


@contextlib.contextmanager
def output(path: str) -> Iterator[BinaryIO]:
    """A file that is there when the block has ended; where none can be, the block is not begun.

    Raises:
      ImdbKerasError: no file can be written there.
    """
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(atomic.writing(path))
        except OSError as error:
            raise ImdbKerasError(
                f"{path}: no file can be written there ({error.strerror}); name another by -o"
            ) from error
        yield file


@contextlib.contextmanager
def _writable(root: pathlib.Path) -> Iterator[None]:
    """Says what to do where a data folder cannot be written to."""
    try:
        yield
    except OSError as error:
        place = os.fspath(error.filename or "")
        if error.errno not in _NOT_THERE_FOR_US or not _is_on_the_way(place, root):
            raise
        raise ImdbKerasError(
            f"{place}: cannot be written to ({error.strerror}); name another data folder by "
            f"{DATA_DIR} or TFDS_DATA_DIR"
        ) from error


def _is_on_the_way(path: str, root: pathlib.Path) -> bool:
    """Whether a path is below a data folder, or the data folder below it."""
    parts, of_root = pathlib.Path(path).parts, root.parts
    return bool(parts) and all(one == other for one, other in zip(parts, of_root, strict=False))


def _folder(root: pathlib.Path, config: str) -> pathlib.Path:
    return root.joinpath(Builder.name, config, str(Builder.VERSION))


def _folders(folder: pathlib.Path) -> list[pathlib.Path]:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return sorted(path for path in folder.iterdir() if path.is_dir())
    return []


def _default_root() -> pathlib.Path | None:
    try:
        return root_of(None)
    except ImdbKerasError:
        return None
