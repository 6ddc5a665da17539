"""Starts a client on each policy file it is given; prints what it is told, as one line of JSON per file."""

import json
import sys
from dataclasses import asdict

from holdpoint import Holdpoint, PolicyCompileError

for path in sys.argv[1:]:
    try:
        Holdpoint(policies=path).close()
    except PolicyCompileError as error:
        print(json.dumps({"message": str(error), "problems": [asdict(problem) for problem in error.problems]}))
