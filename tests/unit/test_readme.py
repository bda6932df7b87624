import pathlib
import re

import pytest

from tests.helpers import readme
from tests.helpers.commands import run

# Two blocks are commands about this very checkout and environment.
COMMANDS = "make build\nmake test\n"
INSTALL = (
    "pip install --upgrade pip   # pip 23.0, which a fresh Python 3.10 has, loses its way\n"
    "pip install .\n"
)

BLOCKS = [
    block
    for block in readme.blocks()
    if not (block.needs_archive or block.is_example) and block.code not in (COMMANDS, INSTALL)
]


@pytest.mark.parametrize("block", BLOCKS, ids=readme.title)
def test_block(block: readme.Block, tmp_path: pathlib.Path) -> None:
    block.run(env={"TFDS_DATA_DIR": str(tmp_path)})


def test_the_two_commands(tmp_path: pathlib.Path, repository: pathlib.Path) -> None:
    assert COMMANDS in [block.code for block in readme.blocks()]
    done = run(["make", "build"], cwd=repository, env={"TFDS_DATA_DIR": str(tmp_path)})
    assert "full_name='imdb_keras/sample_full/1.1.0'" in done.stdout
    assert done.stdout.count("[START]") == 3
    assert "cuda" not in done.stdout + done.stderr  # nor anything else of TensorFlow's own
    # This test is what `make test` runs.
    assert "-m pytest" in run(["make", "-n", "test"], cwd=repository).stdout


def test_the_install_command(tmp_path: pathlib.Path) -> None:
    (block,) = [block for block in readme.blocks() if block.code == INSTALL]
    # Without the dependencies, which are there, and beside this environment.
    block.run(env={"PIP_TARGET": str(tmp_path), "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"})
    assert (tmp_path / "imdb_keras_tfds/imdb_keras/README.md").is_file()


def test_the_ratios_are_those_of_the_last_benchmarks(repository: pathlib.Path) -> None:
    results = (repository / "benchmarks/RESULTS.md").read_text()
    measured = dict(re.findall(r"^\| (.+?) \| .+? \| (\d\.\d+) \(", results, re.M))
    told = re.findall(r"^\| (.+?) \| .+? \| (\d\.\d\d) \|$", readme.README.read_text(), re.M)
    assert told
    for what, ratio in told:
        assert f"{float(measured[what]):.2f}" == ratio
