"""How a dataset is kept: as records in shards, with digests by which anyone can check it.

In come ranks and sequences of `recipe`; out comes a folder of TFDS's, and from a prepared one its
records and its corpus.

The fields of a record stand in `records`, its bytes in `wire`, files of records in `shards` and
`splits`, what a folder must hold in `manifest`, `digests` and `verify`, the cache in `ranks` and
`cache`.
"""
