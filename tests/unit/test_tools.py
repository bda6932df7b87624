import datetime
import hashlib
import pathlib

import pytest

import imdb_keras_tfds
from imdb_keras_tfds.source import release
from tests.helpers import web
from tools import archive, tag

CONTENT = b"some archive"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def test_the_archive_is_downloaded_once(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "data" / "archive.tar.gz"
    with web.serving(CONTENT) as server:
        for _ in range(2):
            archive.fetch(server.url, DIGEST, path)
        assert server.asked == 1
    assert path.read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("status", [200, 404])
def test_another_file_takes_the_place_of_nothing(status: int, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(b"what was there")
    with web.serving(b"another") as server:
        server.status = status
        with pytest.raises(SystemExit, match=r"is another file|cannot be downloaded .*404"):
            archive.fetch(server.url, DIGEST, path)
    assert path.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [path]


def test_the_list_of_checksums_names_the_archive_alone() -> None:
    url, size, digest, name = archive.CHECKSUMS.read_text().split()
    assert url == release.URL
    assert url.endswith(f"/{name}")
    assert (int(size), len(digest)) == (84_125_825, 64)


class TestTags:
    version = imdb_keras_tfds.__version__
    changelog = f"# Changelog\n\n## {version} ({datetime.date.min})\n"
    citation = f"title: x\nversion: {version}\n"

    def test_the_tag_of_this_version(self) -> None:
        assert tag.problems(f"v{self.version}", self.changelog, self.citation) == []

    @pytest.mark.parametrize("other", ["", version, f"v{version}.1", "v0"])
    def test_another_tag(self, other: str) -> None:
        (problem,) = tag.problems(other, self.changelog, self.citation)
        assert problem.startswith(f"the tag is {other!r}")

    def test_a_changelog_that_goes_on(self) -> None:
        unreleased = f"## {self.version} (unreleased)\n"
        (problem,) = tag.problems(f"v{self.version}", unreleased, self.citation)
        assert "CHANGELOG.md" in problem

    def test_a_citation_of_another_version(self) -> None:
        (problem,) = tag.problems(f"v{self.version}", self.changelog, "version: 0\n")
        assert "CITATION.cff" in problem
