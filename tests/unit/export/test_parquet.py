import errno
import functools
import hashlib
import pathlib
import shutil
import subprocess
import sys
import weakref
from typing import Any

import pyarrow as pa
import pytest
import tensorflow_datasets as tfds
from pyarrow import parquet

import imdb_keras_tfds
from imdb_keras_tfds import Builder, ImdbKerasError
from imdb_keras_tfds.export import arrow
from imdb_keras_tfds.export.croissant_parts import is_known
from imdb_keras_tfds.export.parquet import BESIDE, MAX_SHARD_SIZE
from imdb_keras_tfds.storage.manifest import MANIFEST, read_manifest
from imdb_keras_tfds.storage.splits import read_in_parts
from tests.helpers.commands import run
from tests.helpers.exports import names_in
from tests.helpers.layout import Files

SAMPLE = "imdb_keras/sample"


@pytest.fixture
def export(exported_data_dir: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
    """An export of the sample."""
    return imdb_keras_tfds.export_parquet(SAMPLE, tmp_path / "imdb", data_dir=exported_data_dir)


def files_of(folder: pathlib.Path) -> Files:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_splits_are_there_in_order(
    builder: tfds.core.DatasetBuilder, tmp_path: pathlib.Path
) -> None:
    folder = imdb_keras_tfds.export_parquet(builder, tmp_path / "imdb")
    assert folder == tmp_path / "imdb"
    shards = [f"{split}-00000-of-00001.parquet" for split in builder.info.splits]
    # Of one's own reviews there is no description in Croissant.
    beside = [name for name in BESIDE if name != "croissant.json" or is_known(builder)]
    assert names_in(folder) == sorted([*shards, *beside, MANIFEST])
    assert names_in(tmp_path) == ["imdb"]
    for split in builder.info.splits:
        table = parquet.read_table(folder / f"{split}-00000-of-00001.parquet")
        expected = imdb_keras_tfds.to_arrow(builder, split)
        assert table.equals(expected)
        assert table.schema.metadata == expected.schema.metadata


def test_the_manifest_is_that_of_sha256sum(export: pathlib.Path) -> None:
    files = files_of(export)
    del files[MANIFEST]
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert read_manifest(export) == sums
    if shutil.which("sha256sum"):
        run(["sha256sum", "--strict", "--check", MANIFEST], cwd=export)


def test_two_processes_write_the_same_bytes(
    exported_data_dir: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """With and without TensorFlow, whatever the number of threads and the order of sets."""
    code = """
import importlib, sys
import pyarrow
pyarrow.set_cpu_count(int(sys.argv[4]))
if sys.argv[3] == "tensorflow":
    importlib.import_module("tensorflow")
import imdb_keras_tfds
name = "imdb_keras/sample_top500_val20_text"
imdb_keras_tfds.export_parquet(name, sys.argv[1], data_dir=sys.argv[2], max_shard_size=9_000)
print("tensorflow" in sys.modules)
"""
    found = {}
    for name, threads, zone in (("tensorflow", "1", "UTC"), ("nothing", "7", "Asia/Tokyo")):
        environment = {"PYTHONHASHSEED": threads, "TZ": zone}
        arguments = [str(tmp_path / name), str(exported_data_dir), name, threads]
        done = run([sys.executable, "-c", code, *arguments], env=environment)
        assert done.stdout.splitlines()[-1] == str(name == "tensorflow")
        found[name] = files_of(tmp_path / name)
    assert found["tensorflow"] == found["nothing"]
    assert len(found["nothing"]) > 10


def test_another_build_of_the_dataset_gives_the_same_bytes(
    export: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    builder = Builder(config="sample", data_dir=tmp_path / "data")
    builder.download_and_prepare(
        download_config=tfds.download.DownloadConfig(num_shards=5), file_format="array_record"
    )
    again = imdb_keras_tfds.export_parquet(builder, tmp_path / "again")
    assert files_of(again) == files_of(export)


def test_nothing_stays_in_memory_but_what_the_card_counts(
    exported_data_dir: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part is gone when the next but one is read: its texts, and its table."""
    builder = Builder(config="sample_top500_val20_text", data_dir=exported_data_dir)
    builder.download_and_prepare()
    most = [0]
    table_of = arrow.table_of
    small = functools.partial(read_in_parts, size=2_000)
    monkeypatch.setattr("imdb_keras_tfds.export.parquet.read_in_parts", small)
    alive: weakref.WeakSet[Any] = weakref.WeakSet()

    def watched(records: Any, schema: pa.Schema) -> pa.Table:
        alive.add(records)
        most.append(len(alive))
        return table_of(records, schema)

    monkeypatch.setattr("imdb_keras_tfds.export.shards.table_of", watched)
    imdb_keras_tfds.export_parquet(builder, tmp_path / "imdb")
    assert len(most) > 20
    assert max(most) <= 3


def test_a_full_folder_is_left_alone(
    export: pathlib.Path, exported_data_dir: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    before = files_of(export)
    with pytest.raises(ImdbKerasError, match=r"imdb: is not empty; name another .* --force$"):
        imdb_keras_tfds.export_parquet("imdb_keras/sample_top9", export, data_dir=exported_data_dir)
    assert files_of(export) == before
    assert names_in(tmp_path) == ["imdb"]
    # Which is known before a dataset is prepared.
    assert not (exported_data_dir / "imdb_keras/sample_top9").exists()


def test_an_empty_folder_is_as_good_as_none(
    exported_data_dir: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    folder = tmp_path / "imdb"
    folder.mkdir()
    imdb_keras_tfds.export_parquet(SAMPLE, folder, data_dir=exported_data_dir)
    assert MANIFEST in names_in(folder)


def test_an_export_replaces_an_earlier_one_by_force(
    export: pathlib.Path, exported_data_dir: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    # An export that came with other shards, and whose owner has deleted one.
    for options in ({"max_shard_size": 5_000}, {}):
        imdb_keras_tfds.export_parquet(
            "imdb_keras/sample_top500_val20_text",
            export,
            data_dir=exported_data_dir,
            force=True,
            **options,  # type: ignore[arg-type]
        )
        assert names_in(tmp_path) == ["imdb"]
        (export / sorted(read_manifest(export))[-1]).unlink()
    assert len(names_in(export)) == 4 - 1 + len(BESIDE) + 1


def _foreign_file(folder: pathlib.Path) -> None:
    (folder / "thesis.txt").write_text("years of work")


def _foreign_folder(folder: pathlib.Path) -> None:
    (folder / "train-00000-of-00009.parquet").mkdir()


def _foreign_file_in_the_manifest(folder: pathlib.Path) -> None:
    _foreign_file(folder)
    digest = hashlib.sha256((folder / "thesis.txt").read_bytes()).hexdigest()
    with (folder / MANIFEST).open("a") as file:
        file.write(f"{digest}  thesis.txt\n")


def _changed_readme(folder: pathlib.Path) -> None:
    with (folder / "README.md").open("a") as file:
        file.write("My own words.\n")


def _no_manifest(folder: pathlib.Path) -> None:
    (folder / MANIFEST).unlink()


def _changed_manifest(folder: pathlib.Path) -> None:
    (folder / MANIFEST).write_text("not a manifest\n")


def _shards_of_others(folder: pathlib.Path) -> None:
    """As whoever publishes Parquet files may have them, a manifest with them."""
    path = folder / "train-00000-of-00001.parquet"
    parquet.write_table(pa.table({"id": ["a"]}), path)
    lines = [line for line in (folder / MANIFEST).read_text().splitlines() if path.name not in line]
    lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")
    (folder / MANIFEST).write_text("".join(f"{line}\n" for line in lines))


def _no_parquet(folder: pathlib.Path) -> None:
    path = folder / "train-00000-of-00001.parquet"
    path.write_text("text")
    lines = [line for line in (folder / MANIFEST).read_text().splitlines() if path.name not in line]
    lines.append(f"{hashlib.sha256(b'text').hexdigest()}  {path.name}")
    (folder / MANIFEST).write_text("".join(f"{line}\n" for line in lines))


def _no_shards(folder: pathlib.Path) -> None:
    for path in folder.glob("*.parquet"):
        path.unlink()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_foreign_file, "thesis.txt is not of an export"),
        (_foreign_folder, "train-00000-of-00009.parquet is not of an export"),
        (_foreign_file_in_the_manifest, "thesis.txt is not of an export"),
        (_changed_readme, "README.md was changed since it was written"),
        (_no_manifest, "SHA256SUMS of an export cannot be read there"),
        (_changed_manifest, "SHA256SUMS of an export cannot be read there"),
        (_shards_of_others, "train-00000-of-00001.parquet is not of an export of this package"),
        (_no_parquet, "train-00000-of-00001.parquet is not of an export of this package"),
        (_no_shards, "there are no shards of an export"),
    ],
)
def test_what_no_export_wrote_is_kept(
    change: Any,
    told: str,
    export: pathlib.Path,
    exported_data_dir: pathlib.Path,
    tmp_path: pathlib.Path,
) -> None:
    change(export)
    before = run(["ls", "-lR", "--time-style=full-iso", "."], cwd=export).stdout
    with pytest.raises(ImdbKerasError, match=told) as raised:
        imdb_keras_tfds.export_parquet(SAMPLE, export, data_dir=exported_data_dir, force=True)
    assert "\n" not in str(raised.value)
    assert run(["ls", "-lR", "--time-style=full-iso", "."], cwd=export).stdout == before
    assert names_in(tmp_path) == ["imdb"]


def test_a_dataset_folder_is_never_replaced(
    folder: pathlib.Path, exported_data_dir: pathlib.Path
) -> None:
    before = files_of(folder)
    for force in (False, True):
        with pytest.raises(ImdbKerasError):
            imdb_keras_tfds.export_parquet(SAMPLE, folder, data_dir=exported_data_dir, force=force)
    assert files_of(folder) == before


def test_a_file_that_comes_meanwhile_is_kept(
    export: pathlib.Path,
    exported_data_dir: pathlib.Path,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was not there when the export began."""

    def readme(_: object) -> str:
        (export / "late.txt").write_text("just now")
        return ""

    monkeypatch.setitem(BESIDE, "README.md", readme)
    with pytest.raises(ImdbKerasError, match=r"late\.txt is not of an export"):
        imdb_keras_tfds.export_parquet(SAMPLE, export, data_dir=exported_data_dir, force=True)
    assert (export / "late.txt").read_text() == "just now"
    assert names_in(tmp_path) == ["imdb"]
    # And one that another export has taken is left to that one.
    shutil.rmtree(export)

    def take(_: object) -> str:
        export.mkdir()
        (export / "late.txt").touch()
        return ""

    monkeypatch.setitem(BESIDE, "README.md", take)
    with pytest.raises(ImdbKerasError, match="is not empty"):
        imdb_keras_tfds.export_parquet(SAMPLE, export, data_dir=exported_data_dir)
    assert names_in(export) == ["late.txt"]
    assert names_in(tmp_path) == ["imdb"]


@pytest.mark.parametrize("size", [0, -1, 1.5, "500MB", True, 2**63])
def test_a_size_that_is_none_is_refused(size: Any, tmp_path: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError, match="max_shard_size="):
        imdb_keras_tfds.export_parquet(SAMPLE, tmp_path / "imdb", max_shard_size=size)
    assert names_in(tmp_path) == []


def test_where_no_folder_can_be_nothing_is_prepared(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("of somebody")
    data_dir = tmp_path / "data"
    for path, told in {
        "missing/imdb": r"missing/imdb: no export can be written there \(No such file",
        "file": "file: is no folder",
        "file/imdb": r"file/imdb: no export can be written there \(Not a directory",
    }.items():
        with pytest.raises(ImdbKerasError, match=told):
            imdb_keras_tfds.export_parquet(SAMPLE, tmp_path / path, data_dir=data_dir)
    with pytest.raises(ImdbKerasError, match="gs://bucket/imdb: is no folder of this machine"):
        imdb_keras_tfds.export_parquet(SAMPLE, "gs://bucket/imdb", data_dir=data_dir)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    for path in ("", ".", "../empty"):
        with pytest.raises(ImdbKerasError, match="is the current folder"):
            imdb_keras_tfds.export_parquet(SAMPLE, path, data_dir=data_dir)
    assert names_in(tmp_path) == ["empty", "file"]


def test_an_unwritable_folder_is_told_in_one_line(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mkdir = pathlib.Path.mkdir

    def refuse(path: pathlib.Path, *arguments: Any, **options: Any) -> None:
        if path.parent == tmp_path:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        mkdir(path, *arguments, **options)

    monkeypatch.setattr(pathlib.Path, "mkdir", refuse)
    told = rf"{tmp_path}/imdb: no export can be written there \(Permission denied\); name another"
    with pytest.raises(ImdbKerasError, match=told):
        imdb_keras_tfds.export_parquet(SAMPLE, tmp_path / "imdb", data_dir=tmp_path / "data")
    assert names_in(tmp_path) == []


def test_records_that_were_not_built_are_refused(
    folder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    metadata = folder / "metadata.json"
    text = metadata.read_text()
    digest = text.partition('"test"')[2].partition('"sha256": "')[2][:64]
    metadata.write_text(text.replace(digest, digest[::-1]))
    data_dir = folder.parents[2]
    with pytest.raises(ImdbKerasError, match=r"the content of split \w+ is not that of"):
        imdb_keras_tfds.export_parquet(SAMPLE, tmp_path / "imdb", data_dir=data_dir)
    assert "imdb" not in names_in(tmp_path)
    assert not [name for name in names_in(tmp_path) if name.startswith(".")]


def test_a_link_is_followed(exported_data_dir: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "link").symlink_to("disk/imdb")
    (tmp_path / "disk").mkdir()
    imdb_keras_tfds.export_parquet(SAMPLE, tmp_path / "link", data_dir=exported_data_dir)
    assert (tmp_path / "link").is_symlink()
    assert MANIFEST in names_in(tmp_path / "disk/imdb")


def test_the_default_is_as_documented(exported_data_dir: pathlib.Path) -> None:
    assert MAX_SHARD_SIZE == 500_000_000
    text = subprocess.run(
        [sys.executable, "-m", "imdb_keras_tfds", "export", "parquet", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "(default: 500MB)" in text
