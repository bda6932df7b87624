"""How Keras made sequences of ids out of the reviews. Pure: no files, no TFDS, no TensorFlow.

In come the reviews of a source (`corpus.build`), out come the vocabulary, the ranks of each
review's words, and under any settings the sequences (`sequences.encode`).

How text is cut into words stands in `tokenizer`, counts, ranks and their ties in `vocabulary` and
`legacy_dict`, what settings do to a sequence in `sequences`, which reviews are held out for
validation in `validation`.
"""
