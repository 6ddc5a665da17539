"""The client."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Literal

from ..._core import (
    Agent,
    Decision,
    EnforceRequest,
    Message,
    Pause,
    Policy,
    Restorer,
    TokenVault,
    ToolCall,
    ToolOutput,
    create_restorer,
    decode_message,
    from_wire,
    parse_instant,
    restore_tokens,
)
from ..._gen.errors import ConfigError
from ..clock import Clock
from ..events.emitter import Listener
from ..events.traced_text import read_name
from ..events.traces import TraceHandle
from ..policies.describe import describe_problems
from ..streams.guard_stream import GuardedStream, StreamParts
from ..types import (
    BundleKey,
    ClassifierOption,
    EventName,
    FailMode,
    HoldpointStats,
    OnApproval,
    SelfTestReport,
    TelemetryOptions,
    UsageStore,
)
from .halt_errors import create_paused_error
from .new_token_vault import new_token_vault
from .process_life import renew_when_forked
from .requests import (
    build_output_request,
    build_policy_request,
    build_tool_call_request,
    build_tool_result_request,
    copy_request,
)
from .running import Running
from .self_test import self_test
from .settings import read_agent, read_settings, wire_names

_EVENTS = ("decision", "blocked", "paused", "approval", "sync", "dropped", "ungoverned")


class Holdpoint:
    """One client for all agents of a process, safe for threads.

    The verbs decide in this process and give back the Decision of a step that may happen; otherwise they raise
    PolicyBlockedError, AgentPausedError, ApprovalDeniedError, ApprovalTimeoutError or EnforcementUnavailableError, and
    nothing else, whatever they are given.
    """

    def __init__(
        self,
        *,
        policies: str | os.PathLike[str] | Sequence[Policy | dict[str, Any]] | dict[str, Any] | None = None,
        control_plane: str | None = None,
        api_key: str | None = None,
        environment: str | None = None,
        fail_mode: FailMode | None = None,
        agents: Sequence[Agent | dict[str, Any]] | None = None,
        on_approval: OnApproval | None = None,
        classifiers: Mapping[str, ClassifierOption] | None = None,
        usage: UsageStore | None = None,
        bundle_keys: Sequence[BundleKey | dict[str, str]] | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
        max_staleness_ms: float | None = None,
        spool: bool | dict[str, Any] | None = None,
        capture_content: bool = True,
        telemetry: bool | TelemetryOptions = False,
        reload: bool = True,
        stream: bool = True,
        salt: bytes | None = None,
        clock: Clock | None = None,
        poll_interval_ms: float | None = None,
        reload_debounce_ms: float | None = None,
        first_bundle_timeout_ms: float | None = None,
        request_timeout_ms: float | None = None,
        approval_poll_interval_ms: float | None = None,
        approval_timeout_ms: float | None = None,
        queue_capacity: int | None = None,
        batch_size: int | None = None,
        flush_interval_ms: float | None = None,
        close_timeout_ms: float | None = None,
    ) -> None:
        """Starts a client; raises ConfigError, PolicyCompileError or AuthError.

        `policies`: the path of a YAML or JSON file (reloaded when it changes), a list of policies, or a document.
        `control_plane`: base URL; its policies are added to the local ones, and the strictest verdict wins.
        `environment`: filled into requests that name none. `fail_mode`: before the first plan `closed` refuses, `open`
        lets pass and counts an ungoverned call. `on_approval` asks a human in this process, before the control plane
        does. `classifiers`: models that score texts for the policies that name them, asked before the decision, by
        name: functions, plain or asynchronous, `FunctionClassifier`s or `EndpointClassifier`s. `bundle_keys`: pinned
        public keys; without them they are fetched once. `cache_dir`: where the last good bundle is kept.
        `max_staleness_ms`: how long a bundle holds that the control plane does not confirm, at least
        twice `poll_interval_ms`, for ever unless given; then `fail_mode` decides: `closed` refuses every step, `open`
        goes on with the last plan. `spool`: where traces wait until the control plane has taken them, so that
        neither a killed process nor a dead server loses them; on with `cache_dir`, in a directory below it;
        False keeps them in memory alone, and a dictionary may have `directory`, `max_bytes` and `sync`
        (`always`, `interval` or `never`: when the disk is waited for, which matters for a power cut, not for a
        killed process). `capture_content`: False leaves inputs, outputs and arguments out of traces. `telemetry`:
        spans and metrics through `opentelemetry-api`, which has to be installed then. `salt`:
        key of the hashes in evidence, for local policies. `clock`: milliseconds since the epoch; the machine's
        unless given.
        """
        numbers = {
            "poll_interval_ms": poll_interval_ms,
            "reload_debounce_ms": reload_debounce_ms,
            "first_bundle_timeout_ms": first_bundle_timeout_ms,
            "request_timeout_ms": request_timeout_ms,
            "approval_poll_interval_ms": approval_poll_interval_ms,
            "approval_timeout_ms": approval_timeout_ms,
            "queue_capacity": queue_capacity,
            "batch_size": batch_size,
            "flush_interval_ms": flush_interval_ms,
            "close_timeout_ms": close_timeout_ms,
        }
        settings = read_settings(
            numbers,
            policies=policies,
            control_plane=control_plane,
            api_key=api_key,
            environment=environment,
            fail_mode=fail_mode,
            agents=agents,
            on_approval=on_approval,
            classifiers=classifiers,
            usage=usage,
            bundle_keys=bundle_keys,
            cache_dir=cache_dir,
            max_staleness_ms=max_staleness_ms,
            spool=spool,
            capture_content=capture_content,
            telemetry=telemetry,
            reload=reload,
            stream=stream,
            salt=salt,
            clock=clock,
        )
        self._environment = settings.environment
        self._running = Running(settings)
        self._closing = threading.Lock()
        renew_when_forked(self)
        self._closed = False

    def enforce_policy(
        self,
        request: EnforceRequest | dict[str, Any] | None = None,
        /,
        *,
        agent_id: str | None = None,
        input: str | None = None,  # noqa: A002
        output: str | None = None,
        phase: str | None = None,
        tool: ToolCall | dict[str, Any] | None = None,
        tool_outputs: Sequence[ToolOutput | dict[str, Any]] | None = None,
        conversation_history: Sequence[Message | dict[str, Any]] | None = None,
        tools: Sequence[str] | None = None,
        environment: str | None = None,
        metadata: dict[str, Any] | None = None,
        estimated_cost: float | None = None,
        estimated_tokens: float | None = None,
        model: str | None = None,
        user_id: str | None = None,
        session_id: str | None = None,
        trace: TraceHandle | None = None,
        cancel: threading.Event | None = None,
        vault: TokenVault | None = None,
    ) -> Decision:
        """Before the model, or any phase that the request names.

        Every verb takes `trace`, to which the decision and its reserved spend belong, `cancel`, which ends the wait
        for an approval when it is set (the step is then held), and `vault`, which takes the values that policies with
        `strategy: tokenize` replace by tokens.
        """
        # A request without keywords needs no look at each of them.
        alone = (
            agent_id is None
            and input is None
            and output is None
            and phase is None
            and tool is None
            and tool_outputs is None
            and conversation_history is None
            and tools is None
            and environment is None
            and metadata is None
            and estimated_cost is None
            and estimated_tokens is None
            and model is None
            and user_id is None
            and session_id is None
        )
        if alone and type(request) is dict:
            copied = copy_request(request, self._environment)
            return self._running.enforcer.enforce(copied, trace, cancel, vault)
        fields = {
            "agent_id": agent_id,
            "input": input,
            "output": output,
            "phase": phase,
            "tool": tool,
            "tool_outputs": tool_outputs,
            "conversation_history": conversation_history,
            "tools": tools,
            "environment": environment,
            "metadata": metadata,
            "estimated_cost": estimated_cost,
            "estimated_tokens": estimated_tokens,
            "model": model,
            "user_id": user_id,
            "session_id": session_id,
        }
        built = build_policy_request(request, fields, self._environment)
        return self._running.enforcer.enforce(built, trace, cancel, vault)

    def enforce_tool_call(
        self,
        *,
        agent_id: str,
        tool: str,
        args: dict[str, Any] | None = None,
        trace: TraceHandle | None = None,
        cancel: threading.Event | None = None,
        vault: TokenVault | None = None,
        **fields: Any,
    ) -> Decision:
        """Before a tool runs. Other keywords are those of `enforce_policy`."""
        built = build_tool_call_request(tool, args, {"agent_id": agent_id, **fields}, self._environment)
        return self._running.enforcer.enforce(built, trace, cancel, vault)

    def enforce_tool_result(
        self,
        *,
        agent_id: str,
        tool: str,
        result: Any,
        args: Any = None,
        trace: TraceHandle | None = None,
        cancel: threading.Event | None = None,
        vault: TokenVault | None = None,
        **fields: Any,
    ) -> Decision:
        """Before a tool's result enters the context. Texts to use instead are under `/toolOutputs/0/output`."""
        built = build_tool_result_request(tool, args, result, {"agent_id": agent_id, **fields}, self._environment)
        return self._running.enforcer.enforce(built, trace, cancel, vault)

    def enforce_output(
        self,
        *,
        agent_id: str,
        output: str,
        trace: TraceHandle | None = None,
        cancel: threading.Event | None = None,
        vault: TokenVault | None = None,
        **fields: Any,
    ) -> Decision:
        """Before an output reaches anyone. The text to use instead is under `/output`."""
        built = build_output_request(output, {"agent_id": agent_id, **fields}, self._environment)
        return self._running.enforcer.enforce(built, trace, cancel, vault)

    def guard_stream(
        self,
        source: Iterable[Any],
        /,
        *,
        agent_id: str,
        read: Callable[[Any], str | None] | None = None,
        write: Callable[[Any, str], Any] | None = None,
        hold_back: int = 0,
        trace: TraceHandle | None = None,
        cancel: threading.Event | None = None,
        vault: TokenVault | None = None,
        **fields: Any,
    ) -> GuardedStream:
        """An output that flows, let out as it is judged, everything replaced in it that the policies replace.

        Ends with PolicyBlockedError at the first finding that blocks, before anything of it went out, and with the
        other halt errors as the verbs do (SPECIFICATION F-1 to F-10). `read` and `write`: how the text of parts that
        are no text is read (None: there is none) and written. `hold_back`: code points held back behind what goes
        out; the plan's own needs are the least. For an asynchronous source use `AsyncHoldpoint`.
        """

        def build(output: str) -> Any:
            return build_output_request(output, {"agent_id": agent_id, **fields}, self._environment)

        enforcer = self._running.enforcer
        parts = StreamParts(
            lambda output: enforcer.judge(build(output), trace, vault),
            lambda output: enforcer.observe(build(output), trace, vault),
            read,
            write,
            hold_back,
        )
        return GuardedStream(source, parts, lambda output: enforcer.finish_stream(build(output), trace, cancel, vault))

    def evaluate(
        self, request: EnforceRequest | dict[str, Any] | None = None, /, *, explain: bool = False, **fields: Any
    ) -> Decision:
        """The verdict alone, with `explain` also why: raises nothing, records nothing, reserves no spend.

        Asks nobody: a policy that needs a classifier or a validator is undecided; `examine` asks classifiers.
        """
        return self._running.enforcer.decide(build_policy_request(request, fields, self._environment), explain=explain)

    def examine(
        self, request: EnforceRequest | dict[str, Any] | None = None, /, *, explain: bool = False, **fields: Any
    ) -> Decision:
        """As `evaluate`, once the classifiers are asked that the step wants; validators are not. Raises nothing."""
        return self._running.enforcer.examine(build_policy_request(request, fields, self._environment), explain=explain)

    def create_token_vault(self) -> TokenVault:
        """A vault for the tokens of one request: pass it with every step, then to `restore`.

        Its values never leave this process.
        """
        return new_token_vault()

    def restore(self, text: str, vault: TokenVault, *, as_json: bool = False) -> str:
        """The text with the vault's tokens replaced by what they stand for; tokens that it does not know stay."""
        return restore_tokens(vault, text, as_json=as_json)

    def create_restorer(self, vault: TokenVault, *, as_json: bool = False) -> Restorer:
        """The same for a text that comes in pieces, a token cut in two included."""
        return create_restorer(vault, as_json=as_json)

    def register_agent(self, agent: Agent | dict[str, Any] | None = None, /, **fields: Any) -> None:
        """Makes an agent known here and at the control plane; again changes it.

        Returns also when the control plane cannot be reached: it is tried again in the background. Raises ConfigError
        (malformed, refused) or AuthError.
        """
        given = agent if agent is not None and not fields else {**_as_dict(agent), **wire_names("Agent", fields)}
        self._running.registry.register(read_agent(given))

    def start_trace(
        self,
        *,
        agent_id: str,
        session_id: str | None = None,
        user_id: str | None = None,
        input: str | None = None,  # noqa: A002
        name: str | None = None,
        metadata: dict[str, Any] | None = None,
        parent_trace_id: str | None = None,
        span_type: str | None = None,
        environment: str | None = None,
        tags: Sequence[str] | None = None,
    ) -> TraceHandle:
        """One run of an agent, a context manager. Raises AgentPausedError while the agent is paused."""
        running = self._running
        decision = running.enforcer.decide({"agentId": agent_id})
        if decision.verdict == "paused":
            running.recorder.report_halt(decision)
            raise create_paused_error(decision)
        return running.traces.start(
            {
                "agentId": agent_id,
                "sessionId": session_id,
                "userId": user_id,
                "input": input,
                "name": name,
                "metadata": metadata,
                "parentTraceId": parent_trace_id,
                "spanType": span_type,
                "environment": environment,
                "tags": tags,
            }
        )

    def pause_agent(
        self, target_id: str, *, level: str = "agent", reason: str | None = None, until: str | None = None
    ) -> None:
        """Holds an agent (or a team, a workspace, everyone) in this process, at once. Raises ConfigError."""
        given = {"level": level, "targetId": target_id, "reason": reason, "until": until}
        read = decode_message("Pause", given)
        if read.value is None:
            raise ConfigError(f"the pause cannot be read: {describe_problems(read.problems)}")
        if until and math.isnan(parse_instant(until)):
            raise ConfigError("the pause cannot be read: `/until`: expected a time such as `2030-01-31T12:00:00Z`")
        self._running.pauses.add_local(from_wire(Pause, read.value))

    def resume_agent(self, target_id: str, *, level: str = "agent") -> bool:
        """Lifts a pause that this process has made; True when there was one. A control plane's pauses stay."""
        return self._running.pauses.remove_local(level, target_id)

    def on(self, name: EventName, listener: Listener) -> Holdpoint:
        """Calls a function on every event of a name, in the thread in which it happens."""
        if name not in _EVENTS:
            raise ConfigError(f"unknown event `{str(name)[:64]}`, expected one of {', '.join(_EVENTS)}")
        if not callable(listener):
            raise ConfigError("expected a function as listener")
        self._running.emitter.on(name, listener)
        return self

    def off(self, name: EventName, listener: Listener) -> Holdpoint:
        """Stops calling it."""
        self._running.emitter.off(name, listener)
        return self

    def stats(self) -> HoldpointStats:
        """Where the client stands."""
        running = self._running
        current = running.snapshot.current
        return HoldpointStats(
            ready=current.plan is not None,
            bundle_version=current.version,
            plan_digest=current.plan.digest if current.plan else None,
            bundle_age_ms=running.connection.bundle_age_ms() if running.connection else None,
            stale=running.connection.is_stale() if running.connection else False,
            policy_count=len(current.plan.written) if current.plan else 0,
            pauses=running.pauses.list(),
            decisions=dict(running.recorder.counts),
            ungoverned_calls=running.ungoverned.totals["no_plan"] + running.ungoverned.totals["stale"],
            ungoverned=dict(running.ungoverned.totals),
            queued_traces=running.lane.queued() if running.lane else 0,
            sent_traces=running.lane.sent() if running.lane else 0,
            dropped_traces=dict(running.drops.totals),
            spool=running.lane.spool() if running.lane else None,
            leases=running.usage.stats(),
            missing_classifiers=running.classifiers.missing(current.plan),
            last_sync=running.sync.last,
        )

    def self_test(self, *, monitor_only: bool = False, canaries: Sequence[Any] = ()) -> SelfTestReport:
        """Sends canaries through this client's own path: a step of a paused agent through every verb, and those given.

        Raises HoldpointError, naming what was not stopped; also when no policy in force can stop anything, unless
        `monitor_only` says that this is meant. `canaries`: requests that the policies in force must stop; they are
        decided, and nothing else happens.
        """
        return self_test(self, canaries, monitor_only=monitor_only)

    def report_ungoverned(self, reason: Literal["handler_error", "no_handler"], hook: str | None = None) -> None:
        """Counts a step that went by without being judged as it should have been, for adapters.

        `handler_error`: a hook of ours failed; `no_handler`: there was none in place. `hook` names where. Shown in
        `stats()`, told to listeners and to the control plane. Never raises.
        """
        known = "handler_error" if reason == "handler_error" else "no_handler"
        self._running.ungoverned.add(known, place=read_name(hook))

    def flush(self) -> None:
        """Returns when what was recorded so far is sent or dropped, or the close time-out is over. Never raises.

        With a spool it is on disk by then, and sent once the control plane can be reached.
        """
        lane = self._running.lane
        if lane is not None:
            lane.flush(self._running.settings.close_timeout_ms)

    def close(self) -> None:
        """Ends open traces, sends what is left within the close time-out, stops everything. Verdicts stay available."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._running.close()

    def __enter__(self) -> Holdpoint:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _as_dict(agent: Any) -> dict[str, Any]:
    if agent is None:
        return {}
    if isinstance(agent, dict):
        return agent
    raise ConfigError("expected an agent or keywords, not both")
