"""Runs the tests elsewhere than in `.venv`: on other Pythons, other dependencies, the built wheel.

Usage:

    make test-all       # the sample on every Python that is promised and on this machine
    make test-oldest    # the lowest versions of the dependencies that are allowed
    make test-wheel     # the built wheel and the sdist, away from the checkout
    nox --session everywhere-3.12    # what must work on Windows too
"""

import os
import pathlib
import shutil
import tarfile

import nox

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
"""The Pythons that are promised; those that are not on this machine are skipped."""

nox.options.default_venv_backend = "uv"
nox.options.error_on_missing_interpreters = False

# pyenv has a Python for each version, but puts only the chosen one where commands are looked for.
_PYENV = pathlib.Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
os.environ["PATH"] = os.pathsep.join(
    [os.environ["PATH"], *(str(path) for path in sorted(_PYENV.glob("versions/*/bin")))]
)

# The README's command is tested, which uv's environments lack pip for.
_WITH_PIP = ["--seed"]


def _test(session: nox.Session, *arguments: str) -> None:
    """Runs tests without the real archive, which other Pythons would only read alike."""
    session.env["IMDB_KERAS_ARCHIVE"] = None
    # Only `.venv` holds PyTorch and JAX; what needs them is skipped elsewhere.
    session.env["IMDB_KERAS_NEEDS_FRAMEWORKS"] = None
    session.run("python", "-m", "pytest", "--numprocesses=2", "--dist=worksteal", *arguments)


@nox.session(python=PYTHONS, venv_params=_WITH_PIP)
def sample(session: nox.Session) -> None:
    """All tests that do without the real archive."""
    session.install("--editable", ".[dev]")
    _test(session, *(session.posargs or ["tests/unit", "tests/faults"]))


@nox.session(python=PYTHONS[0], venv_params=_WITH_PIP)
def oldest(session: nox.Session) -> None:
    """The same with the lowest versions of the direct dependencies that `setup.cfg` allows."""
    extras = ".[dask,examples,readers,report]"
    session.install("--resolution", "lowest-direct", "--editable", extras)
    session.install("--editable", ".[dev]")  # The tools of the tests; what is there stays.
    _test(session, *(session.posargs or ["tests/unit", "tests/faults"]))


@nox.session(python=PYTHONS, venv_params=_WITH_PIP)
def everywhere(session: nox.Session) -> None:
    """What must work on every system, with what Windows lacks, or on it."""
    session.install("--editable", ".[dev]")
    chosen = ["test_portability.py", "test_config.py", "recipe", "text/test_codec.py"]
    _test(session, *(session.posargs or [f"tests/unit/{name}" for name in chosen]))


@nox.session(venv_params=_WITH_PIP)
def wheel(session: nox.Session) -> None:
    """Tests against the wheel, the checkout out of reach."""
    _test_installed(session, "*.whl")


@nox.session(venv_params=_WITH_PIP)
def sdist(session: nox.Session) -> None:
    """Tests against what pip makes of the sdist, the checkout out of reach."""
    _test_installed(session, "*.tar.gz")


def _test_installed(session: nox.Session, pattern: str) -> None:
    """Tests what stands in the folder of IMDB_KERAS_DIST, or is built here."""
    folder = pathlib.Path(session.create_tmp())
    shutil.rmtree(folder)
    folder.mkdir()
    if named := os.environ.get("IMDB_KERAS_DIST"):
        distributions = pathlib.Path(named).resolve()
    else:
        distributions = folder
        session.install("build", "setuptools>=77")
        session.run("python", "-m", "tools.dist", str(folder), silent=True)
    (installed,) = distributions.glob(pattern)
    (tests,) = distributions.glob("*.tar.gz")
    with tarfile.open(tests) as tar:
        tar.extractall(folder, filter="data")
    session.install(f"{installed}[dev]")
    session.chdir(folder / tests.name.removesuffix(".tar.gz"))
    # What is imported is what was installed.
    for source in ("imdb_keras_tfds", "imdb_keras_script.py", "dummy_data"):
        shutil.move(source, f"{source}-of-the-sdist")
    _test(session, *(session.posargs or ["tests/unit/recipe", "tests/unit/text"]))
