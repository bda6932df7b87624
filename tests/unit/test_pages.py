import pathlib
import re

import pytest

from tests.helpers import pages
from tests.helpers.commands import run

pytestmark = pytest.mark.pages

# Two blocks are commands about this very checkout and environment.
COMMANDS = "make build\nmake test\n"
INSTALL = (
    "pip install --upgrade pip   # pip 23.0, which a fresh Python 3.10 has, loses its way\n"
    "pip install .\n"
)

PASSAGES = [
    passage
    for passage in pages.passages()
    if passage.is_run and not passage.needs_archive and passage.code not in (COMMANDS, INSTALL)
]

MAX_README_LINES = 150

REPOSITORY = "https://github.com/imdb-keras-tfds/imdb-keras-tfds/blob/main/"
SITE = "https://imdb-keras-tfds.github.io/imdb-keras-tfds/"


@pytest.mark.parametrize("passage", PASSAGES, ids=pages.title)
def test_passage(passage: pages.Passage, tmp_path: pathlib.Path) -> None:
    passage.run(env={"TFDS_DATA_DIR": str(tmp_path)})


def test_the_two_commands(tmp_path: pathlib.Path, repository: pathlib.Path) -> None:
    assert COMMANDS in [passage.code for passage in pages.passages(pages.README)]
    done = run(["make", "build"], cwd=repository, env={"TFDS_DATA_DIR": str(tmp_path)})
    assert "full_name='imdb_keras/sample_full/1.1.0'" in done.stdout
    assert done.stdout.count("[START]") == 3
    assert "cuda" not in done.stdout + done.stderr  # nor anything else of TensorFlow's own
    # This test is what `make test` runs.
    assert "-m pytest" in run(["make", "-n", "test"], cwd=repository).stdout


def test_the_install_command(tmp_path: pathlib.Path) -> None:
    (passage,) = [one for one in pages.passages(pages.README) if one.code == INSTALL]
    # Without the dependencies, which are there, and beside this environment.
    passage.run(
        env={
            "PIP_TARGET": str(tmp_path),
            "PIP_NO_DEPS": "1",
            "PIP_NO_BUILD_ISOLATION": "0",
            "TFDS_DATA_DIR": str(tmp_path),
        }
    )
    assert (tmp_path / "imdb_keras_tfds/imdb_keras/README.md").is_file()


@pytest.mark.parametrize("page", ["README.md", "docs/explanation/speed.md"])
def test_the_ratios_are_those_of_the_last_benchmarks(page: str, repository: pathlib.Path) -> None:
    results = (repository / "benchmarks/RESULTS.md").read_text()
    measured = dict(re.findall(r"^\| (.+?) \| .+? \| (\d\.\d+) \(", results, re.M))
    told = re.findall(r"^\| (.+?) \| .+? \| (\d\.\d\d) \|$", (repository / page).read_text(), re.M)
    assert told
    for what, ratio in told:
        assert f"{float(measured[what]):.2f}" == ratio


def test_the_readme_is_short_and_leads_to_what_there_is(repository: pathlib.Path) -> None:
    text = pages.README.read_text()
    assert len(text.splitlines()) <= MAX_README_LINES
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    # Package indexes show it without the files beside it.
    assert [link for link in links if not link.startswith("https://")] == []
    for link in links:
        if link.startswith(REPOSITORY):
            assert (repository / link.removeprefix(REPOSITORY)).is_file(), link
        elif link.startswith(SITE):
            page, _, anchor = link.removeprefix(SITE).partition("#")
            source = repository / "docs" / pathlib.PurePath(page).with_suffix(".md")
            heads = re.findall(r"^#+ (.+)$", source.read_text(), re.M)
            assert not anchor or anchor in [head.lower().replace(" ", "-") for head in heads], link


def test_no_block_is_left_out_in_silence() -> None:
    left_out = [one for one in pages.passages() if (one.note or "").startswith("not run")]
    assert [(one.page.name, one.code) for one in left_out] == [("first-steps.md", INSTALL)]
    # Every fence is one that is run, or the output of one, or for Sphinx.
    for page in pages.PAGES:
        fences = re.findall(r"^```(.*)$", page.read_text(), re.M)
        assert {fence for fence in fences if fence and not fence.startswith("{")} <= {
            "bibtex",
            "python",
            "sh",
            "text",
        }, page
