"""The archive that a user names: one that can be read where it is, or one to be downloaded.

Usage:

    local_archive("/data/aclImdb_v1.tar.gz")    # the same
    local_archive("https://example.org/a.gz")   # None
    archive_url("https://example.org/a.gz")     # the same
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from . import release

if TYPE_CHECKING:
    from etils import epath

ARCHIVE_VARIABLE = "IMDB_KERAS_ARCHIVE"
"""The environment variable that names an archive."""

_DOWNLOADED = ("http", "https", "ftp")


def local_archive(named: epath.PathLike | None = None) -> epath.PathLike | None:
    """The archive that is named, or else the one of the environment, if it needs no download."""
    archive = _named(named)
    return None if archive is None or _is_download(archive) else archive


def archive_url(named: epath.PathLike | None = None) -> str:
    """Where to download the archive: the URL that is named, or else Stanford's."""
    archive = _named(named)
    return os.fspath(archive) if archive and _is_download(archive) else release.URL


def _named(named: epath.PathLike | None) -> epath.PathLike | None:
    return named or os.environ.get(ARCHIVE_VARIABLE) or None


def _is_download(archive: epath.PathLike) -> bool:
    scheme, colon, _ = os.fspath(archive).partition("://")
    return bool(colon) and scheme.lower() in _DOWNLOADED
