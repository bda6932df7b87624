"""The command `imdb-keras`.

In come the arguments of a command line (`command`), out come lines on standard output and an exit
status. What all commands have in common stands in `parser`, `prepared`, `printing` and `quiet`, the
commands in `datasets`, `texts`, `keras_files` and `descriptions`, which call the public
functions of the wings.
"""
