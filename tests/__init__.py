import pytest

# Helpers assert too, and should say as much when they fail.
pytest.register_assert_rewrite("tests.commands", "tests.keras_oracle", "tests.readme")
