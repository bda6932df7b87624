import dataclasses
import json
import pathlib
import shutil
import sys

import pytest

from imdb_keras_tfds import Builder, ImdbKerasConfig, ImdbKerasError, describe
from imdb_keras_tfds.cli import command
from imdb_keras_tfds.export import croissant
from imdb_keras_tfds.keras_compat.published import PUBLISHED
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.source import release
from tests.helpers.commands import run

COMMANDS = [
    "prove",
    "export keras",
    "export croissant",
    "encode",
    "decode",
    "verify",
    "info",
    "report",
]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("data"))


@pytest.fixture
def _proofs_of_the_sample(monkeypatch: pytest.MonkeyPatch, sample: Corpus) -> None:
    """Puts the sample in the place of the Stanford corpus, its hashes in those of Keras."""
    monkeypatch.setattr(release, "STANFORD", release.SAMPLE)
    published = tuple(dataclasses.replace(file, digest=file.compute(sample)) for file in PUBLISHED)
    monkeypatch.setattr(command, "PUBLISHED", published)


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def one_line_of_error(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("imdb-keras")
    return line


def test_encode_and_decode(data_dir: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--config", "sample_top500", "--data-dir", data_dir]
    assert command.main(["encode", "A wonderful film, unseen!", *options]) == 0
    assert command.main(["encode", "A wonderful film, unseen!", "--unknown=oov", *options]) == 0
    skipped, with_oov = (line.split() for line in lines(capsys))
    assert with_oov == [*skipped, "2"]
    assert command.main(["decode", *with_oov, *options]) == 0
    assert command.main(["decode", *with_oov, "--skip-special", *options]) == 0
    assert lines(capsys) == ["[START] a wonderful film [OOV]", "a wonderful film"]


def test_info(data_dir: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["info", "imdb_keras/sample", "--data-dir", data_dir]) == 0
    told = capsys.readouterr().out
    for text in [
        "imdb_keras/sample_full/1.0.0",
        data_dir,
        "1,111 words",
        "num_words=None",
        "train: 48 reviews",
        "train/unsup: 24 reviews",
        release.SAMPLE.contents["test/neg"].digest,
    ]:
        assert text in told


def test_a_dataset_of_ones_own_reviews(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = ImdbKerasConfig(name="mine", num_words=500, corpus=release.sample_path())
    builder = Builder(config=config, data_dir=tmp_path)
    builder.download_and_prepare()
    capsys.readouterr()
    options = ["--data-dir", str(tmp_path)]
    assert command.main(["verify", "mine", *options]) == 0
    assert command.main(["info", "imdb_keras/mine", *options]) == 0
    assert command.main(["encode", "A wonderful film", "--config", "mine", *options]) == 0
    *told, ids = lines(capsys)
    assert told[0] == f"{builder.data_dir}: all is well"
    assert "setting     name='mine'" in told
    assert "setting     corpus=None" in told
    assert command.main(["decode", *ids.split(), "--config", "mine", *options]) == 0
    assert lines(capsys) == ["[START] a wonderful film"]
    for verb in (["report"], ["export", "croissant"]):
        assert command.main([*verb, "mine", *options]) == 2
        assert "imdb_keras/mine/1.0.0 is a dataset of your own" in one_line_of_error(capsys)
    with pytest.raises(ImdbKerasError, match=r"imdb_keras/mine/1.0.0 is a dataset of one's own"):
        croissant.document(builder)
    assert command.main(["info", "other", *options]) == 2
    assert "'other' is not a config name" in one_line_of_error(capsys)


def test_verify(data_dir: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["info", "sample", "--data-dir", data_dir]) == 0
    capsys.readouterr()
    assert command.main(["verify", "imdb_keras/sample", "--data-dir", data_dir]) == 0
    folder = pathlib.Path(data_dir, "imdb_keras/sample_full/1.0.0")
    assert lines(capsys) == [f"{folder}: all is well"]
    copy = shutil.copytree(folder, tmp_path / "imdb_keras/sample_full/1.0.0")
    (copy / "label.labels.txt").write_text("pos\nneg\n")
    assert command.main(["verify", "sample", "--data-dir", str(tmp_path)]) == 1
    assert f"{copy / 'label.labels.txt'}: differs from SHA256SUMS" in lines(capsys)
    assert command.main(["verify", "top10k", "--data-dir", str(tmp_path)]) == 1
    assert "there is no such folder" in lines(capsys)[0]


@pytest.mark.usefixtures("_proofs_of_the_sample")
def test_prove(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["prove", "--archive", str(release.sample_path())]
    assert command.main(arguments) == 0
    table = lines(capsys)
    assert len(table) == 5
    assert all(line.endswith("yes") for line in table[1:])
    assert [line.split()[0] for line in table[1:]] == [
        "imdb_word_index.json",
        "imdb_full.pkl",
        "imdb_word_index.pkl",
        "imdb.npz",
    ]
    # Keras's own hashes are not those of the sample.
    monkeypatch.setattr(command, "PUBLISHED", PUBLISHED)
    assert command.main(arguments) == 1
    assert [line.split()[-1] for line in lines(capsys)[1:]] == ["NO"] * 4


@pytest.mark.usefixtures("_proofs_of_the_sample")
def test_prove_from_prepared_data(
    data_dir: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without an archive the prepared dataset that holds every word serves as well.
    monkeypatch.setattr(command, "ImdbKerasConfig", lambda: ImdbKerasConfig(corpus="sample"))
    assert command.main(["prove", "--data-dir", data_dir]) == 0
    assert len(lines(capsys)) == 5


def test_export_of_other_data_than_keras_published_is_refused(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "STANFORD", release.SAMPLE)
    arguments = ["--archive", str(release.sample_path()), "--keras-home", str(tmp_path)]
    assert command.main(["export", "keras", *arguments]) == 2
    one_line_of_error(capsys)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_export_croissant(
    data_dir: str,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    options = ["export", "croissant", "imdb_keras/sample", "--data-dir", data_dir]
    assert command.main(options) == 0
    assert command.main([*options, "-o", "other.json"]) == 0
    assert lines(capsys) == ["imdb_keras-sample_full.croissant.json", "other.json"]
    one, other = (path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert one == other
    assert json.loads(one)["name"] == "imdb_keras/sample_full"
    # Nothing has come into the dataset folder.
    assert command.main(["verify", "sample", "--data-dir", data_dir]) == 0


def test_report(
    data_dir: str,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    options = ["report", "imdb_keras/sample_top500", "--data-dir", data_dir]
    assert command.main(options) == 0
    # Words that the dataset cuts come out of the cache, or else of the one that cuts none.
    monkeypatch.setenv("IMDB_KERAS_CACHE", "")
    assert command.main([*options, "-o", "other.html"]) == 0
    assert lines(capsys) == ["imdb_keras-sample_top500.html", "other.html"]
    one, other = (path.read_text() for path in sorted(tmp_path.iterdir()))
    assert one == other
    assert "<h1>imdb_keras/sample_top500</h1>" in one
    assert pathlib.Path(data_dir, "imdb_keras/sample_full").is_dir()


def test_a_report_without_matplotlib_is_one_line(
    data_dir: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for module in ("report", "charts"):
        monkeypatch.delitem(sys.modules, f"imdb_keras_tfds.describe.{module}", raising=False)
        monkeypatch.delattr(describe, module, raising=False)
    assert command.main(["report", "sample", "--data-dir", data_dir]) == 2
    assert "pip install 'imdb-keras-tfds[report]'" in one_line_of_error(capsys)


def test_errors_are_one_line_with_status_2(
    data_dir: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = str(tmp_path / "nowhere.tar.gz")
    for arguments, message in [
        (["prove", "--archive", nowhere], "No such file or directory"),
        (["export", "keras", "--archive", nowhere], "No such file or directory"),
        (["encode", "a", "--archive", nowhere, "--data-dir", data_dir], "No such file"),
        (["info", "top10000"], "use 'top10k'"),
        (["export", "croissant", "top10000"], "use 'top10k'"),
        (
            ["export", "croissant", "sample", "--data-dir", data_dir, "-o", f"{nowhere}/x.json"],
            "No such file or directory",
        ),
        (["encode", "a", "--config", "foo"], "'foo' is not a config name"),
        (["decode", "7777", "--config", "sample", "--data-dir", data_dir], "7777 at place 0"),
        (["decode", "-1", "--config", "sample", "--data-dir", data_dir], "-1 at place 0"),
        (["encode", "\udcff", "--config", "sample", "--data-dir", data_dir], "not valid UTF-8"),
    ]:
        assert command.main(arguments) == 2
        assert message in one_line_of_error(capsys)


def test_an_unexpected_error_is_one_line_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("something\nbroke")

    monkeypatch.setattr(command, "Builder", fail)
    monkeypatch.setattr(fail, "name", "imdb_keras", raising=False)
    assert command.main(["info", "sample"]) == 2
    assert one_line_of_error(capsys) == "imdb-keras: RuntimeError: something broke"


@pytest.mark.parametrize(
    "arguments", [[], ["foo"], ["encode"], ["decode", "x"], ["export"], ["info", "a", "--foo"]]
)
def test_wrong_usage_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code == 2
    assert "--help" in one_line_of_error(capsys)


@pytest.mark.parametrize("verb", COMMANDS)
def test_help_has_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main([*verb.split(), "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    for text in (f"example: imdb-keras {verb}", "--data-dir", "--archive"):
        assert text in told


def test_the_command_and_the_module_are_the_same(data_dir: str) -> None:
    arguments = ["decode", "1", "4", "--config", "sample", "--data-dir", data_dir]
    by_name = run(["imdb-keras", *arguments])
    by_module = run([sys.executable, "-m", "imdb_keras_tfds", *arguments])
    assert by_name.stdout == by_module.stdout == "[START] the\n"
    failed = run(["imdb-keras", "info", "top10000"], check=False)
    assert failed.returncode == 2
    assert failed.stderr.count("\n") == 1
