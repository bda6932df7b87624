import ast
import pathlib

import pytest

import imdb_keras_tfds

PACKAGE = pathlib.Path(imdb_keras_tfds.__file__).parent


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_no_path_is_a_pattern(path: pathlib.Path) -> None:
    """A user's path may hold the characters that stand for others in a pattern of files."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Attribute):
            names = [node.attr]
        elif isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
        for name in names:
            assert name not in ("glob", "rglob", "iglob", "matching_files", "list_files")
