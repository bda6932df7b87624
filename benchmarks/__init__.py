"""Benchmarks of this package beside its peers, both in the same run.

    pip install -r benchmarks/requirements.txt
    IMDB_KERAS_ARCHIVE=/data/aclImdb_v1.tar.gz python -m benchmarks

A run of all of them writes `RESULTS.md`; `--only NAME` runs one and prints its tables. Each figure
is a ratio, ours to the peer's, and has a bound; the exit status is 1 if one is missed.
"""
