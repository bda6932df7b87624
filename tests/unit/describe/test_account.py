import pathlib
import re

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, ImdbKerasConfig
from imdb_keras_tfds.describe import provenance
from imdb_keras_tfds.describe.account import Account
from imdb_keras_tfds.describe.findings import NOT_TOLD
from imdb_keras_tfds.describe.topics import TOPICS
from imdb_keras_tfds.source import release
from tests.helpers.layout import FILES, LISTS, release_of, write_folder

OF_1_0 = pathlib.Path(__file__).parents[2] / "prepared/imdb_keras/sample_full/1.0.0"

SECTIONS = [
    "Motivation",
    "Composition",
    "Collection process",
    "Preprocessing, cleaning, labelling",
    "Uses",
    "Distribution",
    "Maintenance",
]


def account_of(config: str | ImdbKerasConfig, data_dir: pathlib.Path, **kwargs: object) -> Account:
    builder = Builder(config=config, data_dir=data_dir, **kwargs)
    builder.download_and_prepare()
    return Account.of(builder)


def own(folder: pathlib.Path, files: dict[str, bytes], **settings: object) -> ImdbKerasConfig:
    path = write_folder(folder / "mine", files)
    return ImdbKerasConfig(name="mine", corpus=path, **settings)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sample(original: pathlib.Path) -> Account:
    return Account.of(tfds.builder_from_directory(original))


def test_every_topic_of_a_datasheet_is_spoken_of(sample: Account, tmp_path: pathlib.Path) -> None:
    assert list(dict.fromkeys(topic.section for topic in TOPICS.values())) == SECTIONS
    for account in (sample, account_of(own(tmp_path, FILES), tmp_path)):
        said = {TOPICS[topic].section for topic in account.statements}
        assert said == set(SECTIONS)
        assert list(account.statements) == [
            topic for topic in TOPICS if topic in account.statements
        ]
        assert all(paragraphs for paragraphs in account.statements.values())


@pytest.mark.parametrize(
    "known",
    [provenance._STANFORD, provenance._SAMPLE, provenance._OWN],
    ids=lambda one: one.creators,
)
def test_what_is_known_is_of_known_topics_and_counts_nothing(
    known: provenance.Provenance,
) -> None:
    assert known.statements.keys() <= TOPICS.keys()
    # Figures are counted in each dataset. The stars are the layout's, the years not in it.
    text = re.sub(r"<http[^>]*>|2011|2021|SHA256SUMS", "", str(dict(known.statements)))
    assert re.findall(r"\d+", text.replace("at most 4 and of at least 7 stars out of 10", "")) == []


def test_the_makers_of_the_reviews_are_those_of_the_citation(original: pathlib.Path) -> None:
    citation = tfds.builder_from_directory(original).info.citation
    (authors,) = re.findall(r"author += {(.+)}", citation)
    names = [" ".join(reversed(author.split(", "))) for author in authors.split(" and ")]
    assert provenance._STANFORD.creators == tuple(names)


def test_the_properties_are_the_statements_without_their_marks(sample: Account) -> None:
    rai = sample.rai
    assert rai.keys() >= {
        "dataCollection",
        "dataCollectionType",
        "dataAnnotationProtocol",
        "dataBiases",
        "dataLimitations",
        "dataUseCases",
        "dataSocialImpact",
        "dataReleaseMaintenancePlan",
        "personalSensitiveInformation",
    }
    statements = sample.statements
    both = [*statements["limitations"], *statements["unfit"]]
    assert rai["dataLimitations"] == [text.replace("`", "") for text in both]
    assert "`duplicate_of`" in both[0]
    assert not re.search(r"`|<http", str(rai))
    assert "`<br />` leaves the word `br`" in " ".join(statements["preprocessing"])
    assert "<br /> leaves the word br" in " ".join(rai["dataPreprocessingProtocol"])


