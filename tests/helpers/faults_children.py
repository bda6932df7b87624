"""What the tests of faults do in processes of their own, which may be killed or run dry.

A fork server imports `faults_preload.py`, and TensorFlow with it, once; each child is a fork of it.
"""

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import itertools
import multiprocessing
import multiprocessing.forkserver
import os
import pathlib
import random
import re
import resource
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import pytest
import tensorflow_datasets as tfds
from etils.epath import gpath
from tensorflow_datasets.core.download import checksums, downloader

from imdb_keras_tfds import Builder, ImdbKerasError
from imdb_keras_tfds.source import reading, release
from imdb_keras_tfds.storage import placing, splits
from tests.helpers.layout import FILES, Files, release_of

DATASET = "imdb_keras/sample_full/1.1.0"
"""The folder of the config `sample` in a data_dir."""

TINY = "top7500"
"""A config that is built from the tiny release; no listed one, which would be held against the
digests of the real release."""

# A child ends with what was patched in it.
_patch = pytest.MonkeyPatch()

_context: Any = multiprocessing.get_context("forkserver")

# Seconds after which a child hangs.
_PATIENCE = 60
# Seconds that a build waits for another one, which perhaps waits for the end of this one.
_COURTESY = 0.5


@dataclass(frozen=True)
class End:
    """How a child ended.

    Attributes:
      exitcode: 0 for a result, 1 for an error, -9 when it was killed.
      result: what its function returned.
      error: the names of the error's class and its bases.
      message: the text of the error.
    """

    exitcode: int
    result: Any = None
    error: tuple[str, ...] = ()
    message: str = ""


class Child:
    """A child process that calls a function of this module."""

    def __init__(self, function: Callable[..., Any], *arguments: Any, **options: Any):
        self._receiver, sender = _context.Pipe(duplex=False)
        self._process = _context.Process(target=_call, args=(sender, function, arguments, options))
        self._process.start()
        sender.close()

    def end(self, patience: float = _PATIENCE) -> End:
        """Waits for the end of the process, which hangs after so many seconds."""
        try:
            assert self._receiver.poll(patience), "the child hangs"
            end: End = self._receiver.recv()
        except EOFError:  # It was killed.
            self._process.join()
            return End(self._process.exitcode)
        except AssertionError:
            self._process.kill()
            raise
        self._process.join(patience)
        if self._process.is_alive():
            self._process.kill()
            raise AssertionError("the child hangs at its end")
        assert self._process.exitcode == end.exitcode
        return end


def start_server(repository: pathlib.Path) -> None:
    """Starts the fork server, which gets ready meanwhile."""
    _context.set_forkserver_preload(["__main__", f"{__package__}.faults_preload"])
    with pytest.MonkeyPatch.context() as patch:
        # Before Python 3.13 the server does not get the path of this process.
        patch.setenv("PYTHONPATH", str(repository))
        patch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
        multiprocessing.forkserver.ensure_running()


def run(function: Callable[..., Any], *arguments: Any, **options: Any) -> End:
    """Calls a function in a child and waits for its end."""
    return Child(function, *arguments, **options).end()


def barrier(parties: int) -> Any:
    """A barrier to hand to children."""
    return _context.Barrier(parties)


def event() -> Any:
    """An event to hand to children."""
    return _context.Event()


def _call(
    sender: Connection,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    options: dict[str, Any],
) -> None:
    # Nobody reads its progress, and a limit on files would hit a file that this goes to.
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    os.environ.pop("IMDB_KERAS_ARCHIVE", None)
    os.environ["IMDB_KERAS_CACHE"] = ""
    warnings.simplefilter("ignore")
    try:
        sender.send(End(0, function(*arguments, **options)))
    except BaseException as error:
        sender.send(_failure(error))
        sys.exit(1)


def _failure(error: BaseException) -> End:
    return End(1, None, tuple(base.__name__ for base in type(error).__mro__), str(error))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


# Building


def build(
    data_dir: pathlib.Path,
    config: str = "sample",
    *,
    num_shards: int | None = 3,
    file_format: str | None = None,
    overwrite: bool = False,
    by_beam: bool = False,
    seed: int | None = None,
    exchange: bool = True,
    locks: str = "good",
    read: bool = False,
) -> int | None:
    """Builds a config; returns the number of training reviews that its builder reads, if asked."""
    if seed is not None:
        random.seed(seed)
    if not exchange:
        _patch.setattr(placing, "exchange", lambda one, other: False)
    if locks != "good":
        _patch.setattr(fcntl, "flock", refuse_lock if locks == "refused" else grant_lock)
    builder = Builder(config=config, data_dir=data_dir)
    prepare(builder, num_shards, file_format, overwrite, by_beam)
    return len(splits.read(builder, "train").ids) if read else None


