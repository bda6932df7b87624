"""What is known of where the reviews of a corpus come from, and nothing that can be counted.

What the makers of the Stanford reviews say stands in their paper and in the README of the release;
what nobody has told is said not to be known.

Usage:

    provenance = provenance_of(config)
    provenance.statements["collection"]   # paragraphs
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..config import ImdbKerasConfig
from ..source.release import SAMPLE, STANFORD, URL


@dataclass(frozen=True)
class Licence:
    """What may be done with the reviews.

    Attributes:
      name: of the licence.
      url: where it stands; None where that is the dataset's own page, or none.
      description: what there is to be said of it.
    """

    name: str
    url: str | None
    description: str


@dataclass(frozen=True)
class Provenance:
    """What is known of the reviews of a corpus.

    Attributes:
      creators: names of people, or of one organization.
      are_people: whether they are people.
      published: the month, `2011-06`; None where it is not known.
      licence: None where it is not known.
      statements: topic -> paragraphs in Markdown.
    """

    creators: tuple[str, ...]
    are_people: bool
    published: str | None
    licence: Licence | None
    statements: Mapping[str, tuple[str, ...]]


_STANFORD = Provenance(
    creators=(
        "Andrew L. Maas",
        "Raymond E. Daly",
        "Peter T. Pham",
        "Dan Huang",
        "Andrew Y. Ng",
        "Christopher Potts",
    ),
    are_people=True,
    published="2011-06",  # the month of the paper
    licence=Licence(
        "No formal licence",
        None,
        "The reviews are their authors'; the dataset was published for research, and those who "
        "made it ask to be cited.",
    ),
    statements={
        "purpose": (
            "The reviews were gathered as a benchmark of sentiment analysis, for the paper "
            "Learning Word Vectors for Sentiment Analysis (ACL 2011); those without a label are "
            "for learning word vectors from. Keras made lists of word ranks of the labelled ones, "
            "and called them the IMDB dataset. This dataset is that one, built anew "
            "from the reviews by a recipe that anyone can check, with what the release knows of "
            "each review and Keras left out.",
        ),
        "creators": (
            "Andrew L. Maas, Raymond E. Daly, Peter T. Pham, Dan Huang, Andrew Y. Ng and "
            "Christopher Potts, of Stanford University, made the collection; who paid for the work "
            "stands in the acknowledgements of their paper. The contributors of Keras chose the "
            "form of the records.",
        ),
        "instances": (
            "An instance is a review of one film, written in English by a user of IMDb: the ids of "
            "its words, its label, and what the release tells of it.",
        ),
        "missing": (
            "The release does not tell who wrote a review, or when, nor the title that the review "
            "had.",
        ),
        "limitations": (
            "A label says which stars the writer gave, and not always what the text says; studies "
            "of label errors (Northcutt, Athalye and Mueller, 2021) found such reviews in test.",
        ),
        "biases": (
            "The reviews are those of people who wrote in English at IMDb, until 2011: of the "
            "films that they chose to write about, in the words of that time. They stand neither "
            "for those who see films, nor for those who speak English, nor for today.",
            "Those who made the collection set a limit to the reviews of one film, so that films "
            "of which much is written weigh less than at IMDb.",
        ),
        "personal": (
            "The names of the users and the dates of the reviews are not in the release. The texts "
            "are as they were published: they name actors, directors and others who made films, "
            "and now and then the writer tells of a place, a family, an age or a belief of their "
            "own. Nothing has been taken out of them, and a sentence of a review finds it at "
            "IMDb again, with its writer's name.",
            "Some reviews speak ill of people and of groups of people, or use foul words.",
        ),
        "collection": (
            "Those who made the collection took the reviews from IMDb's pages. They kept as "
            "labelled those of at most 4 and of at least 7 stars out of 10, and meant the movies "
            "of train and of test to be different ones. How they chose beyond that is not told. "
            "The reviews are of the years until 2011, when the release was published.",
        ),
        "collection_type": ("User-Generated Content Data", "Web Scraping"),
        "raw": (
            "The pages of IMDb are not in the release; its text files, one a review, are what this "
            f"dataset is built from (<{URL}>). They are held against known digests.",
        ),
        "consent": (
            "The release tells of no question to the users who wrote the reviews, and of no "
            "ethical review. The reviews were public at IMDb, under its conditions of use.",
        ),
        "annotation": (
            "Nobody read the reviews to label them: a label follows from the stars that the "
            "review's own writer gave.",
        ),
        "agreement": ("No review was labelled a second time, and stars can be given by mistake.",),
        "annotators": (
            "The users of IMDb who wrote the reviews. Nothing else is known of them: no age, no "
            "sex, no country.",
        ),
        "platform": ("IMDb's own form, by which its users publish a review with stars.",),
        "per_item": ("Once: by the stars that its own writer gave.",),
        "uses": (
            "Teaching: how to train and to measure a classifier of texts.",
            "Comparing methods with what was published since 2011: training on train, choosing on "
            "a validation split that shares no movie and no text with it, and measuring once on "
            "test.",
            "Learning representations of words from the reviews without a label.",
        ),
        "unfit": (
            "Not for judging people, by what they write or otherwise.",
            "Not, without data of its own, for what is no film review, is in another language, or "
            "is neither praise nor blame.",
            "Not for products that need a licence to the texts.",
        ),
        "impact": (
            "A model takes over what the writers of the reviews connected with good and bad films, "
            "down to names, dialects and groups of people. Whoever lets it decide about what "
            "people write should look for that first, on texts of these people.",
        ),
        "distribution": (
            f"Stanford publishes the reviews (<{URL}>); this package builds the dataset from their "
            "archive, and hands out none of them. Whoever passes on what was built passes on the "
            "reviews.",
        ),
        "maintenance": (
            "The release is as it was in 2011: those who made it have not changed it, and what is "
            "wrong in it stays, so that results can be compared. The version of this dataset says "
            "what a record is: a major one changes ids, order or reviews, a minor one adds to a "
            "record, a patch changes bytes that are not read as data. The same version has the "
            "same bytes everywhere, which its `SHA256SUMS` lets anyone check. Errors of the recipe "
            "are mended in a new version of the package.",
        ),
    },
)

_INVENTED = "None: the films, the people in them and their reviews are invented for this package."

_SAMPLE = Provenance(
    creators=("imdb-keras-tfds",),
    are_people=False,
    published="2026-11",
    licence=Licence(
        "Apache License 2.0",
        "https://spdx.org/licenses/Apache-2.0.html",
        "The sample is a part of the package, and under its licence.",
    ),
    statements={
        "purpose": (
            "To try this package, and to test it, without the Stanford reviews: a corpus in the "
            "layout of theirs, small enough to come with the package.",
        ),
        "creators": ("It was written for this package, by those who wrote that.",),
        "instances": (
            "An instance is a review of an invented film, in English: the ids of its words, its "
            "label, and its stars and film.",
        ),
        "missing": ("Nothing that the Stanford reviews have.",),
        "biases": (
            "The reviews were made up by few, of few patterns: they are a sample of nothing, and "
            "easier to tell apart than reviews of people are.",
        ),
        "personal": (_INVENTED,),
        "collection": ("Written for this package.",),
        "collection_type": ("Manual Human Curator",),
        "raw": ("The text files of the sample corpus, which come with the package.",),
        "consent": ("There is nobody to ask: the writers are invented, too.",),
        "annotation": ("Labels and stars were made up with the reviews.",),
        "agreement": ("They are what the reviews were meant to say.",),
        "annotators": ("Those who made the reviews up.",),
        "platform": ("None: label and stars stand in the name of a review's file.",),
        "per_item": ("Once.",),
        "uses": ("Trying commands and programs that are meant for the Stanford reviews.",),
        "unfit": ("Not for training or measuring anything that is to be believed.",),
        "impact": ("None is known.",),
        "distribution": ("It comes with the package.",),
        "maintenance": (
            "It changes only with the version of the dataset, which says what a record is. The "
            "same version has the same bytes everywhere, which its `SHA256SUMS` lets anyone check.",
        ),
    },
)

_NOT_KNOWN = ("Not known here: these are reviews of one's own, and whoever gathered them knows.",)

_OWN = Provenance(
    creators=(),
    are_people=False,
    published=None,
    licence=None,
    statements={
        **dict.fromkeys(
            (
                "purpose",
                "creators",
                "biases",
                "personal",
                "collection",
                "consent",
                "annotators",
                "agreement",
                "platform",
                "per_item",
                "uses",
                "unfit",
                "impact",
                "licence",
                "distribution",
            ),
            _NOT_KNOWN,
        ),
        "instances": (
            "An instance is a text with a label, or without: the ids of its words, and what the "
            "name of its file tells of it.",
        ),
        "raw": (
            "The text files that the dataset was built from; where they are is not told in it, "
            "their digests are in `metadata.json`.",
        ),
        "maintenance": (
            "Whoever built it does; a change of the reviews is a new build. `SHA256SUMS` in its "
            "folder lets anyone check whether it is as it was built.",
        ),
    },
)


def provenance_of(config: ImdbKerasConfig) -> Provenance:
    """What is known of the reviews that a config is built from."""
    known = {STANFORD.name: _STANFORD, SAMPLE.name: _SAMPLE}
    return known.get(config.corpus or "", _OWN)
