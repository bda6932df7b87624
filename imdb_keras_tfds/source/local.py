"""The archive that a user already has.

Usage:

    local_archive("/data/aclImdb_v1.tar.gz")   # the same
    local_archive()                            # what IMDB_KERAS_ARCHIVE names, or None
"""

import os

from etils import epath

ARCHIVE_VARIABLE = "IMDB_KERAS_ARCHIVE"
"""The environment variable that names a local archive."""


def local_archive(named: epath.PathLike | None = None) -> epath.PathLike | None:
    """The archive that is named, or else the one of the environment; None if there is neither."""
    return named or os.environ.get(ARCHIVE_VARIABLE) or None
