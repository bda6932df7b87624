"""What the fields of a record mean, in one line each.

Usage:

    FIELDS["rating"]   # "The reviewer's stars, 1 to 10; 0 in unsupervised."
"""

from collections.abc import Mapping

FIELDS: Mapping[str, str] = {
    "id": "The review's folder and number in the archive, train/pos/576_10.",
    "tokens": "The review as ids of words, int32, one behind the other.",
    "label": "0 negative, 1 positive; -1 in unsupervised.",
    "rating": "The reviewer's stars, 1 to 10; 0 in unsupervised.",
    "movie": "The title of the movie at IMDb, tt0105265; empty where it is not known.",
    "duplicate_of": "The id of the first review with the very same text, in the order train, test, "
    "unsupervised; empty for that one, and where there is no other.",
    "text": "The review as it is in its file.",
}
"""Name -> meaning, in the order of a record; a dataset may have fewer."""
