"""The same worker in Python: it spends from the same budget."""

from __future__ import annotations

import sys
import time

from holdpoint import EnforcementHaltError, Holdpoint

control_plane, api_key = sys.argv[1:]

with Holdpoint(control_plane=control_plane, api_key=api_key) as hp:
    print("ready", flush=True)
    sys.stdin.readline()
    held_in_a_row = 0
    while held_in_a_row < 40:
        print("try", flush=True)
        try:
            hp.enforce_policy(agent_id="worker", input="next item, please", estimated_cost=0.02)
            held_in_a_row = 0  # here the model would be called
        except EnforcementHaltError:
            print("held", flush=True)
            held_in_a_row += 1
        time.sleep(0.025)
