"""Runs one of the functions, and prints its result."""

import json
import sys

from . import CHILDREN
from .profiles import profile

arguments = sys.argv[1:]
is_profiled = arguments[0] == "--profile"
name, *rest = arguments[is_profiled:]
function = CHILDREN[name]
print(json.dumps(profile(lambda: function(*rest)) if is_profiled else function(*rest)))
