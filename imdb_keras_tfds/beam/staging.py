"""Cuts the reviews of a source into chunks, for workers to take.

Usage:

    stage_folder(source)             # ["train/pos", "train/pos", "train/neg"]
    read_lists(source.workspace)     # {"train/pos": Movies(...)}
"""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa

from ..errors import ImdbKerasError
from ..source import reading
from ..source.checks import Checks
from ..source.folder import list_folder
from ..source.movies import Movies
from ..source.reviews import Texts
from . import chunks
from .chunks import WorkerSource
from .workspace import Workspace

CHUNK_REVIEWS = 2_000
"""Reviews of a chunk at most."""

_LISTS = "lists"


def stage_folder(source: WorkerSource) -> list[str]:
    """Notes the names of the reviews, chunk by chunk, and the lists of movies.

    Returns:
      The folder of each chunk.
    """
    found: dict[str, list[str]] = defaultdict(list)
    directories = {}
    checks = Checks(source.path, source.release)
    for folder, name, file in list_folder(source.path, checks):
        found[folder].append(name)
        directories[folder] = os.path.dirname(file)
    cut: list[str] = []
    for folder, names in found.items():
        names.sort()
        for start in range(0, len(names), CHUNK_REVIEWS):
            source.workspace.write(
                f"names-{len(cut)}",
                {"name": pa.array(names[start : start + CHUNK_REVIEWS], pa.string())},
                folder=folder,
                directory=directories[folder],
            )
            cut.append(folder)
    lists: dict[str, Movies] = {}
    reading.read_lists(source.path, checks, lists.__setitem__)
    _write_lists(source.workspace, lists)
    return cut


def stage_tar(source: WorkerSource) -> None:
    """Cuts a tar into chunks, and keeps its lists of movies."""
    stage = _Stage(source.workspace)
    try:
        reading.walk(
            source.path, Checks(source.path, source.release), stage.keep, stage.keep_movies
        )
    except ImdbKerasError as error:
        source.workspace.write("staged", {}, refused=str(error))
    else:
        stage.finish()


class _Stage:
    """Writes chunks of reviews as they come out of a tar."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace
        self._folders: list[str] = []
        self._texts: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
        self._sizes: dict[str, int] = defaultdict(int)
        self._lists: dict[str, Movies] = {}

    def keep(self, folder: str, names: Sequence[str], texts: Texts) -> None:
        """Takes the next reviews; see `reviews.Keep`."""
        for name, text in zip(names, texts, strict=True):
            kept = self._texts[folder]
            kept.append((name, bytes(text)))
            self._sizes[folder] += len(text)
            if len(kept) == CHUNK_REVIEWS or self._sizes[folder] >= chunks.CHUNK_SIZE:
                self._write(folder)

    def keep_movies(self, folder: str, movies: Movies) -> None:
        """Takes a list of movies; see `reviews.KeepMovies`."""
        self._lists[folder] = movies

    def finish(self) -> None:
        """Writes what is left, the lists of movies, and the folder of each chunk."""
        _write_lists(self._workspace, self._lists)
        for folder in list(self._texts):
            self._write(folder)
        self._workspace.write("staged", {"folder": pa.array(self._folders, pa.string())})

    def _write(self, folder: str) -> None:
        del self._sizes[folder]
        reviews = sorted(self._texts.pop(folder))
        names = pa.array([name for name, _ in reviews], pa.string())
        texts = pa.array([text for _, text in reviews], pa.large_binary())
        chunk = len(self._folders)
        try:
            self._workspace.write(f"names-{chunk}", {"name": names}, folder=folder)
            self._workspace.write(f"texts-{chunk}", {"text": texts})
        except OSError as error:
            # Where an archive is read, an OSError says that it cannot be.
            raise RuntimeError(f"{self._workspace.folder}: {error}") from error
        self._folders.append(folder)


def _write_lists(workspace: Workspace, lists: Mapping[str, Movies]) -> None:
    folders = list(lists)
    digests = [lists[folder].digest for folder in folders]
    for i, folder in enumerate(folders):
        workspace.write(f"{_LISTS}-{i}", {"title": pa.array(lists[folder].titles, pa.string())})
    columns = {"folder": pa.array(folders, pa.string()), "digest": pa.array(digests, pa.string())}
    workspace.write(_LISTS, columns)


def read_lists(workspace: Workspace) -> dict[str, Movies]:
    """The lists of movies, by the folder that each is of."""
    found = workspace.read(_LISTS)
    return {
        folder: Movies(workspace.read(f"{_LISTS}-{i}")["title"].to_pylist(), digest)
        for i, (folder, digest) in enumerate(
            zip(found["folder"].to_pylist(), found["digest"].to_pylist(), strict=True)
        )
    }
