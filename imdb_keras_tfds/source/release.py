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
      movies: the SHA-256 of the folder's list of movies, see `movies`; None where there is none.
    """

    reviews: int
    size: int
    digest: str
    movies: str | None = None


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
            movies="148e7459575b2a9552cf6b32cbca4551b37e9ec8f12206f34c3bf1d7cc0d5fd5",
        ),
        "train/neg": Contents(
            reviews=12_500,
            size=16_289_992,
            digest="0204f6cd2dfa0a5f90e5f4086a6dfd45a6a0c92fb0c8308ce91c5fb9a6e91a71",
            movies="98bf56e2a70fc12574a08d4c5644ca867b5b329990a84d1b9c414632398af543",
        ),
        "test/pos": Contents(
            reviews=12_500,
            size=16_283_357,
            digest="ccff242e2697c535b06537bd0d9ef6a15bedcaf8a6460de1d83dfe273fb6f948",
            movies="ff396baae9f401e72aadfae749f37278860e8828341c52d6f127b428b8a425ac",
        ),
        "test/neg": Contents(
            reviews=12_500,
            size=16_067_328,
            digest="ccc20fecb8ee51760a1402d6a2fa74e57ee2a4a8a221990b63fc38ce3e5423c8",
            movies="7f1621175039af04f0e0cfdf9d48a5fecfc06b485ece84370f1ae7fbc681ef12",
        ),
        "train/unsup": Contents(
            reviews=50_000,
            size=66_506_794,
            digest="c3eabc7e31234b351cd782ae2d1bdfb975c398c952b142901500ca42a811cc8b",
            movies="407b53030460107ba7bbe6b944036162f7568442acfe215aa795a8699920b9bd",
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
            size=8_380,
            digest="cc9154e8e45f61421ae7b3758d5e0116bfc40ca496aab7484210abf9f6bff12e",
            movies="1e1dba83af8e8aa4afe60be3338b059338aee1ecc55ed775bb30ac48b72442fa",
        ),
        "train/neg": Contents(
            reviews=24,
            size=7_747,
            digest="b0637d1c6e06ac79cff91a5d30bab75374e3c3fb3fa785a2b73fdfbacb57041d",
            movies="cfc53d0200a36c3eb17e2437bb974f1fe386ed666511cde78848cf4188861140",
        ),
        "test/pos": Contents(
            reviews=24,
            size=8_199,
            digest="5e493c1278b9e96fd28be48d50879a29db5cd66be9257028f5a5174e7c66f515",
            movies="8151a89ddcb482b03857e00649ccd902084ebc092db440f9410593766ea45d3e",
        ),
        "test/neg": Contents(
            reviews=24,
            size=8_038,
            digest="d8ca4a2bdea283fdcec945d44d5d3a4b85df8f6b12dd7a8fd6998760a70ddc43",
            movies="cbb7913fe78a5b07e9ee96e6c42230face2fa26f1b236dd4be9f3ba34c589271",
        ),
        "train/unsup": Contents(
            reviews=24,
            size=7_206,
            digest="75e6417eef5a454d1c459dd4c690180318ae28603b31c0c88c1ffe6bed530c47",
            movies="d898b22407ccfecbcb452f01acad5f38fe070c5df6fe55053f31eb0282cefcf5",
        ),
    },
    vocabulary_size=1_083,
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
