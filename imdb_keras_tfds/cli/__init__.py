"""The command `imdb-keras`.

In come the arguments of a command line, out come lines on standard output and an exit status; each
command calls the public functions of one wing.
"""
