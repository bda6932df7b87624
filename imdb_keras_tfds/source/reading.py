"""Reads the reviews out of the Stanford archive, or a folder of its layout, checked and in order.

Usage:

    source = reading.read("aclImdb_v1.tar.gz", release.STANFORD)
    source.splits["train"][0]   # Review(id='train/pos/0_9', text=b'Bromwell High is...', ...)

The archive is read in one pass and nothing is extracted to disk.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from etils import epath

from ..progress import default_progress
from .checks import Checks
from .copies import duplicate_of
from .folder import list_folder, list_lists, locate, read_file
from .movies import MAX_OWN_SIZE, Movies
from .release import SPLITS, Release
from .reviews import Gathered, Keep, KeepMovies, Reviews, Source, Texts
from .tar import read_tar


def read(
    path: epath.PathLike,
    release: Release | None,
    progress: Callable[..., Any] = default_progress,
    *,
    utf8: bool = False,
) -> Source:
    """Reads all reviews of a release, or of one's own in its layout.

    Args:
      path: a `.tar.gz`, or a folder, that holds `aclImdb/` (or what stands in it); of one's own
        reviews also a `.tar`. A path, or a URL of `file://` or of a bucket.
      release: what must be found, reviews and lists of movies; anything else is refused. None
        takes one's own reviews, of any number: folders may be missing, but not both of the labelled
        training reviews; and so may lists.
      progress: makes a progress bar, with the signature of `tqdm.tqdm`.
      utf8: refuses a review that is not UTF-8; to rank its words it need not be.

    Returns:
      The reviews of every split that has any, and what was found in every folder.

    Raises:
      ImdbKerasError: the path does not exist; it is no gzip or tar file, is damaged or truncated,
        or has anything behind its end; a folder is missing, is none, or does not hold the release's
        number of reviews; a file name is not `<n>_<rating>.txt`, leads out of the archive or stands
        there twice; a member is a link or a device; a review is larger than 1 MiB; the content of a
        folder is not the release's; a list of movies has a line of another form or none for a
        review, or is not the release's.
    """
    gathered = {split: Gathered(folders) for split, folders in SPLITS.items()}
    split_of = {folder: found for found in gathered.values() for folder in found.folders}
    lists: dict[str, Movies] = {}
    reviews = sum(contents.reviews for contents in release.contents.values()) if release else None
    with progress(total=reviews, desc="Reading reviews...", unit=" reviews") as bar:

        def keep(folder: str, names: Sequence[str], texts: Texts) -> None:
            try:
                split_of[folder].add(folder, names, texts)
            except ValueError as error:
                checks.refuse(f"'{folder}/{error}' is there twice")
            checks.texts(folder, names, texts)
            bar.update(len(names))

        checks = Checks(path, release, utf8=utf8)
        sha256 = walk(path, checks, keep, lists.__setitem__)
    files = {folder: list(found.files(folder)) for folder, found in split_of.items()}
    contents = checks.contents(files, lists)
    split_of.clear()
    # What was gathered of a split goes when it is laid out.
    splits = {
        split: gathered.pop(split).laid_out(lists)
        for split, folders in SPLITS.items()
        if any(folder in contents for folder in folders)
    }
    in_order = [
        digest for split in splits for folder in SPLITS[split] for *_, digest in files[folder]
    ]
    return Source(_with_copies(splits, in_order), contents, sha256)


def _with_copies(splits: dict[str, Reviews], digests: list[bytes]) -> dict[str, Reviews]:
    """The same reviews, and which of them are copies of which."""
    copies = duplicate_of([name for reviews in splits.values() for name in reviews.ids], digests)
    found, start = {}, 0
    for split, reviews in splits.items():
        stop = start + len(reviews)
        found[split] = replace(reviews, duplicate_of=copies[start:stop])
        start = stop
    return found


def walk(path: epath.PathLike, checks: Checks, keep: Keep, keep_movies: KeepMovies) -> str | None:
    """Hands out all reviews of an archive or folder, in the order in which they come.

    Args:
      path: as for `read`.
      checks: look at every file before it is handed out.
      keep: is handed every review.
      keep_movies: is handed every list of movies.

    Returns:
      The SHA-256 of the archive file, in hexadecimal; None for a folder.

    Raises:
      ImdbKerasError: see `read`.
    """
    with checks.readable():
        place = locate(path)
        if not place.is_dir():
            return read_tar(place, checks, keep, keep_movies)
        read_lists(path, checks, keep_movies)
        for folder, name, file in list_folder(path, checks):
            text = read_file(file)
            checks.size(folder, name, len(text))
            keep(folder, [name], [text])
        return None


def read_lists(path: epath.PathLike, checks: Checks, keep_movies: KeepMovies) -> None:
    """Hands out the lists of movies of a folder.

    Args:
      path: of the folder, as for `read`.
      checks: look at every list before it is handed out.
      keep_movies: is handed every list.

    Raises:
      ImdbKerasError: see `read`.
    """
    with checks.readable():
        for folder, file in list_lists(path, checks):
            content = read_file(file, MAX_OWN_SIZE)
            checks.list_size(folder, len(content))
            keep_movies(folder, checks.read_list(folder, content))
