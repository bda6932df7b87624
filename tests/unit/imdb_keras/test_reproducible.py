import pathlib
from typing import Any

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder
from imdb_keras_tfds.source import release
from tests.helpers.commands import run
from tests.helpers.layout import FILES, release_of, write_folder, write_tar


def contents(folder: pathlib.Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("file_format", ["tfrecord", "array_record"])
def test_two_processes_write_the_same_bytes(file_format: str, tmp_path: pathlib.Path) -> None:
    built = []
    for i, environment in enumerate(
        [
            {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"},
            {"PYTHONHASHSEED": "2"},
        ]
    ):
        data_dir = tmp_path / f"data{i}"
        run(
            [
                "tfds",
                "build",
                "imdb_keras/sample_top500",
                "--imports=imdb_keras_tfds",
                f"--data_dir={data_dir}",
                f"--file_format={file_format}",
                "--num_shards=2",
            ],
            env=environment,
        )
        built.append(contents(data_dir / "imdb_keras/sample_top500/1.1.0"))
    assert built[0] == built[1]
    assert len([name for name in built[0] if file_format in name]) == 6


def test_the_form_of_the_archive_makes_no_difference(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases = {**release.RELEASES, "stanford": release_of(FILES, "stanford")}
    monkeypatch.setattr(release, "RELEASES", releases)
    built = []
    sources = (
        write_tar(tmp_path / "some.tar.gz", FILES.items()),
        write_tar(tmp_path / "other.tar.gz", [("README", b""), *reversed(FILES.items())], root=""),
        write_folder(tmp_path / "folder/aclImdb", FILES),
    )
    for i, source in enumerate(sources):
        builder = Builder(config="top10k", archive=source, data_dir=tmp_path / f"data{i}")
        builder.download_and_prepare()
        built.append(contents(pathlib.Path(builder.data_dir)))
    assert built[0] == built[1] == built[2]


def test_a_second_build_in_one_process_is_the_same(tmp_path: pathlib.Path) -> None:
    def build(data_dir: pathlib.Path, **options: Any) -> dict[str, bytes]:
        builder = Builder(config="sample_full_keras", data_dir=data_dir)
        builder.download_and_prepare(**options)
        return contents(pathlib.Path(builder.data_dir))

    first = build(tmp_path / "first")
    again = tfds.download.DownloadConfig(
        download_mode=tfds.GenerateMode.REUSE_CACHE_IF_EXISTS  # builds anew, over the old one
    )
    assert build(tmp_path / "first", download_config=again) == first
    assert build(tmp_path / "second") == first
