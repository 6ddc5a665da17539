"""A process that spends one budget as fast as it may; run by the tests of leases."""

from __future__ import annotations

import os
import signal
import sys
import time

from holdpoint import EnforcementHaltError, Holdpoint


def main(control_plane: str, api_key: str, user_id: str, cost: float) -> None:
    """Writes `ready`; after a line from outside `try`, then `spent` or `held`, for every step; `closed` at the end."""
    over = False

    def end(*_: object) -> None:
        nonlocal over
        over = True

    signal.signal(signal.SIGTERM, end)
    hp = Holdpoint(control_plane=control_plane, api_key=api_key, stream=False, capture_content=False)
    os.write(1, b"ready\n")
    sys.stdin.readline()
    while not over:
        os.write(1, b"try\n")
        try:
            hp.enforce_policy(agent_id="bot", user_id=user_id, estimated_cost=cost)
        except EnforcementHaltError:
            os.write(1, b"held\n")
            time.sleep(0.02)
        else:
            os.write(1, b"spent\n")
            time.sleep(0.001)
    hp.close()
    os.write(1, b"closed\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]))
