import pytest

# Helpers assert too, and should say as much when they fail.
pytest.register_assert_rewrite(
    "tests.helpers.commands", "tests.helpers.keras_oracle", "tests.helpers.pages"
)
