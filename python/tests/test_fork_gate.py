"""A process is forked while other threads are anywhere: the new one never hangs at what they were doing."""

from __future__ import annotations

import hashlib
import hmac
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from control_plane import ControlPlane
from hypothesis import given
from hypothesis import strategies as st
from quiet_server import make_certificate
from test_killed_process import ENVIRONMENT, sessions

from holdpoint import Holdpoint
from holdpoint._core.keyed_hash import hmac_sha256
from holdpoint._sdk.fork_gate import ForkGate, fork_gate
from holdpoint._sdk.validators.endpoints import Endpoints


def in_thread(work: object) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)  # type: ignore[arg-type]
    thread.start()
    return thread


def test_a_fork_waits_for_those_inside_and_nobody_gets_in_meanwhile() -> None:
    gate, seen = ForkGate(), list[str]()
    inside, leave, closed, entered = (threading.Event() for _ in range(4))

    def stay() -> None:
        with gate:
            inside.set()
            leave.wait(30)
            seen.append("left")

    def fork() -> None:
        gate.close()
        seen.append("forked")
        closed.set()
        # Only when it is over does the other one get in.
        while len(gate.inside) != 0 or not waiting.is_alive():
            time.sleep(0.001)
        seen.append("over")
        gate.open()

    def enter() -> None:
        with gate:
            seen.append("entered")
            entered.set()

    in_thread(stay)
    assert inside.wait(30)
    forking = in_thread(fork)
    while not gate.forking:
        time.sleep(0.001)
    waiting = threading.Thread(target=enter, daemon=True)
    leave.set()
    assert closed.wait(30)
    waiting.start()
    assert entered.wait(30)
    forking.join(30)
    assert seen == ["left", "forked", "over", "entered"]
    assert gate.inside == []


def test_a_thread_that_forks_inside_does_not_wait_for_itself_and_is_inside_in_the_new_process() -> None:
    gate = ForkGate()
    with gate, gate:
        gate.close()
        with gate:
            gate.inside.append(-1)
        gate.renew()
        assert gate.inside == [threading.get_ident()] * 2
        with gate:
            assert len(gate.inside) == 3
    assert gate.inside == []
    # It can be closed again.
    gate.close()
    gate.open()
    assert not gate.forking


def test_a_fork_goes_ahead_when_somebody_inside_waits_for_the_thread_that_forks() -> None:
    gate = ForkGate()
    inside, over = threading.Event(), threading.Event()

    def stay() -> None:
        with gate:
            inside.set()
            over.wait(30)

    thread = in_thread(stay)
    assert inside.wait(30)
    gate.close()
    assert gate.forking
    # Nor does anybody wait without end for a fork that does not end.
    other = in_thread(gate.__enter__)
    other.join(30)
    assert not other.is_alive()
    over.set()
    thread.join(30)
    gate.open()


@given(key=st.binary(max_size=200), data=st.binary(max_size=5000))
def test_the_keyed_hash_is_that_of_the_library(key: bytes, data: bytes) -> None:
    assert hmac_sha256(key, data) == hmac.new(key, data, hashlib.sha256).digest()


# Threads that never rest, and children that do the same as they. A child that hangs is told of by its stack.
FORKS = """
import faulthandler, os, random, signal, ssl, sys, threading, time
from holdpoint import Holdpoint
url, forks = sys.argv[1], int(sys.argv[2])
faulthandler.register(signal.SIGUSR1, all_threads=True)
def run(busy, child, *, count=2):
    going = True
    def loop(seed):
        chance = random.Random(seed)
        while going:
            busy(chance)
    threads = [threading.Thread(target=loop, args=[n], daemon=True) for n in range(count)]
    for thread in threads:
        thread.start()
    for n in range(forks):
        pid = os.fork()
        if pid == 0:
            child(random.Random(n))
            os._exit(0)
        deadline = time.monotonic() + 40
        while os.waitpid(pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGUSR1)
                time.sleep(1)
                os.kill(pid, signal.SIGKILL)
                sys.exit(f"child {n} of {forks} hangs")
            time.sleep(0.002)
    going = False
    for thread in threads:
        thread.join()
"""

