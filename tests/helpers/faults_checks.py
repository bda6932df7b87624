"""What a data_dir may hold after a fault, and what the next build has to make of it."""

import pathlib
import re
from typing import Any

from tensorflow_datasets.core.utils import file_utils

from imdb_keras_tfds.storage import verify

from . import faults_children as children
from .faults_children import DATASET, End, run
from .layout import Files

TRAIN = 48
"""Training reviews of the sample."""


def files_of(folder: pathlib.Path) -> Files:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def datasets(data_dir: pathlib.Path) -> list[pathlib.Path]:
    """Every folder that TFDS takes for a prepared dataset, be there what may in it."""
    if not data_dir.is_dir():
        return []
    version = re.compile(r"\d+\.\d+\.\d+")
    folders = [path for path in data_dir.glob("imdb_keras/*/*") if version.fullmatch(path.name)]
    listed = {
        f"{found.config}/{found.version}"
        for found in file_utils.list_datasets_in_data_dir(data_dir)
    }
    assert listed <= {f"{folder.parent.name}/{folder.name}" for folder in folders}
    return folders


def leftovers(data_dir: pathlib.Path) -> list[pathlib.Path]:
    """Folders of builds that did not come to their end."""
    return list(data_dir.glob("imdb_keras/[!.]*/incomplete.*"))


def check_what_is_there(data_dir: pathlib.Path, good_files: Files) -> None:
    """Whatever counts as a dataset is a good one: one of other bytes would have to verify."""
    for folder in datasets(data_dir):
        assert files_of(folder) == good_files or verify.verify(folder) == []


def check_next_build(data_dir: pathlib.Path, good_files: Files, **options: Any) -> None:
    """The next build gives the bytes of a good one, whatever lies about, and clears that."""
    assert run(children.build, data_dir, **options) == End(0)
    assert datasets(data_dir) == [data_dir / DATASET]
    assert files_of(data_dir / DATASET) == good_files
    assert leftovers(data_dir) == []


def spread(last: int, count: int) -> list[int]:
    """So many numbers from 1 to the last one, evenly."""
    assert last >= count
    return [1 + round(i * (last - 1) / (count - 1)) for i in range(count)]
