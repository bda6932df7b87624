import pathlib

from imdb_keras_tfds import Builder, load_columns
from imdb_keras_tfds.describe import card
from imdb_keras_tfds.describe.account import Account
from tools.card import PAGE


def test_the_page_is_the_card_of_the_dataset(real_archive: str, data_dir: pathlib.Path) -> None:
    builder = Builder(config="full", data_dir=data_dir, archive=real_archive)
    builder.download_and_prepare()
    assert card.markdown(builder) == PAGE.read_text(), "make card writes it anew"


def test_what_the_readme_of_the_release_says_is_found(
    real_archive: str, data_dir: pathlib.Path
) -> None:
    builder = Builder(config="full", data_dir=data_dir, archive=real_archive)
    builder.download_and_prepare()
    said = {topic: " ".join(text) for topic, text in Account.of(builder).statements.items()}
    assert "of one there are at most 30." in said["biases"]
    assert "No labelled review has 5 or 6 stars" in said["biases"]
    assert "those of `neg` have 1 to 4 stars and those of `pos` have 7 to 10" in said["annotation"]
    # And what it says that is not so: that train and test share no movie.
    assert "train and test have 1 movie in common (tt0406816)" in said["limitations"]
    copies = sum(
        (load_columns(builder, split)["duplicate_of"] != "").sum() for split in builder.info.splits
    )
    assert f"{copies:,} of the 100,000 reviews are, byte for byte, the text" in said["limitations"]