PATTERNS = """
rule = {"enforcementMode": "block", "ruleDefinition": {}}
hp = Holdpoint(policies=[{"id": kind, "policyType": kind, **rule} for kind in ("pii_access", "secret_leak")])
def decide(chance):
    wide = lambda: chance.choice((chance.randrange(32, 127), chance.randrange(32, 0x2000)))
    hp.evaluate(agent_id="a", input="".join(chr(wide()) for _ in range(3000)))
run(decide, decide)
"""

# As receipts are signed.
HASHES = """
from holdpoint._core import hmac_sha256_hex
run(lambda _: hmac_sha256_hex(b"key", "an action"), lambda _: ssl.create_default_context())
"""

TLS = """
hp = Holdpoint(policies=[], control_plane=url, api_key="k", stream=False)
def call(_):
    api = hp._running.api
    api.reopen()
    assert api.call("GET", "/.well-known/jwks.json").status == 200
def work(chance):
    call(chance)
    ssl.create_default_context()
run(call, work, count=1)
"""


# The validators' own, to hosts that a policy names.
OWN_TLS = """
from holdpoint._sdk.validators.endpoints import Endpoints
endpoints = Endpoints()
def work(_):
    until = time.monotonic() + 30
    answer = endpoints.post(url + "/validate", {}, b"{}" * 20_000, until, 100_000, lambda _: True)
    assert answer.status == 404, answer
    if sys.argv[3] == "kept":
        assert endpoints.post(url + "/validate", {}, b"", until, 100_000, lambda _: True, keep=True).status == 404
def child(chance):
    work(chance)
    ssl.create_default_context()
run(work, child, count=1)
"""

# Others are in the middle of a step when the process is forked.
STEPS = """
from uuid import uuid4
from holdpoint.adapters._langchain_runs import RunBook
from holdpoint.adapters._steps import Steps
hp = Holdpoint(policies=[])
steps, book = Steps(hp, "a", None, {}), RunBook(hp, dict)
def busy(_):
    for one in (steps, book):
        with one._lock:
            time.sleep(0.0005)
def child(_):
    for one in (steps, book):
        with one._lock:
            pass
    assert book.get(uuid4()) is None
run(busy, child)
"""


def run(program: str, *arguments: str, trusted: Path | None = None) -> None:
    environment = {**ENVIRONMENT, **({"SSL_CERT_FILE": str(trusted)} if trusted else {})}
    subprocess.run([sys.executable, "-c", program, *arguments], env=environment, check=True, timeout=300)


@pytest.mark.parametrize("program", [PATTERNS, HASHES])
def test_a_process_forked_while_others_decide_hangs_nowhere(program: str) -> None:
    run(FORKS + program, "", "25")


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[ControlPlane, Path]]:
    certificate = make_certificate(tmp_path)
    plane = ControlPlane(certificate)
    plane.set_bundle({"version": 1, "policies": []})
    yield plane, certificate[0]
    plane.close()


def test_a_process_forked_while_others_speak_tls_speaks_it_too(secure: tuple[ControlPlane, Path]) -> None:
    plane, trusted = secure
    run(FORKS + TLS, plane.url, "25", trusted=trusted)


@pytest.mark.parametrize("connections", ["new", "kept"])
def test_a_process_forked_while_a_validator_is_asked_asks_it_too(
    secure: tuple[ControlPlane, Path], connections: str
) -> None:
    plane, trusted = secure
    run(FORKS + OWN_TLS, plane.url, "25", connections, trusted=trusted)


