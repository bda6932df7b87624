"""Encodes a corpus as the `.npz` that numpy 1.12 wrote under Python 2.7.

Usage:

    write_npz(corpus, file.write)   # imdb.npz
"""

import io
import zipfile

from ..recipe.corpus import Corpus
from .pickles import Write, binary_int, encoded_ranks, write_object_array


def write_npz(corpus: Corpus, write: Write) -> None:
    """`numpy.savez_compressed(file, x_train=..., y_train=..., x_test=..., y_test=...)`.

    The entries are in the order of a CPython 2.7 dict, and carry the times at which numpy 1.12
    wrote each to a temporary file.
    """
    table = encoded_ranks(corpus, binary_int)
    # `zipfile` goes back to fill in sizes, which a `Write` cannot do.
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, split, second in [
            ("x_test", "test", 50),
            ("x_train", "train", 52),
            ("y_train", "train", 54),
            ("y_test", "test", 54),
        ]:
            entry = zipfile.ZipInfo(f"{name}.npy", (2017, 2, 18, 14, 55, second))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whatever this system is.
            entry.external_attr = 0o100600 << 16
            with archive.open(entry, "w") as array:
                reviews = corpus.splits[split]
                if name.startswith("x_"):
                    array.write(_npy_header("|O", len(reviews.ranks)))
                    write_object_array(reviews.ranks, table, array.write)
                else:
                    array.write(_npy_header("<i8", len(reviews.labels)))
                    array.write(reviews.labels.astype("<i8").tobytes())
    write(file.getbuffer())


def _npy_header(descr: str, length: int) -> bytes:
    """The header of a one-dimensional array: numpy 1.12 made it a multiple of 16 bytes."""
    described = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({length},), }}"
    text = described.ljust(69).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text
