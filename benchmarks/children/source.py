"""The reading of the archive, by this package and by a plain loop."""

import hashlib
import time


def read_source(archive_path: str) -> float:
    """Reads and checks the archive; returns the seconds of processor time, of all threads."""
    from imdb_keras_tfds.source import reading, release

    start = time.process_time()
    reading.read(archive_path, release.STANFORD)
    return time.process_time() - start


def read_plainly(archive_path: str) -> float:
    """Reads and hashes every member; returns as `read_source` does."""
    import gzip
    import tarfile

    start = time.process_time()
    with gzip.open(archive_path) as content, tarfile.open(fileobj=content, mode="r|") as tar:
        for member in tar:
            if (file := tar.extractfile(member)) is not None:
                hashlib.sha256(file.read()).digest()
    return time.process_time() - start