def refuse_lock(handle: int, operation: int) -> None:
    """As on a network drive without locks."""
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


def grant_lock(handle: int, operation: int) -> None:
    """As on a network drive where a lock keeps nobody out."""


def prepare(
    builder: Builder,
    num_shards: int | None = 3,
    file_format: str | None = None,
    overwrite: bool = False,
    by_beam: bool = False,
) -> None:
    """Prepares a dataset, as every build here does."""
    mode = tfds.GenerateMode
    builder.download_and_prepare(
        file_format=file_format,
        download_config=tfds.download.DownloadConfig(
            num_shards=num_shards,
            beam_runner="FnApiRunner" if by_beam else None,
            download_mode=(
                mode.REUSE_CACHE_IF_EXISTS if overwrite else mode.REUSE_DATASET_IF_EXISTS
            ),
        ),
    )


# Points at which something happens to a build


def before_record(number: int, act: Callable[[], Any]) -> None:
    """Acts when record `number` of a build, from 1, is about to be written."""
    count = itertools.count(1)
    make_writer = Builder._example_writer

    def watched(examples: Iterable[Any]) -> Iterator[Any]:
        for example in examples:
            if next(count) == number:
                act()
            yield example

    def make_watching_writer(builder: Builder) -> Any:
        writer = make_writer(builder)
        write = writer.write
        _patch.setattr(writer, "write", lambda path, examples: write(path, watched(examples)))
        return writer

    _patch.setattr(Builder, "_example_writer", make_watching_writer)


def before_file_operation(folder: pathlib.Path, number: int, act: Callable[[], Any]) -> None:
    """Acts before Python opens, makes, renames or removes something for the n-th time in a folder.

    Number 0 acts each time.
    """
    count = itertools.count(1)
    operations = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}
    # What is deleted, is deleted relative to a handle of its folder.
    deletions = {"os.remove", "os.rmdir"}

    def hook(what: str, arguments: tuple[Any, ...]) -> None:
        if what not in operations:
            return
        path = str(arguments[0])
        is_inside = path.startswith(f"{folder}/") or (what in deletions and "/" not in path)
        if is_inside and number in (0, next(count)):
            act()

    sys.addaudithook(hook)


def around_rename(act: Callable[[str], Any]) -> None:
    """Acts with "before" and "after" when a dataset is moved to its final place."""
    rename = os.rename

    def watched(source: Any, target: Any, **options: Any) -> None:
        is_dataset = re.search(r"/\d+\.\d+\.\d+/?$", str(target))
        if is_dataset:
            act("before")
        rename(source, target, **options)
        if is_dataset:
            act("after")

    _patch.setattr(os, "rename", watched)


def count_file_operations(data_dir: pathlib.Path, **options: Any) -> int:
    """Builds, and counts the operations in the data_dir."""
    seen: list[None] = []
    before_file_operation(data_dir, 0, lambda: seen.append(None))
    build(data_dir, **options)
    return len(seen)


def build_killed_at_review(data_dir: pathlib.Path, number: int) -> None:
    """Builds, and is killed when it reads a review of the sample."""
    before_file_operation(release.sample_path(), number, _die)
    build(data_dir)


def build_killed_at_record(data_dir: pathlib.Path, number: int, **options: Any) -> None:
    """Builds, and is killed when it writes a record."""
    before_record(number, _die)
    build(data_dir, **options)


def build_killed_at_file_operation(data_dir: pathlib.Path, number: int, **options: Any) -> None:
    """Builds, and is killed at an operation on a file."""
    before_file_operation(data_dir, number, _die)
    build(data_dir, **options)


def make_builder(data_dir: pathlib.Path) -> bool:
    """Makes a builder; returns whether it finds a dataset."""
    return Builder(config="sample", data_dir=data_dir).is_prepared()


def make_builders(data_dir: pathlib.Path, over: Any) -> int:
    """Makes builders that read, until an event; returns how many."""
    made = 0
    while not over.is_set():
        builder = Builder(config="sample", data_dir=data_dir)
        assert builder.info.splits["train"].num_examples == 48
        made += 1
    return made


def build_over_and_over(data_dir: pathlib.Path, times: int, **options: Any) -> None:
    """Builds over an old dataset a few times."""
    for _ in range(times):
        build(data_dir, overwrite=True, **options)


def build_from_nothing(data_dir: pathlib.Path) -> None:
    """Builds over an old dataset, and finds no reviews."""
    _patch.setattr(release, "sample_path", lambda: data_dir / "missing")
    build(data_dir, overwrite=True)


