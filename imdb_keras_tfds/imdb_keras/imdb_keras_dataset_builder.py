"""The TFDS builder of the dataset `imdb_keras`.

Usage:

    builder = Builder(config="top10k", archive="aclImdb_v1.tar.gz")
    builder.download_and_prepare()
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np
import tensorflow_datasets as tfds
from etils import epath, epy
from numpy.typing import NDArray

from imdb_keras_tfds import ahead
from imdb_keras_tfds.collector import without_collector
from imdb_keras_tfds.config import ImdbKerasConfig
from imdb_keras_tfds.errors import ImdbKerasError
from imdb_keras_tfds.imdb_keras.all_configs import AllConfigs
from imdb_keras_tfds.imdb_keras.metadata import Metadata
from imdb_keras_tfds.imdb_keras.placed_builder import PlacedBuilder, Sizes
from imdb_keras_tfds.names import is_own_name
from imdb_keras_tfds.progress import shown
from imdb_keras_tfds.source import release
from imdb_keras_tfds.source.local import archive_url, local_archive

# To register a dataset takes less than to build it.
with epy.lazy_imports():
    from imdb_keras_tfds.beam import driver, output
    from imdb_keras_tfds.recipe import corpus, sequences, validation, vocabulary
    from imdb_keras_tfds.source import download
    from imdb_keras_tfds.storage import digests, examples, ranks, shards, sizes, versions


# So many are encoded while those before are written: with fewer the threads wait for each other.
_RECORDS_AT_ONCE = 5_000


class Builder(PlacedBuilder):
    """The dataset `imdb_keras`."""

    VERSION = tfds.core.Version("1.1.0")
    RELEASE_NOTES: ClassVar[dict[str, str]] = {
        "1.0.0": (
            "The sequences of Keras's `imdb.npz`, from the Stanford reviews. Versions: a major one "
            "changes ids, order or reviews, a minor one adds to a record, a patch changes bytes "
            "that are not read as data."
        ),
        "1.1.0": (
            "Of each review its movie, and of which other review it is a copy; configs with a "
            "validation split that has no movie and no text in common with train, and configs with "
            "the text. Ids, order and reviews are those of 1.0.0."
        ),
    }
    BUILDER_CONFIGS: ClassVar[list[ImdbKerasConfig]] = [
        ImdbKerasConfig.from_name(name)
        for name in (
            "full",
            "top5k",
            "top10k",
            "top20k",
            "top10k_skip20",
            "full_keras",
            "top10k_val20",
            "top10k_text",
        )
    ]

    builder_configs: ClassVar[AllConfigs] = AllConfigs(BUILDER_CONFIGS)

    def __init__(
        self,
        *,
        config: str | ImdbKerasConfig | None = None,
        archive: epath.PathLike | None = None,
        **kwargs: Any,
    ):
        """Makes a builder.

        Args:
          config: a name of the grammar in `imdb_keras_tfds.config`, or an `ImdbKerasConfig`; the
            default is `full`.
          archive: the Stanford archive, or the folder unpacked from it: a path, the URL of a
            bucket (`gs://`), or the URL of a mirror (`https://`), which TFDS downloads and keeps.
            By default the environment variable IMDB_KERAS_ARCHIVE names it; without that, TFDS
            takes the archive from its manual_dir or its cache, or downloads it from Stanford.
          **kwargs: see `tfds.core.GeneratorBasedBuilder`.

        Raises:
          ImdbKerasError: the config name is not in the grammar; another version is named;
            `archive` is given for another corpus than Stanford's.
        """
        self._check_version(kwargs.get("version"))
        if isinstance(config, str):
            config = self._name_of(config)
        if isinstance(config, ImdbKerasConfig) and not config.is_own:
            config = self.builder_configs.one_of(config)
        super().__init__(config=config, **kwargs)
        if archive and self.builder_config.corpus != release.STANFORD.name:
            source = "your own reviews" if self.builder_config.is_own else "the sample corpus"
            raise ImdbKerasError(
                f"archive={archive!r}: config {self.builder_config.name!r} is built from {source}; "
                "leave archive out"
            )
        self._archive = archive
        self._original_state["archive"] = archive  # what TFDS pickles a builder by

    def download_and_prepare(self, **kwargs: Any) -> None:
        """Prepares the dataset; if another process is at it, waits until it has done so.

        Args:
          **kwargs: see `PlacedBuilder.download_and_prepare`.

        Raises:
          ImdbKerasError: the archive is not there, is damaged, or is not the release; see also
            there; a dataset of one's own reviews is prepared under this name, but with other
            settings.
        """
        super().download_and_prepare(**kwargs)
        config = self.builder_config
        if not config.is_own or not self.is_prepared():
            return
        if self.info.metadata["settings"] != config.settings:
            raise ImdbKerasError(
                f"{self.data_dir}: the dataset {config.name!r} has other settings than this "
                "config; take another name, or build it anew over the old one (--overwrite)"
            )

    def as_dataset(
        self,
        split: Any = None,
        *,
        read_config: tfds.ReadConfig | None = None,
        **kwargs: Any,
    ) -> Any:
        """Reads the records in their order, if `shuffle_files` or `read_config` ask for no other.

        Args:
          split: see `tfds.core.DatasetBuilder.as_dataset`.
          read_config: see there; its `enable_ordering_guard` counts for nothing, as nothing but
            what a caller asks for changes the order.
          **kwargs: see there.

        Returns:
          See there.
        """
        read_config = dataclasses.replace(
            read_config or tfds.ReadConfig(), enable_ordering_guard=False
        )
        return super().as_dataset(split=split, read_config=read_config, **kwargs)

    def __repr__(self) -> str:
        name = f"{self.name}/{self.builder_config.name}/{self.version}"
        return f"Builder({name!r}, data_dir={self.data_dir!r})"

    @classmethod
    def get_builder_config(cls, name: str, version: Any = None) -> ImdbKerasConfig | None:
        """The config of a name, listed or not; TFDS turns every name into a config here.

        There may be many configs of one's own reviews of one name, so TFDS gets None for it.
        """
        del version  # Each version has every config.
        return None if is_own_name(name) else cls.builder_configs[name]

    def _info(self) -> tfds.core.DatasetInfo:
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(
                {
                    "id": tfds.features.Text(),
                    "tokens": tfds.features.Tensor(shape=(None,), dtype=np.int32),
                    "label": tfds.features.ClassLabel(names=release.LABEL_NAMES),
                    "rating": tfds.features.Scalar(dtype=np.int32),
                    "movie": tfds.features.Text(),
                    "duplicate_of": tfds.features.Text(),
                    **({"text": tfds.features.Text()} if self.builder_config.text else {}),
                }
            ),
            supervised_keys=("tokens", "label"),
            homepage="https://ai.stanford.edu/~amaas/data/sentiment/",
            # The i-th record is Keras's i-th sequence.
            disable_shuffling=True,
            metadata=Metadata(),
        )

    @classmethod
    def _name_of(cls, config: str) -> str:
        """The name of a config that may be followed by its version."""
        name, colon, version = config.partition(":")
        if colon:
            cls._check_version(version)
        if is_own_name(name):
            ImdbKerasConfig.from_name(name)  # tells what the name could be
        return name

    @classmethod
    def _check_version(cls, version: Any) -> None:
        """Refuses what is not the version that this package builds."""
        if version in (None, "experimental_latest"):
            return
        try:
            is_known = cls.VERSION.match(version)
        except ValueError:
            is_known = False
        if is_known:
            return
        # TFDS finds what is prepared by itself, and comes here only if there is nothing.
        where = ""
        if str(version) in cls.RELEASE_NOTES:
            where = ", or name by data_dir= where a dataset of that version is prepared"
        raise ImdbKerasError(
            f"version {str(version)!r} of {cls.name} cannot be built, only {str(cls.VERSION)!r}; "
            f"leave the version out{where}"
        )

    def _sizes(self) -> Sizes:
        config = self.builder_config
        size = 0
        if config.corpus == release.STANFORD.name and not local_archive(self._archive):
            size = self.url_infos[release.URL].size
        return Sizes(size, sizes.size_of_records(config))

    def _split_generators(
        self,
        dl_manager: tfds.download.DownloadManager,
        most: int | None = None,
        meanwhile: Callable[..., None] = ahead.at_once,
    ) -> dict[str, Iterator[tuple[int, bytes]]]:
        """The examples of each split, `most` of them at most; see `_generate_examples`."""
        config = self.builder_config
        ranked = ranks.load(
            self._source_path(dl_manager),
            release.RELEASES.get(config.corpus),
            progress=tfds.core.utils.tqdm,
            texts=config.text,
            meanwhile=meanwhile,
        )
        places, limit = sequences.selected(
            {split: reviews.ranks for split, reviews in ranked.splits.items()},
            config,
            validation.held_out_of(ranked.splits["train"], config.seed, config.validation_split),
        )
        meanwhile(self._describe, ranked.vocabulary, ranked.contents, limit)
        self._contents = {split: digests.SplitContent() for split in places}
        places = {split: chosen[:most] for split, chosen in places.items()}
        self._number = sum(map(len, places.values()))
        return {
            split: self._generate_examples(
                ranked.splits[sequences.source_of(split)], chosen, limit, self._contents[split]
            )
            for split, chosen in places.items()
        }

    def _describe(
        self,
        words: vocabulary.Vocabulary,
        contents: Mapping[str, release.Contents],
        limit: int | None,
    ) -> None:
        source = versions.form_of(str(self.version)).source(contents)
        self.info.metadata.describe(words, self.builder_config.settings, limit, source)

    def _generate_examples(
        self,
        reviews: corpus.RankedReviews,
        places: NDArray[np.int64],
        limit: int | None,
        content: digests.SplitContent,
    ) -> Iterator[tuple[int, bytes]]:
        """Yields the examples of a split, serialised already; see `_generate_splits`."""
        parts = sequences.encode_in_parts(
            reviews.ranks, places, self.builder_config, limit, _RECORDS_AT_ONCE
        )
        return enumerate(examples.examples(reviews, parts, content))

    def _generate_splits(
        self,
        dl_manager: tfds.download.DownloadManager,
        download_config: tfds.download.DownloadConfig,
    ) -> list[tfds.core.SplitInfo]:
        """Writes all splits: by Beam where its runner or options are given, else in this process.

        TFDS's own method encodes and serialises feature by feature, which takes longer than all
        the rest of a build.
        """
        if (download_config.beam_runner, download_config.beam_options) != (None, None):
            return self._generate_splits_by_beam(dl_manager, download_config)
        most, written = download_config.max_examples_per_split, []
        with without_collector(), ahead.Meanwhile() as meanwhile:
            splits = self._split_generators(dl_manager, most, meanwhile)
            options = {"total": self._number, "desc": "Writing records...", "unit": " records"}
            with tfds.core.utils.tqdm(**options) as bar:
                for split, records in splits.items():
                    written.append(
                        shards.write_split(
                            shown(records, bar, step=100),
                            self._get_filename_template(split),
                            self._example_writer(),
                            download_config.get_shard_config(),
                        )
                    )
        self.info.metadata.set_splits(self._contents)
        return written

    def _generate_splits_by_beam(
        self,
        dl_manager: tfds.download.DownloadManager,
        download_config: tfds.download.DownloadConfig,
    ) -> list[tfds.core.SplitInfo]:
        config = self.builder_config
        built = driver.build(
            self._source_path(dl_manager),
            release.RELEASES.get(config.corpus),
            config,
            output.Output(
                folder=self.data_path,
                templates={split: self._get_filename_template(split) for split in config.splits},
                writer=self._example_writer(),
                shard_config=download_config.get_shard_config(),
                max_records=download_config.max_examples_per_split,
            ),
            runner=download_config.beam_runner,
            options=download_config.beam_options,
        )
        self._describe(built.vocabulary, built.contents, built.limit)
        self.info.metadata.set_splits(built.digests)
        return built.splits

    def _example_writer(self) -> shards.ExampleWriter:
        return shards.ExampleWriter(self.info.file_format)

    def _source_path(self, dl_manager: tfds.download.DownloadManager) -> epath.PathLike:
        """Where the reviews come from: one's own, the sample, an archive, or TFDS's download."""
        config = self.builder_config
        if config.is_own:
            if config.corpus is None:
                raise ImdbKerasError(
                    f"config {config.name!r} does not say where its reviews are; name the folder "
                    "or tar by corpus="
                )
            return config.corpus
        if self.builder_config.corpus == release.SAMPLE.name:
            return release.sample_path()
        if local := local_archive(self._archive):
            return local
        return download.download(dl_manager, archive_url(self._archive))
