"""Gets an archive by TFDS's downloader, which keeps it, and says at once if there is no network.

Usage:

    path = download(dl_manager, release.URL)
"""

import tensorflow_datasets as tfds
from etils import epath

from ..errors import ImdbKerasError
from .local import ARCHIVE_VARIABLE
from .network import check_reachable


def download(manager: tfds.download.DownloadManager, url: str) -> epath.Path:
    """The file of a URL: one of the manager's manual folder, or of its cache, or downloaded.

    A bad connection is tried again and again, as TFDS does; without any it is not tried at all.

    Args:
      manager: checks the SHA-256 of a URL that it knows it of.
      url: of `http://`, `https://` or `ftp://`.

    Raises:
      ImdbKerasError: the file cannot be had.
    """
    scheme, _, rest = url.partition("://")
    start = manager._download

    def start_if_reachable(resource: tfds.download.Resource) -> object:
        check_reachable(resource.url)
        return start(resource)

    try:
        # It is what TFDS calls when it has found that it must download.
        with tfds.core.utils.temporary_assignment(manager, "_download", start_if_reachable):
            # TFDS takes a scheme in capitals for another one.
            return manager.download(f"{scheme.lower()}://{rest}")
    except Exception as error:
        reason = " ".join(str(error).split())
        # What TFDS and its libraries went through says nothing more, in a hundred lines.
        raise ImdbKerasError(
            f"{url}: cannot be had ({reason}); get it by other means and name it, or a mirror of "
            f"it, by the builder argument archive= or the environment variable {ARCHIVE_VARIABLE}"
        ) from None
