import pathlib

import pytest
import tensorflow_datasets as tfds

from tests.helpers import pages

PASSAGES = [passage for passage in pages.passages() if passage.needs_archive]


@pytest.mark.parametrize("passage", PASSAGES, ids=pages.title)
def test_passage(
    passage: pages.Passage,
    real_archive: str,
    data_dir: pathlib.Path,
    top10k: tfds.core.DatasetBuilder,
) -> None:
    assert top10k.is_prepared()
    passage.run(env={"TFDS_DATA_DIR": str(data_dir)}, archive=real_archive)
