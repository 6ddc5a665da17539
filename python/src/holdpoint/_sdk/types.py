"""What the client gives and takes."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from .._core import CompileProblem, Counter, Decision, Pause, Receipt, Violation
from .._gen.tables import ApprovalOutcome, CertificateProblem

FailMode = Literal["closed", "open"]
SyncSource = Literal["file", "control-plane", "cache", "agents"]
EventName = Literal["decision", "blocked", "paused", "approval", "sync", "dropped", "ungoverned"]


class UsageStore(Protocol):
    """Counters of what was used: whole micro-dollars, tokens, calls. Called from any thread; neither method may raise.

    A store may have more, which the client keeps itself where it does not: `reserve(charges, into)`, `settle(id,
    cost_micros)`, `release(id)`, and `session(session_id)`, `record(effect)`. `reserve` gives an id, or None to refuse:
    the call is then held; a store that leases budgets may refuse a charge that is `strict`. `session` gives a
    `SessionState`, or None, and raises when it cannot be read. See `MemoryUsageStore` and `Counter.kind`.
    """

    def read(self, counter: Counter) -> float:
        """What was counted so far; NaN when it cannot be read (the policy then fails closed)."""
        ...

    def add(self, counter: Counter, amount: int) -> None:
        """Adds to a counter; a negative amount gives back what was reserved too much."""
        ...


@dataclass(frozen=True, slots=True)
class ClassifierContext:
    """What a classifier is told beside the texts. `cancel` is set when its time is over, or the step was cancelled."""

    cancel: threading.Event
    phase: str
    agent_id: str


# A number from 0 to 1 for all texts together, or such numbers by label.
ClassifierScores: TypeAlias = "float | Mapping[str, float]"
ClassifierFunction: TypeAlias = Callable[
    [Sequence[str], ClassifierContext], "ClassifierScores | Awaitable[ClassifierScores]"
]


@dataclass(frozen=True, slots=True)
class FunctionClassifier:
    """A function, plain or asynchronous, with its bounds.

    `timeout_ms`: for everything, from 1 to 30000, 2000 unless given; the policy's own bound may be shorter.
    `fail_mode`: what a missing score means: `closed`, the policy is undecided; `open`, it is decided without, with an
    alert. `redact`: True takes personal data and secrets out of the texts before the classifier sees them.
    An asynchronous function runs in the loop that waits (`AsyncHoldpoint`), or in a loop of the client's own
    (`Holdpoint`); a plain one in a thread of its own.
    """

    classify: ClassifierFunction
    timeout_ms: float | None = None
    fail_mode: FailMode | None = None
    redact: bool = False


@dataclass(frozen=True, slots=True)
class EndpointClassifier:
    """An OpenAI-compatible endpoint.

    `url`: its whole address, for example `https://api.openai.com/v1/moderations`. `api_key_env`: the variable of the
    environment that holds the key. `allow_private`: True lets the address be private, and http. `question`: what a chat
    model is asked about the texts; the answer is a score, 1 for yes. `examples`: for `embeddings`, texts of which near
    ones score high, or lists of them by label. `timeout_ms`, `fail_mode`, `redact`: as for `FunctionClassifier`.
    """

    url: str
    kind: Literal["moderations", "chat", "embeddings"]
    model: str
    api_key: str | None = field(default=None, repr=False)
    api_key_env: str | None = None
    allow_private: bool = False
    question: str | None = None
    examples: Sequence[str] | Mapping[str, Sequence[str]] | None = None
    timeout_ms: float | None = None
    fail_mode: FailMode | None = None
    redact: bool = False


ClassifierOption: TypeAlias = "ClassifierFunction | FunctionClassifier | EndpointClassifier"


@dataclass(frozen=True, slots=True)
class ApprovalContext:
    """What is asked of a human: `action` is the exact step as plain JSON, `action_hash` its SHA-256, hex."""

    agent_id: str
    decision: Decision
    violations: tuple[Violation, ...]
    action: dict[str, Any]
    action_hash: str


# True or {"approved": True} approves; anything else denies, {"approved": False, "reason": …} with a reason.
ApprovalAnswer: TypeAlias = "bool | Mapping[str, Any]"
OnApproval: TypeAlias = Callable[[ApprovalContext], "ApprovalAnswer | Awaitable[ApprovalAnswer]"]


@dataclass(frozen=True, slots=True)
class ApprovalProof:
    """What a checked certificate says: the human, as named by who decided, and the key that did (`key:<id>`).

    `expires_at` is RFC 3339; `certificate` the DSSE envelope (SPECIFICATION A-9), for whoever wants to check it again.
    """

    approver: str
    approver_key: str
    expires_at: str
    certificate: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ApprovalEvent:
    """The wait for an approval has ended.

    `action_hash`: SHA-256 of the canonical action, hex. `approval_id` is None where the program's own callback was
    asked, or the request did not arrive. `problem`: what was wrong with the certificate, for `refused`. `proof`: for
    `approved` by a control plane.
    """

    agent_id: str
    action_hash: str
    approval_id: str | None
    outcome: ApprovalOutcome
    problem: CertificateProblem | None
    reason: str | None
    proof: ApprovalProof | None


@dataclass(frozen=True, slots=True)
class DecisionEvent:
    """A decision was made. `decided_at` is RFC 3339.

    `receipt()` is its proof, chained to those before it in its session, hashed when it is asked for.
    """

    decision: Decision
    decision_id: str
    decided_at: str
    duration_us: float
    trace_id: str | None
    receipt: Callable[[], Receipt]


@dataclass(frozen=True, slots=True)
class BlockedEvent:
    """A step was stopped."""

    decision: Decision
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class PausedEvent:
    """A step of a paused agent was stopped."""

    agent_id: str
    level: str
    reason: str
    until: str | None


@dataclass(frozen=True, slots=True)
class SyncEvent:
    """Something tried to change the plan. With `ok` False the last good plan is still in force.

    With `ok` True problems are of policies that are in force and cannot be decided, such as one that names a classifier
    that this client does not have.

    `version`: of the bundle in force, 0 without one. `plan_digest`: of the plan in force.
    """

    ok: bool
    source: SyncSource
    version: int
    plan_digest: str | None
    problems: tuple[CompileProblem, ...]


@dataclass(frozen=True, slots=True)
class DroppedEvent:
    """Events were lost. `count`: since the last event of this reason; `total`: since the start, of this reason."""

    reason: str
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class UngovernedEvent:
    """Steps went by that were not judged as they should have been, as `DroppedEvent` counts.

    `hook`: where the last of them happened, as the adapter calls it.
    """

    reason: str
    count: int
    total: int
    hook: str | None


@dataclass(frozen=True, slots=True)
class TelemetryOptions:
    """Where OpenTelemetry spans and metrics go: the program's global providers unless given.

    `capture_attributes`: True copies the texts, numbers and booleans among the attributes of spans; they may hold
    content.
    """

    tracer_provider: Any = None
    meter_provider: Any = None
    capture_attributes: bool = False


@dataclass(frozen=True, slots=True)
class SelfTestReport:
    """The verbs that stopped a paused agent (all of them), active policies that can block or hold, canaries stopped."""

    stopped: tuple[str, ...]
    holding_policies: int
    canaries: int


@dataclass(frozen=True, slots=True)
class SpoolStats:
    """Where the spool on disk stands.

    `bytes`: of segments that wait. `adopted`: directories taken over from processes that ended. `set_aside`: traces
    refused by the server for good, or damaged on disk. `failing`: the system's error (`ENOSPC`) while the disk cannot
    be written; traces then wait in memory.
    """

    bytes: int
    adopted: int
    set_aside: int
    failing: str | None


@dataclass(frozen=True, slots=True)
class LeaseStats:
    """Slices of budgets that processes share.

    `held`: budgets of which this process holds a slice, or wants one. `ungoverned`: steps let pass without a slice,
    because the control plane cannot be reached and the fail mode is open. `reachable`: False when the last call failed.
    """

    held: int
    ungoverned: int
    reachable: bool


@dataclass(frozen=True, slots=True)
class HoldpointStats:
    """Where the client stands. `ready`: there is a plan to decide with.

    `ungoverned_calls`: calls let pass without a plan, or under a stale one, because the fail mode is open;
    `ungoverned`: all that went by without being judged as it should have been, by reason. `bundle_age_ms`: time since
    the control plane last confirmed the bundle in force, None before the first; `stale`: that is longer than
    `max_staleness_ms`. `spool`: None without one. `leases`: None without a control plane, or with
    a usage store of the program's own.
    """

    ready: bool
    bundle_version: int
    plan_digest: str | None
    bundle_age_ms: float | None
    stale: bool
    policy_count: int
    pauses: tuple[Pause, ...]
    decisions: dict[str, int]
    ungoverned_calls: int
    ungoverned: dict[str, int]
    queued_traces: int
    sent_traces: int
    dropped_traces: dict[str, int]
    spool: SpoolStats | None
    leases: LeaseStats | None
    # Classifiers that policies in force name and this client does not have: those policies are undecided.
    missing_classifiers: tuple[str, ...]
    last_sync: SyncEvent | None


@dataclass(frozen=True, slots=True)
class BundleKey:
    """A public key of the control plane, as in its JWKS (RFC 8037); `x` is the raw key, base64url."""

    kid: str
    x: str
