"""The files by which the steps of a build hand on what they found.

Usage:

    workspace.write("names-0", {"name": ["0_9.txt"]}, folder="train/pos")
    workspace.read("names-0")["name"]
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from etils import epath
from numpy.typing import NDArray


@dataclass(frozen=True)
class Workspace:
    """The files by which steps hand on what they found: Arrow tables, and records.

    Attributes:
      folder: where they are.
    """

    folder: str

    def write(self, name: str, columns: Mapping[str, Any], **notes: str) -> None:
        """Writes a table, whole or not at all; a second one of that name replaces the first."""
        table = pa.table(dict(columns)).replace_schema_metadata(notes)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
        self.write_bytes(name, sink.getvalue().to_pybytes())

    def read(self, name: str) -> "Found":
        """The table of a name."""
        content = self._path(name).read_bytes()
        return Found(pa.ipc.open_file(pa.py_buffer(content)).read_all())

    def write_bytes(self, name: str, content: bytes) -> None:
        """Writes bytes, as `write` does a table."""
        temporary = self.temporary()
        temporary.write_bytes(content)
        temporary.replace(self._path(name))

    def read_bytes(self, name: str, start: int, stop: int) -> bytes:
        """A part of the bytes of a name."""
        with self._path(name).open("rb") as file:
            file.seek(start)
            content: bytes = file.read(stop - start)
            return content

    def temporary(self) -> epath.Path:
        """The path of a new file, which gets its name when it is whole."""
        return epath.Path(self.folder) / uuid.uuid4().hex

    def _path(self, name: str) -> epath.Path:
        return epath.Path(self.folder) / name


class Found:
    """A table of the workspace."""

    def __init__(self, table: pa.Table):
        self._table = table

    def __getitem__(self, column: str) -> Any:
        """A column, as an Arrow array."""
        return self._table[column].combine_chunks()

    def numbers(self, column: str) -> NDArray[Any]:
        """A column of numbers."""
        numbers: NDArray[Any] = self[column].to_numpy()
        return numbers

    def note(self, name: str) -> str:
        """What was noted beside the table; empty if nothing was."""
        notes: Mapping[bytes, bytes] = self._table.schema.metadata or {}
        return notes.get(name.encode(), b"").decode()
