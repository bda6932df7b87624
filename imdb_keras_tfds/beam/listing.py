"""All reviews of a source by name, and where they stand in canonical order.

Usage:

    listing = Listing.of(["train/pos"], [pa.array(["0_9.txt", "10_9.txt"])])
    listing.folders["train/pos"]   # range(0, 2)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..source.movies import Movies
from ..source.release import FOLDERS, SPLITS

_FILES_AT_ONCE = 50_000
"""So many names are held as Python's own strings."""


@dataclass(frozen=True, eq=False)
class Listing:
    """All reviews, chunk by chunk, and where they stand in canonical order, split by split.

    Attributes:
      chunks: for each chunk int64 `[reviews]`, ascending: the places of its reviews.
      names: of the files, by place.
      folders: folder -> the places of its reviews.
      splits: split -> the places of its reviews; none without any.
    """

    chunks: list[NDArray[np.int64]]
    names: Any
    folders: dict[str, range]
    splits: dict[str, range]

    @classmethod
    def of(cls, folders: list[str], names: list[Any]) -> "Listing":
        """Sorts reviews; given are the folder of each chunk and the names in it."""
        lengths = [len(chunk) for chunk in names]
        in_order = [folder for split in SPLITS.values() for folder in split]
        folder = np.repeat([in_order.index(found) for found in folders], lengths).astype(np.int64)
        joined = pa.concat_arrays([pa.array([], pa.string()), *names])
        keys = [("folder", "ascending"), ("name", "ascending")]
        order = pc.sort_indices(pa.table({"folder": folder, "name": joined}), sort_keys=keys)
        places = np.empty(len(order), np.int64)
        places[order.to_numpy()] = np.arange(len(order))

        counts = np.bincount(folder, minlength=len(in_order)).tolist()
        starts = [0, *accumulate(counts)]
        ranges = {
            found: range(*bounds) for found, bounds in zip(in_order, pairwise(starts), strict=True)
        }
        splits = {
            split: range(ranges[found[0]].start, ranges[found[-1]].stop)
            for split, found in SPLITS.items()
        }
        return cls(
            chunks=[places[start:stop] for start, stop in pairwise([0, *accumulate(lengths)])],
            names=joined.take(order),
            folders=ranges,
            splits={split: places for split, places in splits.items() if places},
        )

    def movies(self, lists: Mapping[str, Movies]) -> Any:
        """The titles of the movies of all reviews, as an Arrow array; empty where not known.

        Args:
          lists: folder -> its list, if it has one, with a line for each review.
        """
        found = []
        for folder, places in self.folders.items():
            if folder not in lists:
                found.append(pa.array([""], pa.string()).take(pa.array(np.zeros(len(places), int))))
                continue
            names = self.names[places.start : places.stop]
            numbers = pc.replace_substring_regex(names, pattern="_.*", replacement="")
            titles = pa.array(lists[folder].titles, pa.string())
            found.append(titles.take(pc.cast(numbers, pa.int64())))
        return pa.concat_arrays(found)

    def labels(self, split: str) -> NDArray[np.int64]:
        """The labels of the reviews of a split, in canonical order."""
        folders = SPLITS[split]
        sizes = [len(self.folders[folder]) for folder in folders]
        return np.repeat([FOLDERS[folder].label for folder in folders], sizes)

    def ids(self, places: NDArray[np.int64]) -> Any:
        """The ids of the reviews at some places, as an Arrow array; empty for places below 0."""
        starts = [found.start for found in self.folders.values()]
        folders = list(self.folders)
        # The last folder that begins there or before is the one; those without reviews come first.
        folder = np.searchsorted(starts, places, side="right") - 1
        ids = [""] * len(places)
        for row in np.flatnonzero(places >= 0).tolist():
            stem = self.names[int(places[row])].as_py().removesuffix(".txt")
            ids[row] = f"{folders[folder[row]]}/{stem}"
        return pa.array(ids, pa.string())

    def files(
        self, folder: str, sizes: NDArray[np.int64], digests: NDArray[np.uint8]
    ) -> Iterator[tuple[str, int, bytes]]:
        """Name, size and digest of each review of a folder.

        Args:
          folder: its name.
          sizes: of all reviews, by place.
          digests: `[reviews, 32]`, likewise.
        """
        places = self.folders[folder]
        for start in range(places.start, places.stop, _FILES_AT_ONCE):
            some = slice(start, min(start + _FILES_AT_ONCE, places.stop))
            raw = digests[some].tobytes()
            yield from zip(
                self.names[some].to_pylist(),
                sizes[some].tolist(),
                (raw[place : place + 32] for place in range(0, len(raw), 32)),
                strict=True,
            )

    def by_place(self, chunks: list[NDArray[Any]]) -> NDArray[Any]:
        """Puts in canonical order what each chunk has to say of its reviews."""
        values = np.concatenate(chunks)
        ordered = np.empty_like(values)
        ordered[np.concatenate(self.chunks)] = values
        return ordered
