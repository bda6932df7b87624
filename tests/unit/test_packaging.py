import email
import os
import pathlib
import shutil
import sys
import tarfile
import zipfile

import imdb_keras_tfds
from imdb_keras_tfds.source import release
from imdb_keras_tfds.source.movies import list_name
from tests.helpers.commands import run
from tools.dist import tracked_files


def test_the_sdist_holds_all_that_is_tracked(
    distributions: pathlib.Path, repository: pathlib.Path
) -> None:
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    only_for_git = {".gitattributes", ".gitignore"}
    assert set(tracked_files(repository)) - only_for_git <= names


def test_the_distributions_have_the_same_bytes_whenever_and_by_whomever_they_are_made(
    distributions: pathlib.Path, repository: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    checkout = tmp_path / "checkout"
    for name in tracked_files(repository):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(repository / name, checkout / name)
        (checkout / name).chmod((repository / name).stat().st_mode & 0o700)
        os.utime(checkout / name, (1e9, 1e9))
    run(["git", "init", "--quiet"], cwd=checkout)
    run(["git", "add", "--all", "--force"], cwd=checkout)
    (checkout / "imdb_keras_tfds/left_by_an_editor.py").touch()
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as tar:
        epoch = tar.getmembers()[0].mtime
    run(
        ["bash", "-ec", 'umask 077; python -m tools.dist "$0"', tmp_path / "again"],
        cwd=checkout,
        env={"SOURCE_DATE_EPOCH": str(epoch), "TZ": "Asia/Tokyo"},
    )
    built, again = (
        {path.name: path.read_bytes() for path in folder.iterdir()}
        for folder in (distributions, tmp_path / "again")
    )
    assert again == built


def test_the_metadata_says_who_and_where(wheel: pathlib.Path) -> None:
    name = f"imdb_keras_tfds-{imdb_keras_tfds.__version__}.dist-info/METADATA"
    with zipfile.ZipFile(wheel) as archive:
        metadata = email.message_from_bytes(archive.read(name))
    assert metadata["Author"] == "The imdb-keras-tfds authors"
    urls = dict(url.split(", ", 1) for url in metadata.get_all("Project-URL", []))
    assert urls.keys() >= {"Source", "Issues", "Changelog"}
    assert all(url.startswith("https://") for url in urls.values())


def test_the_wheel_holds_the_package_and_the_sample(
    wheel: pathlib.Path, repository: pathlib.Path
) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = repository / "imdb_keras_tfds"
    for path in package.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert f"imdb_keras_tfds/{path.relative_to(package)}" in names
    sample = [name for name in names if name.startswith("imdb_keras_tfds/dummy_data/aclImdb/")]
    lists = {f"imdb_keras_tfds/dummy_data/aclImdb/{list_name(name)}" for name in release.FOLDERS}
    assert lists <= set(sample)
    reviews = sum(folder.reviews for folder in release.SAMPLE.contents.values())
    assert len(sample) == reviews + len(lists)
    assert {name.split("/")[0] for name in names} == {
        "imdb_keras_script.py",
        "imdb_keras_tfds",
        f"imdb_keras_tfds-{imdb_keras_tfds.__version__}.dist-info",
    }


def test_the_sample_builds_from_the_wheel(wheel: pathlib.Path, tmp_path: pathlib.Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = """
import sys
sys.path.insert(0, sys.argv[1])
import imdb_keras_tfds, tensorflow_datasets as tfds
assert imdb_keras_tfds.__file__.startswith(sys.argv[1])
from imdb_keras_tfds.source import release
from imdb_keras_tfds.source.movies import list_name
assert str(release.sample_path()).startswith(sys.argv[1])
builder = tfds.builder("imdb_keras/sample", data_dir=sys.argv[2])
builder.download_and_prepare()
print(builder.info.splits["train"].num_examples, builder.info.description[:25])
"""
    done = run(
        [sys.executable, "-c", code, str(tmp_path / "site"), str(tmp_path / "data")], cwd=tmp_path
    )
    assert done.stdout.splitlines()[-1] == "48 The IMDB dataset of Keras"


def test_the_version_is_in_the_changelog(repository: pathlib.Path) -> None:
    assert f"## {imdb_keras_tfds.__version__}" in (repository / "CHANGELOG.md").read_text()


def test_the_sdist_builds_the_same_wheel_and_itself(
    distributions: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as tar:
        tar.extractall(tmp_path, filter="data")
    run(
        [sys.executable, "-m", "tools.dist", tmp_path / "again"],
        cwd=tmp_path / sdist.name.removesuffix(".tar.gz"),
    )
    for path in distributions.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()
