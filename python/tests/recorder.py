"""Records decisions as fast as it can and says, after each flush to disk, the last one that was acknowledged.

`recorder.py <url> <cache> record`, `record <count>` (then it kills itself), `send` (only sends what is there) or
`fork`: one process that records for each line on its standard input, with `child <pid>` and `ended <pid>` around what
it says.
"""

from __future__ import annotations

import os
import signal
import sys
import time

from holdpoint import Holdpoint


def main() -> None:
    url, cache_dir, task, *count = sys.argv[1:]
    if task != "fork":
        run(url, cache_dir, task, count)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            say(f"child {os.getpid()}")
            run(url, cache_dir, "record", [])
        os.waitpid(pid, 0)
        say(f"ended {pid}")


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def run(url: str, cache_dir: str, task: str, count: list[str]) -> None:
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
            say(f"{os.getpid()}-{step}")
        step += 1
    hp.flush()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
