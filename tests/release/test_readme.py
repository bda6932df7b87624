import pathlib

import pytest
import tensorflow_datasets as tfds

from tests.helpers import readme

BLOCKS = [block for block in readme.blocks() if block.needs_archive]


@pytest.mark.parametrize("block", BLOCKS, ids=readme.title)
def test_block(
    block: readme.Block,
    real_archive: str,
    data_dir: pathlib.Path,
    top10k: tfds.core.DatasetBuilder,
) -> None:
    assert top10k.is_prepared()
    block.run(env={"TFDS_DATA_DIR": str(data_dir)}, archive=real_archive)
