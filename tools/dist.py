"""Makes the sdist and the wheel, of the same bytes wherever and whenever that is done.

They are made of a copy of the tracked files, so that nothing else can slip in, neither a file nor a
mode or a time of this machine. Their files bear the time of the last commit, or SOURCE_DATE_EPOCH.

Usage:

    make dist                     # into dist/
    python -m tools.dist FOLDER
"""

import argparse
import gzip
import hashlib
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).parent.parent

_EPOCH = "SOURCE_DATE_EPOCH"
_UMASK = 0o022
_PLAIN, _EXECUTABLE = 0o644, 0o755


def build(repository: pathlib.Path, folder: pathlib.Path) -> list[pathlib.Path]:
    """Makes the sdist in a folder, and the wheel of it.

    Args:
      repository: a checkout, or an unpacked sdist.
      folder: is made if it is missing; files of the same names are replaced.

    Returns:
      The paths of the two.
    """
    epoch = _epoch(repository)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        source, built = pathlib.Path(temporary, "source"), pathlib.Path(temporary, "built")
        for name in tracked_files(repository):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(repository / name, source / name)
            is_executable = (repository / name).stat().st_mode & 0o100
            (source / name).chmod(_EXECUTABLE if is_executable else _PLAIN)
        # In a process of its own, as the umask is one of the whole process.
        done = subprocess.run(  # noqa: S603  (Python's own, of this environment)
            [sys.executable, "-m", "build", "--no-isolation", "--outdir", built, source],
            env={**os.environ, _EPOCH: str(epoch)},
            umask=_UMASK,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{repository}: cannot be built\n{done.stdout.decode()}")
        (sdist,) = built.glob("*.tar.gz")
        _unify(sdist, epoch)
        return [
            pathlib.Path(shutil.copy(path, folder / path.name)) for path in sorted(built.iterdir())
        ]


def tracked_files(repository: pathlib.Path) -> list[str]:
    """What belongs to the project; all that is there where it is an unpacked sdist."""
    if not (repository / ".git").exists():
        paths = (path.relative_to(repository) for path in repository.rglob("*") if path.is_file())
        return sorted(path.as_posix() for path in paths if "__pycache__" not in path.parts)
    names = _git(repository, "ls-files", "-z").split("\0")[:-1]
    return [name for name in names if (repository / name).is_file()]


def _epoch(repository: pathlib.Path) -> int:
    """The time that files bear, in seconds since 1970."""
    if named := os.environ.get(_EPOCH):
        return int(named)
    if not (repository / ".git").exists():
        return int((repository / "PKG-INFO").stat().st_mtime)  # as `_unify` has set it
    return int(_git(repository, "log", "-1", "--format=%ct"))


def _git(repository: pathlib.Path, *arguments: str) -> str:
    command = ["git", "-C", os.fspath(repository), *arguments]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()  # noqa: S603


def _unify(sdist: pathlib.Path, epoch: int) -> None:
    """Writes an sdist anew, without what setuptools tells in it of this machine and this moment."""
    parts: list[tuple[tarfile.TarInfo, bytes | None]] = []
    with tarfile.open(sdist) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            parts.append((member, None if file is None else file.read()))
    with (
        sdist.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=epoch) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for member, content in sorted(parts, key=lambda part: part[0].name):
            unified = tarfile.TarInfo(member.name)
            unified.type, unified.size, unified.mtime = member.type, member.size, epoch
            unified.mode = _EXECUTABLE if member.isdir() or member.mode & 0o100 else _PLAIN
            tar.addfile(unified, None if content is None else io.BytesIO(content))


def main() -> None:
    """Builds into the folder that is named, or `dist/`, and prints what is there now."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=ROOT / "dist")
    for path in build(ROOT, parser.parse_args().folder):
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path}")


if __name__ == "__main__":
    main()