def remove_and_build_from_nothing(data_dir: pathlib.Path) -> None:
    """Does as `tfds build --overwrite`, and finds no reviews."""
    Builder(config="sample", data_dir=data_dir).data_path.rmtree()
    _patch.setattr(release, "sample_path", lambda: data_dir / "missing")
    build(data_dir)


def remove_and_build_killed_at_file_operation(data_dir: pathlib.Path, number: int) -> None:
    """Does as `tfds build --overwrite`, and is killed at an operation on a file."""
    before_file_operation(data_dir, number, _die)
    Builder(config="sample", data_dir=data_dir).data_path.rmtree()
    build(data_dir)


def remove(data_dir: pathlib.Path) -> bool:
    """Deletes a dataset; returns whether it is out of sight."""
    path = Builder(config="sample", data_dir=data_dir).data_path
    path.rmtree()
    return not path.exists()


def build_killed_at_rename(data_dir: pathlib.Path, when: str) -> None:
    """Builds, and is killed before or after the dataset is moved to its place."""
    around_rename(lambda now: _die() if now == when else None)
    build(data_dir)


def build_interrupted_at_record(data_dir: pathlib.Path, number: int) -> None:
    """Builds, and Ctrl-C is pressed when it writes a record."""
    # A shell has its background jobs ignore it, and what they start inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    before_record(number, lambda: os.kill(os.getpid(), signal.SIGINT))
    build(data_dir)


# Several builds at once


def build_together(
    data_dir: pathlib.Path, meeting: str, parties: Any, **options: Any
) -> int | None:
    """Builds, and meets the others where it starts, before TFDS's rename, or before the system's.

    A build that never comes there, as it waits for the end of another one, is not waited for.
    """
    wait = _courteous(parties.wait)
    if meeting == "start":
        parties.wait(_PATIENCE)
    elif meeting == "system's rename":
        around_rename(lambda now: wait() if now == "before" else None)
    elif meeting == "rename":
        rename = gpath.PosixGPath.rename

        def watched(path: Any, target: Any) -> Any:
            wait()
            return rename(path, target)

        _patch.setattr(gpath.PosixGPath, "rename", watched)
    return build(data_dir, **options)


def build_renamed_while_another_writes(
    data_dir: pathlib.Path, is_written: Any, is_renamed: Any, **options: Any
) -> int | None:
    """Builds, and moves the dataset to its place when another build is in the midst of writing."""

    def act(now: str) -> None:
        if now == "before":
            is_written.wait(_COURTESY)
        else:
            is_renamed.set()

    around_rename(act)
    return build(data_dir, **options)


def build_killed_after_another(
    data_dir: pathlib.Path, number: int, is_written: Any, is_renamed: Any, **options: Any
) -> None:
    """Builds, and is killed in the midst of writing when another build has come to its end."""

    def act() -> None:
        is_written.set()
        is_renamed.wait(_COURTESY)  # in vain where the other one waits for the end of this one
        _die()

    before_record(number, act)
    build(data_dir, **options)


def build_with_an_early_builder(data_dir: pathlib.Path) -> int:
    """Builds with a builder that was made before another one built the same."""
    builder = Builder(config="sample", data_dir=data_dir)
    build(data_dir)
    prepare(builder)
    return len(splits.read(builder, "train").ids)


def _courteous(wait: Callable[[float], Any]) -> Callable[[], None]:
    def wait_a_little() -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            wait(_COURTESY)

    return wait_a_little


# Disks


