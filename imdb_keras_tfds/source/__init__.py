"""Where the reviews come from.

In comes the path of the Stanford archive, of its unpacked folder, or of one's own reviews in that
layout; out come the reviews of each split in canonical order, with a digest of each folder
(`reading.read`).

What is known of the release stands in `release`, a check of names, sizes and contents in `checks`,
how a tar or a folder is read in `tar` and `folder`.
"""
