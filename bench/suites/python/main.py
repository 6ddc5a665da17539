"""`python bench/suites/python/main.py [--time seconds] [prefix …]`: one JSON line for each case."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[3] / "python" / "src")]

from cases import list_cases  # noqa: E402
from measure import measure  # noqa: E402


def main() -> None:
    """Runs the cases whose names begin with one of the prefixes; all without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time", type=float, default=1.0, help="seconds of each case")
    parser.add_argument("prefix", nargs="*")
    options = parser.parse_args()
    for name, make in list_cases():
        if not options.prefix or name.startswith(tuple(options.prefix)):
            print(json.dumps(measure(make(), options.time)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
