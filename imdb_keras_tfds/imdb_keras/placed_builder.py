"""A TFDS builder that puts a dataset in its place only when it is whole.

TFDS's own deletes an old dataset before it builds the new one, and knows of no other process.

Usage:

    class Builder(PlacedBuilder):
        ...   # as any GeneratorBasedBuilder
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tensorflow_datasets as tfds
from tensorflow_datasets.core.dataset_info import DatasetInfoFileError

from imdb_keras_tfds.errors import ImdbKerasError
from imdb_keras_tfds.storage.locks import alone_in
from imdb_keras_tfds.storage.placing import DatasetPath, Place

FILE_FORMATS = (tfds.core.FileFormat.TFRECORD, tfds.core.FileFormat.ARRAY_RECORD)
"""The file formats that all of this package writes and reads."""

_TRIES = 5


@dataclass(frozen=True)
class Sizes:
    """What a build takes, in bytes.

    Attributes:
      download: of what is to be downloaded.
      records: of all records; None if nobody knows beforehand.
    """

    download: int
    records: int | None


class PlacedBuilder(tfds.core.GeneratorBasedBuilder, skip_registration=True):  # type: ignore[call-arg]
    """See above."""

    def __init__(self, **kwargs: Any):
        """Makes a builder, and puts a dataset back that a killed process had set aside.

        Args:
          **kwargs: see `tfds.core.GeneratorBasedBuilder`.
        """
        for remaining in reversed(range(_TRIES)):
            try:
                super().__init__(**kwargs)
                if self.info.initialized:
                    return
                if not Place(self.data_path).restore() and not self.is_prepared():
                    return
            except (OSError, DatasetInfoFileError, ImdbKerasError):
                # Another process has put another dataset in its place while this one read it.
                if not remaining:
                    raise

    @property
    def data_path(self) -> DatasetPath:
        """The folder of the dataset; `rmtree` of it is taken back if a build in its place fails."""
        return DatasetPath(super().data_path)

    def is_prepared(self) -> bool:
        """Whether the dataset is there, and whole."""
        return Place(self.data_path).is_taken()

    def download_and_prepare(
        self,
        *,
        download_config: tfds.download.DownloadConfig | None = None,
        file_format: str | tfds.core.FileFormat | None = None,
        **kwargs: Any,
    ) -> None:
        """Prepares the dataset; if another process is at it, waits until it has done so.

        A dataset that is built over an old one takes its place when it is whole.

        Args:
          download_config: see `tfds.core.DatasetBuilder.download_and_prepare`.
          file_format: `tfrecord` or `array_record`; None for the one of the builder.
          **kwargs: see `tfds.core.DatasetBuilder.download_and_prepare`.

        Raises:
          ImdbKerasError: the file format is another one; there is no room beside the old dataset.
        """
        download_config = download_config or tfds.download.DownloadConfig()
        mode = download_config.download_mode
        prepare = functools.partial(
            super().download_and_prepare, download_config=download_config, **kwargs
        )
        is_mocked = prepare.func.__module__ != tfds.core.DatasetBuilder.__module__
        if is_mocked or mode == tfds.download.GenerateMode.UPDATE_DATASET_INFO:
            prepare(file_format=file_format)
            return
        if file_format:
            _check_format(file_format)
        place = Place(self.data_path)
        over = place.take_back() or mode.overwrite_dataset
        if self.is_prepared() and not over:
            place.clear()
            prepare(file_format=file_format)  # which says that it is there
            if not self.info.initialized:  # It was not yet when this builder was made.
                self.info.read_from_directory(self.data_dir)
            return
        _check_format(file_format or self.info.file_format)
        with alone_in(place.path.parent) as alone:
            place.clear(alone=alone)
            if over or not self.is_prepared():
                self.info.download_size = self._sizes().download
                if download_config.max_examples_per_split is None:
                    place.check_room(self.info.download_size)
                if file_format:
                    # TFDS refuses to change what it has read of an old dataset.
                    self.info.set_file_format(
                        file_format, override=True, override_if_initialized=True
                    )
                self._build(place, prepare, over=over)
            else:
                self.info.read_from_directory(self.data_dir)

    def _build(self, place: Place, prepare: Callable[[], None], *, over: bool) -> None:
        """Lets TFDS build beside the place, and moves there what it has built."""
        new = place.beside()
        try:
            with tfds.core.utils.temporary_assignment(self, "_data_dir", str(new)):
                prepare()
            if place.put(new, over=over):
                super()._log_download_done()
        finally:
            place.discard(new)
            if self.is_prepared():  # What is known of a dataset is what is there, come what may.
                self.info.read_from_directory(self.data_dir)

    def _sizes(self) -> Sizes:
        """What a build takes."""
        return Sizes(download=0, records=None)

    def _log_download_bytes(self) -> None:
        """Says what a build takes, which TFDS knows only afterwards."""
        sizes = self._sizes()
        parts = {"generated": "as the reviews make it"}
        if sizes.records is not None:
            parts["generated"] = str(tfds.core.utils.Size(sizes.records))
        if sizes.download:
            parts = {"download": str(tfds.core.utils.Size(sizes.download)), **parts}
            if sizes.records is not None:
                parts["total"] = str(tfds.core.utils.Size(sizes.download + sizes.records))
        place = self.data_path.parent / str(self.version)
        print(
            f"{'Downloading and preparing' if sizes.download else 'Preparing'} dataset "
            f"{self.info.full_name} ({', '.join(f'{k}: {v}' for k, v in parts.items())}) "
            f"to {place}..."
        )

    def _log_download_done(self) -> None:
        """Says nothing yet: what is built has still to be moved to its place."""


def _check_format(file_format: str | tfds.core.FileFormat) -> None:
    """Refuses a file format that not all of this package reads."""
    if tfds.core.FileFormat.from_value(file_format) not in FILE_FORMATS:
        raise ImdbKerasError(
            f"file_format={tfds.core.FileFormat.from_value(file_format).value!r} cannot be built; "
            f"take {' or '.join(repr(known.value) for known in FILE_FORMATS)}"
        )
