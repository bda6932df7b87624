"""The sdist and the wheel of this project, as they would be published."""

import pathlib
import subprocess
import sys

from .commands import run


def build(repository: pathlib.Path, folder: pathlib.Path) -> None:
    """Makes the sdist in a folder, and the wheel of it.

    They are made of a copy of the tracked files, so that nothing else can slip in.
    """
    for name in tracked_files(repository):
        (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "source" / name).write_bytes((repository / name).read_bytes())
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, "source"], cwd=folder)


def tracked_files(repository: pathlib.Path) -> list[str]:
    """What belongs to the project; all that is there where the tests run from an sdist."""
    if not (repository / ".git").exists():
        paths = (path.relative_to(repository) for path in repository.rglob("*") if path.is_file())
        return [str(path) for path in paths if "__pycache__" not in path.parts]
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=repository, capture_output=True, check=True
    ).stdout
    return [name for name in listed.decode().split("\0")[:-1] if (repository / name).is_file()]
