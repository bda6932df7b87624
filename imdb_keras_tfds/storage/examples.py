"""The serialised records of a split, out of its encoded reviews.

Usage:

    content = SplitContent()
    for example in examples(reviews, sequences.encode_in_parts(...), content):
        ...
    content.summary()   # of all that were taken
"""

from collections.abc import Iterable, Iterator

from ..ahead import ahead
from ..recipe.corpus import RankedReviews
from ..recipe.sequences import Encoded
from .digests import SplitContent
from .records import Records
from .wire import serialize, varints_of


def examples(
    reviews: RankedReviews, parts: Iterable[Encoded], content: SplitContent
) -> Iterator[bytes]:
    """Serialises a split; the next part is encoded meanwhile.

    Args:
      reviews: of the split's source.
      parts: of the split, in their order.
      content: is told of each part before its records come.
    """
    for encoded, varints in ahead((part, varints_of(part.ids)) for part in parts):
        records = Records.of(reviews, encoded)
        content.update(records)
        yield from serialize(records, varints)
