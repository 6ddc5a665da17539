"""Reads policies, then requests, one JSON line each; answers the SHA-256 of each decision's canonical JSON."""

import hashlib
import json
import sys

from holdpoint.core import canonical_json, compile_policies, evaluate


class NothingSpent:
    """Counters that are all zero."""

    def read(self, counter: object) -> int:  # noqa: ARG002
        """Nothing was spent."""
        return 0


setup = json.loads(sys.stdin.readline())
compiled = compile_policies(setup["policies"])
for line in sys.stdin:
    decision = evaluate(compiled.plan, json.loads(line), NothingSpent(), lambda: setup["nowMs"])
    print(hashlib.sha256(canonical_json(decision).encode("utf-8", "surrogatepass")).hexdigest())
