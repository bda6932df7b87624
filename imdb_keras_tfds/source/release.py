"""What is known of the Stanford release and of the sample corpus: URL, layout, sizes, digests.

Usage:

    release.STANFORD.contents["train/pos"].reviews   # 12500
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import ImdbKerasError

URL = "http://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"

ROOT = "aclImdb"
"""The top folder of the release."""

UNLABELLED = -1
"""The label of a review without one, as TFDS writes it."""

LABEL_NAMES = ("neg", "pos")
"""Label names; the index of a name is its label, as in Keras."""


@dataclass(frozen=True)
class Folder:
    """What the layout says of one folder of reviews.

    Attributes:
      label: 1 (positive), 0 (negative) or -1 (none).
      ratings: the star ratings that its file names may carry; 0 stands for none.
    """

    label: int
    ratings: range


FOLDERS: Mapping[str, Folder] = {
    "train/pos": Folder(label=1, ratings=range(7, 11)),
    "train/neg": Folder(label=0, ratings=range(1, 5)),
    "test/pos": Folder(label=1, ratings=range(7, 11)),
    "test/neg": Folder(label=0, ratings=range(1, 5)),
    "train/unsup": Folder(label=UNLABELLED, ratings=range(1)),
}
"""The folders of the layout (Stanford)."""

SPLITS: Mapping[str, tuple[str, ...]] = {
    "train": ("train/pos", "train/neg"),
    "test": ("test/pos", "test/neg"),
    "unsupervised": ("train/unsup",),
}
"""The splits, each with its folders in canonical order: Keras put `pos` before `neg`."""


@dataclass(frozen=True)
class Contents:
    """What one folder holds.

    Attributes:
      reviews: number of reviews.
      size: bytes of all reviews.
      digest: the content digest, 64 hexadecimal digits: SHA-256 over, for each file in ascending
        order of its name, `"<split>/<label>/<name>"`, a zero byte and the 32 raw bytes of the
        SHA-256 of its content. It does not depend on the archive around the files.
    """

    reviews: int
    size: int
    digest: str


@dataclass(frozen=True)
class Release:
    """A corpus whose every byte is known beforehand.

    Attributes:
      name: as in `ImdbKerasConfig(corpus=...)`.
      contents: folder of the layout -> what it must hold.
      vocabulary_size: number of distinct words in the labelled training reviews.
    """

    name: str
    contents: Mapping[str, Contents]
    vocabulary_size: int


STANFORD = Release(
    name="stanford",
    contents={
        "train/pos": Contents(
            reviews=12_500,
            size=16_842_831,
            digest="0af9263b087c951dfb4917218dade653a3a19430093781cf60cec3509d14dc2a",
        ),
        "train/neg": Contents(
            reviews=12_500,
            size=16_289_992,
            digest="0204f6cd2dfa0a5f90e5f4086a6dfd45a6a0c92fb0c8308ce91c5fb9a6e91a71",
        ),
        "test/pos": Contents(
            reviews=12_500,
            size=16_283_357,
            digest="ccff242e2697c535b06537bd0d9ef6a15bedcaf8a6460de1d83dfe273fb6f948",
        ),
        "test/neg": Contents(
            reviews=12_500,
            size=16_067_328,
            digest="ccc20fecb8ee51760a1402d6a2fa74e57ee2a4a8a221990b63fc38ce3e5423c8",
        ),
        "train/unsup": Contents(
            reviews=50_000,
            size=66_506_794,
            digest="c3eabc7e31234b351cd782ae2d1bdfb975c398c952b142901500ca42a811cc8b",
        ),
    },
    vocabulary_size=88_584,
)
"""The Large Movie Review Dataset v1 (Maas et al., ACL 2011)."""

SAMPLE = Release(
    name="sample",
    contents={
        "train/pos": Contents(
            reviews=24,
            size=8_254,
            digest="0156ac61a340e3e72b30828bb253d29bcb3063d040245e3e7cb222410452b4b0",
        ),
        "train/neg": Contents(
            reviews=24,
            size=7_749,
            digest="6303abbf49f97f9c5512155a309c475ff73113c8b98b798d262ded2378096d68",
        ),
        "test/pos": Contents(
            reviews=24,
            size=8_204,
            digest="3b40a84a86a8e245394f9c2f1993579f857292cd257214fbf26df757a6bbe530",
        ),
        "test/neg": Contents(
            reviews=24,
            size=8_013,
            digest="cf9061d06611968e0a475ee16d15eaacbcf2981568021537c1bd28f27042d7a6",
        ),
        "train/unsup": Contents(
            reviews=24,
            size=7_136,
            digest="f265ed4b93c762864876aa1ab59689c5138859ddcbca1674931a5cd4264f7e4f",
        ),
    },
    vocabulary_size=1_111,
)
"""The sample corpus: reviews of invented films, written for this project."""

RELEASES: Mapping[str, Release] = {release.name: release for release in (STANFORD, SAMPLE)}


def sample_path() -> Path:
    """Where the sample corpus lies: inside the installed package, or beside it in a checkout.

    Raises:
      ImdbKerasError: it is in neither place.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "dummy_data", package.parent / "dummy_data"):
        if (folder / ROOT).is_dir():
            return folder
    raise ImdbKerasError(
        f"{package}: the sample corpus (dummy_data) is missing; install the package again"
    )
