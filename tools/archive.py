"""Downloads the Stanford archive, and keeps it only if its SHA-256 is the known one.

Usage:

    make archive
    export IMDB_KERAS_ARCHIVE=$PWD/data/aclImdb_v1.tar.gz
"""

import hashlib
import pathlib
import urllib.request

import imdb_keras_tfds
from imdb_keras_tfds.storage import atomic
from imdb_keras_tfds.storage.hashing import sha256_of

CHECKSUMS = pathlib.Path(imdb_keras_tfds.__file__).parent / "imdb_keras" / "checksums.tsv"

FOLDER = pathlib.Path(__file__).parent.parent / "data"

_PATIENCE = 60  # seconds without a byte
_AT_ONCE = 1 << 20


def fetch(url: str, digest: str, path: pathlib.Path) -> None:
    """Downloads a file, unless the right one is there.

    Args:
      url: of the file.
      digest: its SHA-256, as hexadecimal digits.
      path: where it is to stand.

    Raises:
      SystemExit: it cannot be downloaded, or is another file; nothing is changed then.
    """
    if path.exists() and sha256_of(path) == digest:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    try:
        # The scheme is that of the list of checksums.
        with (
            urllib.request.urlopen(url, timeout=_PATIENCE) as answer,  # noqa: S310
            atomic.writing(path) as file,
        ):
            while part := answer.read(_AT_ONCE):
                found.update(part)
                file.write(part)
            if found.hexdigest() != digest:
                raise SystemExit(f"{url}: is another file, of SHA-256 {found.hexdigest()}")
    except OSError as error:
        raise SystemExit(f"{url}: cannot be downloaded ({error})") from error


def main() -> None:
    """Downloads to `data/`, and says how to name the archive."""
    url, _, digest, name = CHECKSUMS.read_text().split()
    fetch(url, digest, FOLDER / name)
    print(f"export IMDB_KERAS_ARCHIVE={FOLDER / name}")


if __name__ == "__main__":
    main()
