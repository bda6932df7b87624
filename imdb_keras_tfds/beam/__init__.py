"""The same dataset by Apache Beam: the bytes of one process, by any number of workers.

In come a source, settings and where the shards go (`driver.build`); out come the shards, and what
TFDS and the manifest say of them.

What workers do stands in `steps`, where reviews stand in canonical order in `listing`, the files by
which steps hand on what they found in `workspace`, and in `watch` how a pipeline is run, and ended
when a worker has died. For another runner nothing is to be changed.
"""
