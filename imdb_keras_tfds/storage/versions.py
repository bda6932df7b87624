"""What each version of the dataset holds: what an earlier one wrote can still be read and checked.

Usage:

    form = form_of("1.0.0")
    form.features(config)   # ["id", "tokens", "label", "rating"]
    form.settings(config)   # as they stand in its metadata.json
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..config import ImdbKerasConfig
from ..source.release import RELEASES, SAMPLE, STANFORD, Contents, Release


@dataclass(frozen=True)
class Form:
    """The form of the datasets of a version.

    Attributes:
      has_movies: whether records tell of movies and copies, and `metadata.json` of how many do.
      releases: name of a corpus -> what it held.
      later_settings: those that there were not yet.
    """

    has_movies: bool
    releases: Mapping[str, Release]
    later_settings: tuple[str, ...] = ()

    def features(self, config: ImdbKerasConfig) -> list[str]:
        """The features of a record, in their order."""
        return [
            "id",
            "tokens",
            "label",
            "rating",
            *(["movie", "duplicate_of"] if self.has_movies else []),
            *(["text"] if config.text else []),
        ]

    def settings(self, config: ImdbKerasConfig) -> dict[str, Any]:
        """The settings of a config as they stand in `metadata.json`."""
        settings = config.settings
        return {name: settings[name] for name in settings if name not in self.later_settings}

    def source(self, contents: Mapping[str, Contents]) -> dict[str, dict[str, Any]]:
        """What stands there of the folders that a dataset was built from."""
        movies = {
            folder: {"movies_sha256": found.movies} if self.has_movies else {}
            for folder, found in contents.items()
        }
        return {
            folder: {"reviews": found.reviews, "bytes": found.size, "sha256": found.digest}
            | movies[folder]
            for folder, found in contents.items()
        }

    @property
    def counts(self) -> tuple[str, ...]:
        """What is counted of a split there."""
        return ("records", "with_movie", "copies") if self.has_movies else ("records",)


_CONTENTS_OF_1_0 = {
    "train/pos": (8_254, "0156ac61a340e3e72b30828bb253d29bcb3063d040245e3e7cb222410452b4b0"),
    "train/neg": (7_749, "6303abbf49f97f9c5512155a309c475ff73113c8b98b798d262ded2378096d68"),
    "test/pos": (8_204, "3b40a84a86a8e245394f9c2f1993579f857292cd257214fbf26df757a6bbe530"),
    "test/neg": (8_013, "cf9061d06611968e0a475ee16d15eaacbcf2981568021537c1bd28f27042d7a6"),
    "train/unsup": (7_136, "f265ed4b93c762864876aa1ab59689c5138859ddcbca1674931a5cd4264f7e4f"),
}

_SAMPLE_OF_1_0 = replace(
    SAMPLE,
    contents={
        folder: Contents(reviews=24, size=size, digest=digest)
        for folder, (size, digest) in _CONTENTS_OF_1_0.items()
    },
    vocabulary_size=1_111,
)

_LATEST = Form(has_movies=True, releases=RELEASES)

_EARLIER = {
    "1.0.0": Form(
        has_movies=False,
        releases={STANFORD.name: STANFORD, SAMPLE.name: _SAMPLE_OF_1_0},
        later_settings=("validation_split", "text"),
    )
}


def form_of(version: Any) -> Form:
    """The form of a version; that of the latest one for whatever is none of the earlier ones.

    Args:
      version: as it stands in `dataset_info.json`.
    """
    return _EARLIER.get(version, _LATEST) if isinstance(version, str) else _LATEST


def is_earlier(version: Any) -> bool:
    """Whether it is a version that can be read and checked, but is not built any more."""
    return isinstance(version, str) and version in _EARLIER
