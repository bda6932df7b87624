"""The code blocks of the README, and how each is run."""

import pathlib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from tests.helpers.commands import run

README = pathlib.Path(__file__).parents[2] / "README.md"

_ARCHIVE_IN_TEXT = "/data/aclImdb_v1.tar.gz"
_EXPORT_IN_TEXT = "/data/imdb"

_TFDS_SAYS = re.compile("(Downloading and p|P)reparing dataset |Dataset imdb_keras downloaded and ")

_BLOCK = re.compile(
    r"(?:^<!-- (?P<note>.*?) -->\n)?^```(?P<language>\w+)\n(?P<code>.*?)^```\n", re.M | re.S
)


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
      language: `python` or `sh`.
      code: its text.
      note: the comment before it, if there is one: `needs the archive`, or `an example` for a
        command that the tests of the examples run.
      output: the `text` block right behind it, if there is one.
    """

    language: str
    code: str
    note: str | None
    output: str | None = None

    @property
    def needs_archive(self) -> bool:
        """Whether it can only be run on the real data."""
        return self.note == "needs the archive"

    @property
    def is_example(self) -> bool:
        """Whether it runs a script of `examples/`."""
        return self.note == "an example"

    def run(self, env: Mapping[str, str], archive: str = "") -> None:
        """Runs it in a process of its own, and holds what it prints against its output.

        Exports go to TFDS's data folder, and Hugging Face's libraries keep there what they read.
        """
        code = self.code.replace(_ARCHIVE_IN_TEXT, archive)
        if data_dir := env.get("TFDS_DATA_DIR"):
            code = code.replace(_EXPORT_IN_TEXT, f"{data_dir}/imdb")
            env = {**env, "HF_HOME": f"{data_dir}/hugging_face", "HF_HUB_OFFLINE": "1"}
        interpreter = [sys.executable, "-c"] if self.language == "python" else ["bash", "-ec"]
        done = run([*interpreter, code], cwd=README.parent, env=env)
        if self.output is not None:
            # TFDS prints where it builds a dataset, which is not for the README.
            printed = [line for line in done.stdout.splitlines() if not _TFDS_SAYS.match(line)]
            assert "\n".join(printed).strip() == self.output.strip()


def blocks() -> list[Block]:
    """All blocks of the README, in order."""
    found: list[Block] = []
    for match in _BLOCK.finditer(README.read_text()):
        language, code = match["language"], match["code"]
        if language == "text":
            last = found.pop()
            assert last.output is None
            found.append(Block(last.language, last.code, last.note, code))
        else:
            assert match["note"] in (None, "needs the archive", "an example")
            found.append(Block(language, code, match["note"]))
    return found


def title(block: Block) -> str:
    """A name for the test of a block."""
    return f"{block.language}: {block.code.strip().splitlines()[-1]}"