def build_with_file_limit(data_dir: pathlib.Path, limit: int, **options: Any) -> None:
    """Builds where no file may grow beyond a limit."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    build(data_dir, **options)


def mount_disk(mount: pathlib.Path) -> None:
    """Mounts a disk for this process; an error where that is not allowed."""
    _Disk(mount, "size=4k")


def build_and_read_from_read_only_disk(mount: pathlib.Path) -> int | None:
    """Builds, makes the disk read-only, and prepares and reads the dataset once more."""
    disk = _Disk(mount, "size=64m")
    build(mount)
    disk.remount("ro")
    return build(mount, read=True)


def build_on_bad_disk(
    mount: pathlib.Path, bad: str, **options: Any
) -> tuple[End, bool, dict[str, bytes]]:
    """Builds on a disk that is too small or read-only, and again when it is so no longer.

    Args:
      mount: where the disk is mounted, for this process only.
      bad: mount options of the disk at first.
      **options: of both builds.

    Returns:
      How the first build ended, whether it left a dataset, and the files of the second one.
    """
    disk = _Disk(mount, bad)
    data_dir = mount / "data"
    end = End(0)
    try:
        build(data_dir, **options)
    except Exception as error:
        end = _failure(error)
    is_there = (data_dir / DATASET).exists()
    disk.remount("rw,size=64m,nr_inodes=10000")
    build(data_dir, **options)
    return end, is_there, {path.name: path.read_bytes() for path in (data_dir / DATASET).iterdir()}


def build_over_on_full_disk(
    mount: pathlib.Path, size: str
) -> tuple[End, dict[str, bytes], list[str]]:
    """Builds over an old dataset on a disk that has no room for another one.

    Args:
      mount: where the disk is mounted, for this process only.
      size: of the disk.

    Returns:
      How the second build ended, the files of the dataset behind it, and all that is beside it.
    """
    _Disk(mount, f"size={size}")
    build(mount)
    end = End(0)
    try:
        build(mount, overwrite=True)
    except Exception as error:
        end = _failure(error)
    folder = mount / DATASET
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return end, files, [path.name for path in folder.parent.iterdir()]


class _Disk:
    """A disk in memory that only this process sees."""

    _NEW_NAMESPACE, _NEW_USER = 0x00020000, 0x10000000
    _READ_ONLY, _REMOUNT, _RECURSIVE, _PRIVATE = 1, 32, 0x4000, 1 << 18

    def __init__(self, mount: pathlib.Path, options: str):
        self._mount = bytes(mount)
        self._libc = ctypes.CDLL(None, use_errno=True)
        user, group = os.getuid(), os.getgid()
        # Whoever is not root may mount in a namespace of its own users, where the system lets it.
        self._call("unshare", self._NEW_NAMESPACE | (self._NEW_USER if user else 0))
        if user:
            for name, text in (
                ("setgroups", "deny"),
                ("uid_map", f"0 {user} 1"),
                ("gid_map", f"0 {group} 1"),
            ):
                pathlib.Path("/proc/self", name).write_text(text)
        self._call("mount", None, b"/", None, self._RECURSIVE | self._PRIVATE, None)
        self._mounted(0, options)

    def remount(self, options: str) -> None:
        self._mounted(self._REMOUNT, options)

    def _mounted(self, flags: int, options: str) -> None:
        words = options.split(",")
        flags |= self._READ_ONLY if "ro" in words else 0
        data = ",".join(word for word in words if word not in ("ro", "rw")).encode()
        self._call("mount", b"tmpfs", self._mount, b"tmpfs", flags, data)

    def _call(self, name: str, *arguments: Any) -> None:
        if getattr(self._libc, name)(*arguments):
            error = ctypes.get_errno()
            raise OSError(error, f"{name}: {os.strerror(error)}")


# Archives and downloads


def read_measured(path: pathlib.Path, files: Files) -> tuple[int, str | None]:
    """Reads an archive of which nobody knows what it does.

    Args:
      path: of the archive.
      files: what it has to hold.

    Returns:
      How many bytes the memory of this process grew meanwhile, and the message of the refusal, or
      None where the archive is as good as any.
    """
    # Not to take the machine down, should it grow and grow.
    status = pathlib.Path("/proc/self/status").read_text()
    data = int(status.split("VmData:")[1].split()[0]) << 10
    resource.setrlimit(resource.RLIMIT_DATA, (data + (1 << 30), resource.RLIM_INFINITY))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    message = None
    try:
        reading.read(path, release_of(files))
    except ImdbKerasError as error:
        message = str(error)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return grown << 10, message


def serve_from(url: str, archive_bytes: bytes) -> None:
    """Puts a tiny release at another URL in the place of Stanford's, in this process."""
    releases = {**release.RELEASES, "stanford": release_of(FILES, "stanford")}
    _patch.setattr(release, "RELEASES", releases)
    _patch.setattr(release, "URL", url)
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    info = checksums.UrlInfo(
        size=tfds.core.utils.Size(len(archive_bytes)),
        checksum=hashlib.sha256(archive_bytes).hexdigest(),
        filename="aclImdb_v1.tar.gz",
    )
    _patch.setattr(Builder, "url_infos", {url: info})
    # TFDS tries ten times, with pauses of minutes in all.
    _patch.setattr(downloader, "MAX_RETRIES", 1)


def build_downloaded(
    data_dir: pathlib.Path,
    url: str,
    archive_bytes: bytes,
    kill_at: int | None = None,
) -> None:
    """Builds from a download, and perhaps is killed at an operation on a file."""
    serve_from(url, archive_bytes)
    if kill_at is not None:
        before_file_operation(data_dir, kill_at, _die)
    build(data_dir, TINY, num_shards=None)


def build_downloaded_together(
    data_dir: pathlib.Path, url: str, archive_bytes: bytes, parties: Any
) -> int | None:
    """Builds from a download at the same time as another process."""
    serve_from(url, archive_bytes)
    return build_together(data_dir, "start", parties, config=TINY, num_shards=None, read=True)