def test_the_figures_are_those_of_the_dataset(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FILES | LISTS | {"test/pos/0_7.txt": FILES["train/pos/0_9.txt"]}
    releases = {**release.RELEASES, "stanford": release_of(files, "stanford")}
    monkeypatch.setattr(release, "RELEASES", releases)
    archive = write_folder(tmp_path / "aclImdb", files)
    account = account_of("top9", tmp_path, archive=archive)
    said = {topic: " ".join(paragraphs) for topic, paragraphs in account.statements.items()}
    assert (
        "1 of the 8 reviews are, byte for byte, the text of another one: 1 in test of train."
        in (said["limitations"])
    )
    assert (
        "train and test have 1 movie in common (tt0000030), with 1 review in train and 2 in"
        in (said["limitations"])
    )
    assert "1 copy with other stars than the first review" in said["agreement"]
    assert "of one there are at most 3." in said["biases"]
    assert "No labelled review has 2, 5 or 6 stars" in said["biases"]
    assert "60.0% of those of train and 50.0% of those of test are positive" in said["biases"]
    assert "those of `neg` have 1 to 4 stars and those of `pos` have 7 to 10" in said["annotation"]
    assert "all 1 reviews have no label" in said["missing"]
    assert "those with the ids 4 to 8 are kept; others are replaced by 2" in said["preprocessing"]
    assert "with `_val20` in its name" in said["splits"]
    # Nothing is of the reviews that the dataset is named after.
    for figure in (
        "25,000",
        "12,500",
        "50,000",
        "1,531",
        "88,584",
        "3,456",
        "14,127",
        "at most 30",
    ):
        assert figure not in str(said)


@pytest.mark.parametrize(
    ("config", "topic", "expected"),
    [
        ("sample_val20", "splits", "`validation` is 20 % of the reviews of each label of train"),
        ("sample_full_text", "preprocessing", "The text of each review is in the field `text`."),
        ("sample_full", "preprocessing", "not in this dataset, but in configs with `_text`"),
        ("sample_full_max20", "preprocessing", "A review ends after 20 ids."),
        ("sample_full_max60_keras", "preprocessing", "Reviews of 60 or more ids are left out."),
        ("sample_full_oovnone", "preprocessing", "Before each review stands the id 1."),
        ("sample_top50_oovnone", "preprocessing", "ids 4 to 49 are kept; others are left out."),
        ("sample_full_seed7", "splits", "`load_data(seed=7)`"),
    ],
)
def test_what_settings_do_is_told(
    config: str, topic: str, expected: str, tmp_path: pathlib.Path
) -> None:
    if config == "sample_val20":
        config = "sample_full_val20"
    assert expected in " ".join(account_of(config, tmp_path).statements[topic])


def test_words_that_are_cut_are_told_only_where_some_are(
    sample: Account, tmp_path: pathlib.Path
) -> None:
    assert "cut words" not in str(sample.rai)
    cut = account_of("sample_top50", tmp_path)
    assert "The settings of this dataset cut words: " in str(cut.rai["dataLimitations"])


def test_of_ones_own_reviews_is_told_what_is_not_known(tmp_path: pathlib.Path) -> None:
    account = account_of(own(tmp_path, FILES), tmp_path)
    assert account.provenance.licence is None
    text = str(account.statements)
    for topic in ("purpose", "creators", "collection", "personal", "uses", "licence", "annotators"):
        assert account.statements[topic][0].startswith("Not known here:")
    # Nothing of the Stanford reviews is said of others.
    for word in ("Stanford", "IMDb", "Maas", "English", "Apache", "2011"):
        assert word not in re.sub(r"Keras's `load_data|on reviews of one's own", "", text)
    assert "In train, the movie of all 5 reviews is not known." in account.statements["missing"]
    assert "`validation_split=20` cuts by whole movies" in str(account.statements["splits"])


def test_ones_own_reviews_with_a_single_split(tmp_path: pathlib.Path) -> None:
    files = {path: text for path, text in FILES.items() if path.startswith("train/pos")}
    account = account_of(own(tmp_path, files), tmp_path)
    assert list(account.composition.splits) == ["train"]
    assert "None of the 3 reviews has the very text of another one." in str(account.statements)
    assert "the order of train is that of" in account.statements["splits"][0]


def test_a_dataset_of_1_0_says_that_it_does_not_tell_copies() -> None:
    account = Account.of(tfds.builder_from_directory(OF_1_0))
    assert account.statements["limitations"] == [NOT_TOLD]
    assert NOT_TOLD in account.statements["missing"]
    assert "movies" not in " ".join(account.statements["biases"])
