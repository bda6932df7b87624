import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

import imdb_keras_tfds
from imdb_keras_tfds.cli import command, prepared
from tests.helpers.commands import run
from tests.unit.cli.conftest import Command

COMMANDS = {
    "build": {"--archive"},
    "list": set[str](),
    "info": set[str](),
    "verify": set[str](),
    "encode": {"--archive"},
    "decode": {"--archive"},
    "report": {"--archive"},
    "card": {"--archive"},
    "prove": {"--archive"},
    "export keras": {"--archive"},
    "export croissant": {"--archive"},
}

MODULE = [sys.executable, "-m", "imdb_keras_tfds"]


def test_every_command_has_a_test_of_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    for group in ([], ["export"]):
        with pytest.raises(SystemExit):
            command.main([*group, "--help"])
        told = capsys.readouterr().out
        for name in COMMANDS:
            *of, verb = name.split()
            assert (f"\n    {verb} " in told) == (of == group)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example_and_the_options_that_are_used(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main([*name.split(), "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert f"example: imdb-keras {name}" in told
    assert "--data-dir" in told
    assert ("--archive" in told) == ("--archive" in COMMANDS[name])


@pytest.mark.parametrize("name", [name for name, used in COMMANDS.items() if not used])
def test_an_option_that_is_not_used_is_refused(name: str, imdb_keras: Command) -> None:
    arguments = [name] if name == "list" else [name, "sample"]
    for line in (["--archive", "x", *arguments], [*arguments, "--archive", "x"]):
        assert f"imdb-keras {name}: --archive is not used" in imdb_keras.error(*line)


def test_options_before_and_behind_a_command_are_the_same(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["export", "croissant", "sample", "-o", str(tmp_path / "output")]
    for place in (0, 1, 2, 5):
        root = tmp_path / str(place)
        assert command.main([*words[:place], "--data-dir", str(root), *words[place:]]) == 0
        assert (root / "imdb_keras/sample_full").is_dir()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["foo"],
        ["encode"],
        ["decode"],
        ["export"],
        ["info"],
        ["info", "a", "--foo"],
        ["list", "x"],
        ["verify", "x", "y"],
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], imdb_keras: Command) -> None:
    assert "--help" in imdb_keras.error(*arguments)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"imdb-keras {imdb_keras_tfds.__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_completes_it(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--print-completion", shell])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    for name in COMMANDS:
        assert name.split()[-1] in told


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (RuntimeError("something\nbroke"), "imdb-keras: RuntimeError: something broke"),
        (MemoryError(), "imdb-keras: MemoryError"),
    ],
)
def test_an_unexpected_error_is_one_line_too(
    error: Exception, line: str, imdb_keras: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(prepared, "find", fail)
    assert imdb_keras.error("info", "sample") == line


def test_a_warning_of_a_config_is_one_line(
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    in_another_folder: Callable[[object], Command],
) -> None:
    command.main(["info", "sample_full_start5", "--data-dir", str(tmp_path)])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("imdb-keras: warning: config sample_full_start5: start_char 5 is also")


def test_the_command_and_the_module_are_the_same(data_dir: str) -> None:
    arguments = ["decode", "sample", "1", "4", "--data-dir", data_dir]
    by_name = run(["imdb-keras", *arguments])
    assert by_name.stdout == run([*MODULE, *arguments]).stdout == "[START] the\n"
    failed = run(["imdb-keras", "info", "top10000"], check=False)
    assert failed.returncode == 2
    assert failed.stderr.count("\n") == 1


SCRIPT = """
import sys, imdb_keras_script
try:
    imdb_keras_script.main()
finally:
    print(*sys.modules)
"""


def imported_by(*arguments: str) -> set[str]:
    """The modules that the script has imported at its end."""
    done = run([sys.executable, "-c", SCRIPT, *arguments])
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("name", ["", *COMMANDS, "--print-completion bash"])
def test_help_imports_nothing_that_takes_long(name: str) -> None:
    arguments = name.split() if name.startswith("-") else [*name.split(), "--help"]
    imported = imported_by(*arguments)
    assert "imdb_keras_tfds.cli.command" in imported
    slow = {"tensorflow_datasets", "tensorflow", "numpy", "pyarrow", "absl", "etils.epath"}
    assert not slow.intersection(imported)


def test_a_command_imports_what_it_needs(data_dir: str) -> None:
    run([*MODULE, "build", "sample", "--data-dir", data_dir])
    imported = imported_by("encode", "sample", "film", "--data-dir", data_dir)
    assert "imdb_keras_tfds.imdb_keras.imdb_keras_dataset_builder" in imported
    slow = {"tensorflow", "apache_beam", "matplotlib", "mlcroissant", "array_record"}
    ours = {"beam", "describe", "export", "keras_compat", "training"}
    assert not (slow | {f"imdb_keras_tfds.{wing}" for wing in ours}).intersection(imported)


def test_a_command_that_needs_tfds_registers_the_dataset(data_dir: str) -> None:
    code = SCRIPT.replace("print(*sys.modules)", "import tensorflow_datasets as tfds\n    ")
    code += "print('imdb_keras' in tfds.list_builders(with_community_datasets=False))"
    done = run([sys.executable, "-c", code, "info", "sample", "--data-dir", data_dir])
    assert done.stdout.splitlines()[-1] == "True"


def test_ctrl_c_is_one_line_and_status_130(tmp_path: pathlib.Path) -> None:
    # It waits for its standard input.
    arguments = ["encode", "sample", "-", "--data-dir", str(tmp_path)]
    with subprocess.Popen(
        [*MODULE, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A job in the background, as these tests may be, hands on that it ignores Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("imdb-keras: prepared imdb_keras/sample_full")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read() == "imdb-keras: interrupted\n"


def test_a_closed_pipe_is_quiet(data_dir: str) -> None:
    run([*MODULE, "build", "sample", "--data-dir", data_dir])
    command_line = f"{sys.executable} -m imdb_keras_tfds encode sample - --data-dir {data_dir}"
    script = f"yes film | head -100000 | {command_line} | head -1; echo ${{PIPESTATUS[2]}}"
    done = run(["bash", "-c", script])
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "141"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has /dev/full")
def test_a_full_disk_is_one_line(data_dir: str) -> None:
    done = run(
        ["bash", "-c", f"{' '.join(MODULE)} list --data-dir {data_dir} > /dev/full; echo $?"]
    )
    assert done.stdout == "2\n"
    assert done.stderr == "imdb-keras: OSError: [Errno 28] No space left on device\n"


def test_closed_streams_are_no_error(data_dir: str) -> None:
    line = f"{' '.join(MODULE)} list --data-dir {data_dir}"
    done = run(["bash", "-c", f"{line} 2>&-; echo $?; {line} >&- 2>&-; echo $?"])
    assert done.stdout.splitlines()[-2:] == ["0", "0"]
