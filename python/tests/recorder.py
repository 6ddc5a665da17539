"""Records decisions as fast as it can and says, after each flush to disk, the last one that was acknowledged.

`recorder.py <url> <cache> record`, `record <count>` (then it kills itself) or `send` (only sends what is there).
"""

from __future__ import annotations

import os
import signal
import sys
import time

from holdpoint import Holdpoint


def main() -> None:
    url, cache_dir, task, *count = sys.argv[1:]
    hp = Holdpoint(
        policies=[],
        control_plane=url,
        api_key="k",
        cache_dir=cache_dir,
        stream=False,
        close_timeout_ms=1,
        first_bundle_timeout_ms=1,
        flush_interval_ms=20,
    )
    if task == "send":
        time.sleep(60)
    step = 0
    while not count or step < int(count[0]):
        hp.enforce_policy(agent_id="recorder", session_id=f"{os.getpid()}-{step}", input=f"text ü {step}")
        if step % 20 == 0:
            hp.flush()
            sys.stdout.write(f"{os.getpid()}-{step}\n")
            sys.stdout.flush()
        step += 1
    hp.flush()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
