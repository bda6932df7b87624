import gzip
import pathlib
import shutil
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
import tensorflow_datasets as tfds
from tensorflow_datasets.core.download import downloader

from imdb_keras_tfds import Builder, ImdbKerasError
from imdb_keras_tfds.source import network, release
from imdb_keras_tfds.source.local import archive_url, local_archive
from tests.helpers.layout import FILES, release_of, tar_bytes
from tests.helpers.web import FileServer, serving, url_of_nobody

ARCHIVE = gzip.compress(tar_bytes(FILES.items()), mtime=0)
TRAIN = sum(name.startswith(("train/pos", "train/neg")) for name in FILES)


@pytest.fixture(autouse=True)
def _tiny_stanford(monkeypatch: pytest.MonkeyPatch) -> None:
    releases = {**release.RELEASES, "stanford": release_of(FILES, "stanford")}
    monkeypatch.setattr(release, "RELEASES", releases)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(network, "_PAUSES", ())


@pytest.fixture
def mirror() -> Iterator[FileServer]:
    with serving(ARCHIVE) as server:
        yield server


def build(data_dir: pathlib.Path, archive: str | None = None) -> Builder:
    builder = Builder(config="top10k", data_dir=data_dir, archive=archive)
    builder.download_and_prepare()
    return builder


def reason(data_dir: pathlib.Path, archive: str | None = None) -> str:
    """Why there is no dataset, in one line and without what TFDS and others went through."""
    with pytest.raises(ImdbKerasError) as error:
        build(data_dir, archive)
    assert "\n" not in str(error.value)
    shown = "".join(traceback.format_exception(error.value))
    assert "Traceback" not in shown.removeprefix("Traceback")
    assert "urllib3" not in shown
    return str(error.value)


@pytest.mark.parametrize("by", ["argument", "environment"])
def test_a_mirror(
    by: str, tmp_path: pathlib.Path, mirror: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by == "environment":
        monkeypatch.setenv("IMDB_KERAS_ARCHIVE", mirror.url)
    builder = build(tmp_path, mirror.url if by == "argument" else None)
    assert builder.info.splits["train"].num_examples == TRAIN
    assert mirror.asked == 1


@pytest.mark.parametrize("scheme", ["HTTP", "Http"])
def test_a_scheme_in_capitals(scheme: str, tmp_path: pathlib.Path, mirror: FileServer) -> None:
    assert build(tmp_path, mirror.url.replace("http", scheme)).is_prepared()


def test_a_mirror_whose_reviews_are_others_is_refused(
    tmp_path: pathlib.Path, mirror: FileServer
) -> None:
    other = FILES | {"test/pos/0_7.txt": b"Something else."}
    mirror.content = gzip.compress(tar_bytes(other.items()), mtime=0)
    assert "content of test/pos is not the release's" in reason(tmp_path, mirror.url)


def test_what_was_downloaded_needs_no_network(tmp_path: pathlib.Path) -> None:
    with serving(ARCHIVE) as mirror:
        build(tmp_path, mirror.url)
    shutil.rmtree(tmp_path / "imdb_keras")
    assert build(tmp_path, mirror.url).is_prepared()


def test_what_was_downloaded_is_named_if_it_is_damaged(
    tmp_path: pathlib.Path, mirror: FileServer
) -> None:
    build(tmp_path, mirror.url)
    shutil.rmtree(tmp_path / "imdb_keras")
    (kept,) = (tmp_path / "downloads").rglob("*.tar.gz")
    kept.write_bytes(ARCHIVE[:-9])
    assert reason(tmp_path, mirror.url).startswith(f"{kept}: the archive is truncated")


@pytest.mark.parametrize("named", [True, False], ids=["mirror", "Stanford"])
def test_without_a_network_nothing_is_tried(
    named: bool, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise AssertionError

    url = url_of_nobody()
    monkeypatch.setattr(downloader._Downloader, "download", fail)
    if not named:
        monkeypatch.setattr(Builder, "url_infos", {url: Builder.url_infos[release.URL]})
        monkeypatch.setattr(release, "URL", url)
    message = reason(tmp_path, url if named else None)
    assert message.startswith(f"{url}: cannot be had (127.0.0.1 cannot be reached: ")
    assert "archive= or the environment variable IMDB_KERAS_ARCHIVE" in message


def test_a_server_that_fails_is_asked_again(
    tmp_path: pathlib.Path, mirror: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloader, "MAX_RETRIES", 2)
    mirror.status = 503
    assert "503 error responses" in reason(tmp_path, mirror.url)
    assert mirror.asked == 3


def test_a_manual_download_needs_no_network(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "aclImdb_v1.tar.gz"
    path.write_bytes(ARCHIVE)
    known = tfds.core.download.checksums.compute_url_info(path)
    url = url_of_nobody()
    monkeypatch.setattr(release, "URL", url)
    monkeypatch.setattr(Builder, "url_infos", {url: known})
    builder = Builder(config="top10k", data_dir=tmp_path / "data")
    config = tfds.download.DownloadConfig(manual_dir=tmp_path)
    builder.download_and_prepare(download_config=config)
    assert builder.is_prepared()


@pytest.mark.parametrize("url", ["sftp://host/archive.tar.gz", "nonsense://host/archive.tar.gz"])
def test_what_nobody_reads_is_refused(url: str, tmp_path: pathlib.Path) -> None:
    assert reason(tmp_path, url).startswith(f"{url}: cannot be read from there; name ")


def test_a_bucket_that_cannot_be_read(tmp_path: pathlib.Path) -> None:
    # TensorFlow, by which `etils.epath` reads buckets, does not know this kind of them.
    url = "s3://bucket/archive.tar.gz"
    assert reason(tmp_path, url).startswith(f"{url}: cannot be read (File system scheme 's3' not ")


@pytest.mark.parametrize("path", ["/data/archive.tar.gz", "gs://bucket/archive.tar.gz"])
def test_what_is_read_where_it_is(path: str) -> None:
    assert local_archive(path) == path
    assert archive_url(path) == release.URL


@pytest.mark.parametrize("url", ["http://host/a", "https://host/a", "ftp://host/a", "HTTPS://h/a"])
def test_what_is_downloaded(url: str) -> None:
    assert local_archive(url) is None
    assert archive_url(url) == url
