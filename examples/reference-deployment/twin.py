"""The Python side of the comparison: reads policies, then requests, one JSON line each; answers each decision as JSON."""

import json
import sys

from holdpoint import Holdpoint, to_wire

setup = json.loads(sys.stdin.readline())
with Holdpoint(policies=setup["policies"]) as hp:
    for line in sys.stdin:
        request = json.loads(line)
        decision = hp.evaluate(agent_id=request["agentId"], session_id=request["sessionId"], input=request["input"])
        print(json.dumps(to_wire(decision)))
