"""Reads the reviews out of the Stanford archive, or a folder of its layout, checked and in order.

Usage:

    source = reading.read("aclImdb_v1.tar.gz", release.STANFORD)
    source.splits["train"][0]   # Review(id='train/pos/0_9', text=b'Bromwell High is...', ...)

The archive is read in one pass and nothing is extracted to disk.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from etils import epath

from ..progress import default_progress
from .checks import Checks
from .folder import list_folder, locate, read_file
from .release import FOLDERS, SPLITS, Release
from .reviews import Keep, Source, join
from .tar import read_tar


def read(
    path: epath.PathLike,
    release: Release | None,
    progress: Callable[..., Any] = default_progress,
) -> Source:
    """Reads all reviews of a release, or of one's own in its layout.

    Args:
      path: a `.tar.gz`, or a folder, that holds `aclImdb/` (or what stands in it); of one's own
        reviews also a `.tar`. A path, or a URL of `file://` or of a bucket.
      release: what must be found; anything else is refused. None takes one's own reviews, of any
        number: folders may be missing, but not both of the labelled training reviews.
      progress: makes a progress bar, with the signature of `tqdm.tqdm`.

    Returns:
      The reviews of every split that has any, and what was found in every folder.

    Raises:
      ImdbKerasError: the path does not exist; it is no gzip or tar file, is damaged or truncated,
        or has anything behind its end; a folder is missing, is none, or does not hold the release's
        number of reviews; a file name is not `<n>_<rating>.txt`, leads out of the archive or stands
        there twice; a member is a link or a device; a review is larger than 1 MiB; the content of a
        folder is not the release's.
    """
    texts: dict[str, dict[str, bytes]] = {folder: {} for folder in FOLDERS}
    reviews = sum(contents.reviews for contents in release.contents.values()) if release else None
    with progress(total=reviews, desc="Reading reviews...", unit=" reviews") as bar:

        def keep(folder: str, name: str, text: bytes) -> None:
            if name in texts[folder]:
                checks.refuse(f"'{folder}/{name}' is there twice")
            texts[folder][name] = text
            bar.update()

        checks = Checks(path, release)
        sha256 = walk(path, checks, keep)
    contents = checks.contents({folder: _digests(found) for folder, found in texts.items()})
    # Each folder is let go when its reviews are laid out: the texts are never held thrice.
    splits = {
        split: join((folder, texts.pop(folder)) for folder in folders)
        for split, folders in SPLITS.items()
        if any(folder in contents for folder in folders)
    }
    return Source(splits, contents, sha256)


def _digests(texts: dict[str, bytes]) -> Iterator[tuple[str, int, bytes]]:
    for name in sorted(texts):
        yield name, len(texts[name]), hashlib.sha256(texts[name]).digest()


def walk(path: epath.PathLike, checks: Checks, keep: Keep) -> str | None:
    """Hands out all reviews of an archive or folder, in the order in which they come.

    Args:
      path: as for `read`.
      checks: look at every file before it is handed out.
      keep: is handed every review.

    Returns:
      The SHA-256 of the archive file, in hexadecimal; None for a folder.

    Raises:
      ImdbKerasError: see `read`.
    """
    with checks.readable():
        place = locate(path)
        if not place.is_dir():
            return read_tar(place, checks, keep)
        for folder, name, file in list_folder(path, checks):
            text = read_file(file)
            checks.size(folder, name, len(text))
            keep(folder, name, text)
        return None
