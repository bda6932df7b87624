"""Programs as courses and books have them run with the import replaced, and learn as they do."""

import pathlib
import sys

import pytest

from tests.helpers import programs
from tests.helpers.commands import run

FOLDER = pathlib.Path(programs.__file__).parent


@pytest.mark.parametrize(
    ("program", "accuracy"),
    [("multi_hot", 0.87), ("averaged_embeddings", 0.86), ("recurrent", 0.80)],
)
def test_a_program_learns(
    program: str, accuracy: float, real_archive: str, data_dir: pathlib.Path
) -> None:
    done = run([sys.executable, FOLDER / f"{program}.py"], env={"TFDS_DATA_DIR": str(data_dir)})
    *printed, reached = done.stdout.splitlines()
    assert float(reached) > accuracy
    if program == "recurrent":
        assert printed[-1] == "? this film was just brilliant casting location"
