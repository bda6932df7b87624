import pathlib

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder
from tests.helpers.beam_faults import two_processes


def test_two_processes_write_the_bytes_of_one(
    real_archive: str, top10k: tfds.core.DatasetBuilder, tmp_path: pathlib.Path
) -> None:
    builder = Builder(config="top10k", archive=real_archive, data_dir=tmp_path)
    options = tfds.download.DownloadConfig(num_shards=1, beam_options=two_processes())
    builder.download_and_prepare(download_config=options)
    assert files(builder) == files(top10k)


@pytest.mark.parametrize(("config", "splits"), [("top10k", 3), ("top10k_val20", 4)])
def test_five_shards(config: str, splits: int, real_archive: str, tmp_path: pathlib.Path) -> None:
    built = []
    for name, options in {"one": {}, "beam": {"beam_runner": "FnApiRunner"}}.items():
        builder = Builder(config=config, archive=real_archive, data_dir=tmp_path / name)
        builder.download_and_prepare(
            download_config=tfds.download.DownloadConfig(num_shards=5, **options)
        )
        built.append(files(builder))
    assert built[0] == built[1]
    assert len([name for name in built[0] if "tfrecord" in name]) == 5 * splits


def test_texts(real_archive: str, tmp_path: pathlib.Path) -> None:
    built = []
    for name, options in {"one": {}, "beam": {"beam_options": two_processes()}}.items():
        builder = Builder(config="top10k_text", archive=real_archive, data_dir=tmp_path / name)
        builder.download_and_prepare(
            download_config=tfds.download.DownloadConfig(num_shards=3, **options)
        )
        built.append(files(builder))
    assert built[0] == built[1]


def files(builder: tfds.core.DatasetBuilder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in builder.data_path.iterdir()}
