"""What is to be said of a dataset: the topics of a datasheet, and what Croissant calls them.

The sections and questions are those of "Datasheets for Datasets" (Gebru et al., 2021), as far as
they have an answer here; the properties those of Croissant's RAI vocabulary 1.0.

Usage:

    TOPICS["biases"].section    # "Composition"
    TOPICS["biases"].rai        # "dataBiases"
"""

from collections.abc import Mapping
from dataclasses import dataclass

RAI = "http://mlcommons.org/croissant/RAI/1.0"
"""The vocabulary, as datasets say that they conform to it."""


@dataclass(frozen=True)
class Topic:
    """One thing to be said.

    Attributes:
      section: of the datasheet.
      question: of the datasheet.
      rai: the property that says the same; None where there is none.
    """

    section: str
    question: str
    rai: str | None = None


_MOTIVATION = "Motivation"
_COMPOSITION = "Composition"
_COLLECTION = "Collection process"
_PREPROCESSING = "Preprocessing, cleaning, labelling"
_USES = "Uses"
_DISTRIBUTION = "Distribution"
_MAINTENANCE = "Maintenance"

TOPICS: Mapping[str, Topic] = {
    "purpose": Topic(_MOTIVATION, "For what purpose was the dataset created?"),
    "creators": Topic(_MOTIVATION, "Who created it, and who paid for that?"),
    "instances": Topic(_COMPOSITION, "What do the instances represent, and how many are there?"),
    "missing": Topic(
        _COMPOSITION, "Is any information missing from them?", "dataCollectionMissingData"
    ),
    "splits": Topic(_COMPOSITION, "Are there recommended splits?"),
    "limitations": Topic(
        _COMPOSITION, "Are there errors, sources of noise, or redundancies?", "dataLimitations"
    ),
    "biases": Topic(_COMPOSITION, "Of what is the dataset a sample, and how biased?", "dataBiases"),
    "personal": Topic(
        _COMPOSITION,
        "Does it hold what is personal, sensitive or offensive?",
        "personalSensitiveInformation",
    ),
    "collection": Topic(_COLLECTION, "How was the data acquired, and when?", "dataCollection"),
    "collection_type": Topic(_COLLECTION, "Of what kind is it?", "dataCollectionType"),
    "raw": Topic(_COLLECTION, "What is the raw data, and is it kept?", "dataCollectionRawData"),
    "consent": Topic(_COLLECTION, "Were those who wrote it asked?"),
    "annotation": Topic(_PREPROCESSING, "How was it labelled?", "dataAnnotationProtocol"),
    "annotators": Topic(_PREPROCESSING, "By whom?", "annotatorDemographics"),
    "platform": Topic(_PREPROCESSING, "By what means?", "dataAnnotationPlatform"),
    "per_item": Topic(_PREPROCESSING, "How often is each instance labelled?", "annotationsPerItem"),
    "agreement": Topic(
        _PREPROCESSING, "What is known of how good the labels are?", "dataAnnotationAnalysis"
    ),
    "preprocessing": Topic(_PREPROCESSING, "How was it processed?", "dataPreprocessingProtocol"),
    "uses": Topic(_USES, "What is it for?", "dataUseCases"),
    "unfit": Topic(_USES, "What should it not be used for?", "dataLimitations"),
    "impact": Topic(_USES, "What may come of using it?", "dataSocialImpact"),
    "licence": Topic(_DISTRIBUTION, "Under which licence is it distributed?"),
    "distribution": Topic(_DISTRIBUTION, "How is it distributed?"),
    "maintenance": Topic(_MAINTENANCE, "Who maintains it, and how?", "dataReleaseMaintenancePlan"),
}
"""Every topic, in the order of the datasheet."""
