"""What type checkers tell a user of the installed package."""

import os
import pathlib
import shutil
import site
import subprocess
import sys
import venv
from collections.abc import Callable

import pytest

from tests.helpers.commands import run

HERE = pathlib.Path(__file__).parent
PROGRAM = "program.py"

Checker = Callable[[pathlib.Path, pathlib.Path], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def python(wheel: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A Python into which the wheel is installed, beside the dependencies of this one."""
    folder = tmp_path_factory.mktemp("user") / "environment"
    venv.create(folder, symlinks=os.name != "nt")
    executable = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    # What PYTHONPATH leads to would count as installed already.
    nowhere = {"PYTHONPATH": ""}
    install = ["-m", "pip", "--python", str(executable), "install", "--no-deps", str(wheel)]
    run([sys.executable, *install], env=nowhere)
    # A path in a .pth file is not searched for further ones, such as that of an editable install.
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    purelib = pathlib.Path(run([executable, "-c", code]).stdout.strip())
    (purelib / "dependencies.pth").write_text("\n".join(site.getsitepackages()))
    where = "import imdb_keras_tfds; print(imdb_keras_tfds.__file__)"
    found = run([executable, "-c", where], cwd=folder, env=nowhere).stdout
    assert found.startswith(str(purelib))
    return executable


@pytest.fixture
def program(tmp_path: pathlib.Path) -> pathlib.Path:
    """The program of a user, in a folder from which the checkout cannot be seen."""
    for name in (PROGRAM, "mypy.ini", "pyrightconfig.json"):
        shutil.copy(HERE / name, tmp_path)
    return tmp_path / PROGRAM


def mypy(program: pathlib.Path, python: pathlib.Path) -> subprocess.CompletedProcess[str]:
    return run(
        [sys.executable, "-m", "mypy", "--python-executable", python, program.name],
        cwd=program.parent,
        env={"PYTHONPATH": "", "MYPYPATH": ""},
        check=False,
    )


def pyright(program: pathlib.Path, python: pathlib.Path) -> subprocess.CompletedProcess[str]:
    return run(
        [sys.executable, "-m", "pyright", "--pythonpath", python],
        cwd=program.parent,
        # It would ask PyPI for its newest version otherwise.
        env={"PYTHONPATH": "", "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        check=False,
    )


@pytest.mark.parametrize("check", [mypy, pyright])
def test_the_types_are_those_that_the_program_expects(
    check: Checker, program: pathlib.Path, python: pathlib.Path
) -> None:
    done = check(program, python)
    assert done.returncode == 0, done.stdout + done.stderr