def test_certificates_are_read_behind_the_gate_and_once(
    secure: tuple[ControlPlane, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plane, trusted = secure
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    read: list[bool] = []
    create = ssl.SSLContext.load_default_certs

    def load(context: ssl.SSLContext, purpose: ssl.Purpose = ssl.Purpose.SERVER_AUTH) -> None:
        read.append(threading.get_ident() in fork_gate.inside)
        create(context, purpose)

    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", load)
    endpoints = Endpoints()
    for _ in range(2):
        answer = endpoints.post(plane.url + "/validate", {}, b"{}", time.monotonic() + 60, 100_000, lambda _: True)
        assert answer.status == 404
    assert read == [True]


def test_a_process_forked_in_the_middle_of_an_adapters_step_takes_steps_of_its_own() -> None:
    run(FORKS + STEPS, "", "25")


def test_a_control_plane_that_speaks_tls_is_asked_and_told(
    secure: tuple[ControlPlane, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plane, trusted = secure
    long = "x" * 2_000_000
    options = {"control_plane": plane.url, "api_key": "k", "stream": False, "request_timeout_ms": 60_000}
    with monkeypatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(trusted))
        hp = Holdpoint(policies=[], first_bundle_timeout_ms=60_000, close_timeout_ms=60_000, **options)
    assert hp.stats().bundle_version == 1
    hp.enforce_policy(agent_id="a", session_id="told", input=long)
    hp.close()
    assert sessions(plane) == Counter(["told"])
    # Another authority's certificate is no certificate.
    with Holdpoint(policies=[], first_bundle_timeout_ms=60_000, close_timeout_ms=1, **options) as stranger:
        assert stranger.stats().bundle_version == 0


def test_a_call_over_tls_is_over_in_its_time(
    secure: tuple[ControlPlane, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plane, trusted = secure
    over = threading.Event()

    def hold(_: object) -> tuple[int, object, dict[str, str]]:
        over.wait(60)
        return 200, {}, {}

    plane.scripts["GET /slow"] = hold
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    options = {"control_plane": plane.url, "api_key": "k", "stream": False}
    with Holdpoint(policies=[], request_timeout_ms=300, close_timeout_ms=1, **options) as hp:
        api = hp._running.api
        assert api is not None
        answer = api.call("GET", "/slow")
        over.set()
    assert (answer.status, answer.problem) == (0, "not reached: the other side took too long")


# Threads that are in the middle of a decision when the interpreter stops them.
ENDS = """
import threading
from holdpoint import Holdpoint
rule = {"enforcementMode": "block", "ruleDefinition": {}}
hp = Holdpoint(policies=[{"id": kind, "policyType": kind, **rule} for kind in ("pii_access", "secret_leak")])
begun = threading.Barrier(5)
def decide():
    hp.evaluate(agent_id="a", input="begin")
    begun.wait()
    while True:
        hp.evaluate(agent_id="a", input="some words, a@b.example, " * 400)
for _ in range(4):
    threading.Thread(target=decide, daemon=True).start()
begun.wait()
"""


def test_a_process_ends_quietly_in_the_middle_of_decisions() -> None:
    for _ in range(5):
        run(ENDS)


# Imports in another thread would leave their locks to a process that is forked meanwhile.
IMPORTS = """
import sys, threading, time
imported = []
class Watch:
    def find_spec(self, name, path=None, target=None):
        thread = threading.current_thread().name
        if thread.startswith("holdpoint-"):
            imported.append((thread, name))
from holdpoint import Holdpoint
sys.meta_path.insert(0, Watch())
policies = [{"id": "p", "policyType": "pii_access", "enforcementMode": "block", "ruleDefinition": {}}]
hp = Holdpoint(policies=policies, control_plane=sys.argv[1], api_key="k", cache_dir=sys.argv[2], poll_interval_ms=100)
deadline = time.monotonic() + 30
while not hp.stats().bundle_version and time.monotonic() < deadline:
    time.sleep(0.01)
hp.enforce_policy(agent_id="a", session_id="s", input="x" * 100_000)
with hp.start_trace(agent_id="a") as trace:
    hp.enforce_tool_call(agent_id="a", tool="send", args={"to": ["ü"]}, trace=trace)
hp.close()
assert hp.stats().sent_traces >= 2, hp.stats()
if imported:
    sys.exit(f"imported in threads: {imported}")
"""


def test_no_thread_of_the_client_imports_anything(tmp_path: Path) -> None:
    plane = ControlPlane()
    plane.set_bundle({"version": 1, "policies": []})
    run(IMPORTS, plane.url, str(tmp_path))
    plane.close()
