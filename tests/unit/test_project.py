"""What stands around the package, for people and for GitHub, against the code that it speaks of."""

import configparser
import pathlib
import re
from typing import Any

import pytest
import yaml

import imdb_keras_tfds
from tests.helpers.commands import run

ROOT = pathlib.Path(__file__).parents[2]

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))

PAGES = [
    ROOT / name for name in ("CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "README.md", "SECURITY.md")
]

PINNED = re.compile(r"uses: ([\w/-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$", re.MULTILINE)


def workflow(path: pathlib.Path) -> dict[str, Any]:
    # YAML 1.1 takes "on" for a truth.
    return {str(key): value for key, value in yaml.safe_load(path.read_text()).items()}


def steps(path: pathlib.Path) -> list[dict[str, Any]]:
    return [step for job in workflow(path)["jobs"].values() for step in job["steps"]]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def sessions() -> set[str]:
    listed = run(["nox", "--list-sessions", "--json"], cwd=ROOT).stdout
    return {session["session"] for session in yaml.safe_load(listed)}


def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return parser


def pythons() -> list[str]:
    return re.findall(r"Python :: (3\.\d+)", setup()["metadata"]["classifiers"])


def test_there_are_workflows() -> None:
    assert [path.stem for path in WORKFLOWS] == ["archive", "ci", "release"]


MORE = {"publish": {"id-token": "write"}, "site": {"pages": "write", "id-token": "write"}}
"""The jobs that may do more than read, and what."""


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
class TestWorkflows:
    def test_may_do_nothing_but_what_a_job_needs(self, path: pathlib.Path) -> None:
        content = workflow(path)
        assert content["permissions"] == {}
        for name, job in content["jobs"].items():
            assert job["permissions"] == MORE.get(name, {"contents": "read"})
            assert job["timeout-minutes"] <= 300

    def test_keeps_no_credentials(self, path: pathlib.Path) -> None:
        for step in steps(path):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False

    def test_names_each_action_by_a_commit_and_its_version(self, path: pathlib.Path) -> None:
        used = re.findall(r"^.*\buses:.*$", path.read_text(), re.MULTILINE)
        assert all(PINNED.search(line) for line in used)

    def test_runs_what_can_be_run_by_hand(self, path: pathlib.Path) -> None:
        for step in steps(path):
            if "run" not in step:
                continue
            program, *arguments = step["run"].split()
            if program == "make":
                if arguments[0] != '"${TARGET}"':
                    assert arguments[0] in targets()
            else:
                assert [program, *arguments[:2]] in (
                    ["python", "-m", "nox"],
                    ["python", "-m", "pip"],
                )


def test_an_action_has_the_same_version_everywhere() -> None:
    text = "".join(path.read_text() for path in WORKFLOWS)
    found = {match.groups() for match in PINNED.finditer(text)}
    assert len(found) == len({action for action, *_ in found}) == 7


def test_the_promised_pythons_are_tried() -> None:
    jobs = workflow(ROOT / ".github/workflows/ci.yml")["jobs"]
    tried = jobs["sample"]["strategy"]["matrix"]["python"]
    assert tried == pythons()
    assert {f"sample-{python}" for python in tried} <= sessions()


def test_the_sessions_of_the_workflows_are_there() -> None:
    ci = workflow(ROOT / ".github/workflows/ci.yml")["jobs"]["others"]["strategy"]["matrix"]
    release = workflow(ROOT / ".github/workflows/release.yml")["jobs"]["installed"]["strategy"]
    named = [row["session"] for row in ci["include"]] + release["matrix"]["session"]
    assert {session for names in named for session in names.split()} <= sessions()


def test_the_choices_of_the_archive_are_commands() -> None:
    dispatch = workflow(ROOT / ".github/workflows/archive.yml")["True"]["workflow_dispatch"]
    assert set(dispatch["inputs"]["target"]["options"]) <= targets()


def test_one_version_of_nox_is_asked_for_everywhere() -> None:
    asked = set()
    for path in WORKFLOWS:
        asked |= set(re.findall(r'pip install "(.*?)"', path.read_text()))
    (nox,) = re.findall(r"^nox(.*)$", setup()["options.extras_require"]["dev"], re.MULTILINE)
    assert asked == {f"nox[uv]{nox}"}


def test_what_is_checked_before_a_commit_is_checked_by_lint() -> None:
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    lint = run(["make", "--dry-run", "lint"], cwd=ROOT).stdout.splitlines()
    for hook in local["hooks"]:
        entry = hook["entry"].removesuffix(" --force-exclude")
        assert entry.replace("ruff format", "ruff format --check") in lint


class TestCitation:
    content = yaml.safe_load((ROOT / "CITATION.cff").read_text())

    def test_it_is_valid(self) -> None:
        command = ["check-jsonschema", "--builtin-schema", "vendor.citation-file-format"]
        run([*command, "CITATION.cff"], cwd=ROOT)

    def test_it_is_of_this_version_and_place(self) -> None:
        metadata = setup()["metadata"]
        assert self.content["version"] == imdb_keras_tfds.__version__
        assert self.content["license"] == metadata["license"]
        assert self.content["repository-code"] == metadata["url"]
        assert [author["name"] for author in self.content["authors"]] == [metadata["author"]]

    def test_it_cites_the_paper_as_the_dataset_does(self) -> None:
        bibtex = (ROOT / "imdb_keras_tfds/imdb_keras/CITATIONS.bib").read_text()
        fields = dict(re.findall(r"^ *(\w+) *= \{(.*)\}", bibtex, re.MULTILINE))
        (paper,) = self.content["references"]
        assert paper["title"] == fields["title"]
        assert paper["url"] == fields["url"]
        assert paper["collection-title"] == fields["booktitle"]
        assert str(paper["year"]) == fields["year"]
        assert f"{paper['start']}--{paper['end']}" == fields["pages"]
        names = [f"{who['family-names']}, {who['given-names']}" for who in paper["authors"]]
        assert " and ".join(names) == fields["author"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_names_only_what_is_there(path: pathlib.Path) -> None:
    text = path.read_text()
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (path.parent / target).exists(), target
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)) <= targets()
    for name in re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text):
        if name.split("/")[0] in ("docs", "tests", "tools", "benchmarks", "examples", ".github"):
            assert (ROOT / name).exists(), name


def test_every_command_of_make_is_told_by_help() -> None:
    told = {
        line.split()[0]
        for line in run(["make", "--no-print-directory", "help"], cwd=ROOT).stdout.splitlines()
    }
    assert told == targets()
