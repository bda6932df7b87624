"""The TFDS dataset folder: the builder, and what TFDS reads beside it.

In come a config and the reviews; out comes a dataset that TFDS knows, by the builder in
`imdb_keras_dataset_builder`.

What TFDS shows of the dataset stands in `README.md`, `CITATIONS.bib` and `TAGS.txt`, the checksum
of the download in `checksums.tsv`, the digests of the listed configs in `reference_digests.json`.
"""
