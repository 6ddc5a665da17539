"""The client."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

from ..._core import (
    Agent,
    Decision,
    EnforceRequest,
    Message,
    Policy,
    Restorer,
    TokenVault,
    ToolCall,
    ToolOutput,
    create_restorer,
    restore_tokens,
)
from ..clock import Clock
from ..events.traces import SpanHandle, TraceHandle
from ..streams.guard_stream import GuardedStream, StreamParts
from ..types import (
    BundleKey,
    ClassifierOption,
    FailMode,
    OnApproval,
    SelfTestReport,
    TelemetryOptions,
    UsageStore,
)
from .controls import Controls
from .new_token_vault import new_token_vault
from .open_trace import open_trace
from .process_life import renew_when_forked
from .requests import (
    build_output_request,
    build_policy_request,
    build_tool_call_request,
    build_tool_result_request,
    pick_request_fields,
)
from .running import Running
from .self_test import self_test
from .settings import read_settings
from .straight_ahead import straight_ahead


class Holdpoint(Controls):
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
        unless given. `api_key`: of the control plane; one that it does not know raises AuthError. `agents`: known from
        the start; `register_agent` adds more. `usage`: where budgets and sessions are counted; this process's memory
        unless given. `reload`: False does not watch the policy file. `stream`: False opens no push stream; changes
        then arrive by polling alone.

        Times are milliseconds, in brackets what holds unless given. `poll_interval_ms` (15000): between polls for
        bundles and pauses. `reload_debounce_ms` (100): from a change of the policy file to its reading.
        `first_bundle_timeout_ms` (5000): how long this call waits for the first bundle. `request_timeout_ms` (10000):
        one request. `approval_poll_interval_ms` (1000): between questions after an approval that nobody pushes.
        `approval_timeout_ms` (1800000): how long a step waits for a human. `queue_capacity` (10000): events that may
        wait to be sent; further ones are lost, and counted. `batch_size` (200): events of one request.
        `flush_interval_ms` (1000): how old an unsent event may grow. `close_timeout_ms` (5000): the longest that
        `close` and `flush` wait.
        """
        # Every parameter is an option of its name.
        options = dict(locals())
        del options["self"]
        settings = read_settings(options)
        self._environment = settings.environment
        self._running = Running(settings)
        self._enforcer = self._running.enforcer
        self._closing = threading.Lock()
        renew_when_forked(self)
        self._closed = False

    @straight_ahead
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
        trace: TraceHandle | SpanHandle | None = None,
        cancel: threading.Event | None = None,
        vault: TokenVault | None = None,
    ) -> Decision:
        """Before the model, or any phase that the request names; gives back the Decision of a step that may happen.

        Raises PolicyBlockedError, AgentPausedError, ApprovalDeniedError, ApprovalTimeoutError or
        EnforcementUnavailableError. `request` has the fields as one object or dictionary instead. `phase`: `input`
        unless given, `tool_call`, `tool_result`, `output` or `agent_call`. `estimated_cost`: US dollars;
        `estimated_tokens`: tokens; both are reserved of budgets until the trace records what was used.
        `conversation_history`: earlier messages, oldest first.

        Every verb takes `trace`, to which the decision and its reserved spend belong, or a span of it: the step that
        the decision is about, and its receipt then stands for no other (SPECIFICATION R-10); `cancel`, which ends the
        wait for an approval when it is set (the step is then held), and `vault`, which takes the values that policies
        with `strategy: tokenize` replace by tokens.
        """
        built = build_policy_request(request, pick_request_fields(locals()), self._environment)
        return self._enforcer.enforce(built, trace, cancel, vault)

    def enforce_tool_call(
        self,
        *,
        agent_id: str,
        tool: str,
        args: dict[str, Any] | None = None,
        trace: TraceHandle | SpanHandle | None = None,
        cancel: threading.Event | None = None,
        vault: TokenVault | None = None,
        **fields: Any,
    ) -> Decision:
        """Before a tool runs. Arguments to use instead are under `/tool/args`; see `apply_transforms`.

        Gives back and raises what `enforce_policy` does, and takes its other keywords.
        """
        built = build_tool_call_request(tool, args, {"agent_id": agent_id, **fields}, self._environment)
        return self._enforcer.enforce(built, trace, cancel, vault)

    def enforce_tool_result(
        self,
        *,
        agent_id: str,
        tool: str,
        result: Any,
        args: Any = None,
        trace: TraceHandle | SpanHandle | None = None,
        cancel: threading.Event | None = None,
        vault: TokenVault | None = None,
        **fields: Any,
    ) -> Decision:
        """Before a tool's result enters the context. Texts to use instead are under `/toolOutputs/0/output`.

        Gives back and raises what `enforce_policy` does, and takes its other keywords.
        """
        built = build_tool_result_request(tool, args, result, {"agent_id": agent_id, **fields}, self._environment)
        return self._enforcer.enforce(built, trace, cancel, vault)

    def enforce_output(
        self,
        *,
        agent_id: str,
        output: str,
        trace: TraceHandle | SpanHandle | None = None,
        cancel: threading.Event | None = None,
        vault: TokenVault | None = None,
        **fields: Any,
    ) -> Decision:
        """Before an output reaches anyone. The text to use instead is under `/output`; see `text_of`.

        Gives back and raises what `enforce_policy` does, and takes its other keywords.
        """
        built = build_output_request(output, {"agent_id": agent_id, **fields}, self._environment)
        return self._enforcer.enforce(built, trace, cancel, vault)

    def guard_stream(
        self,
        source: Iterable[Any],
        /,
        *,
        agent_id: str,
        read: Callable[[Any], str | None] | None = None,
        write: Callable[[Any, str], Any] | None = None,
        hold_back: int = 0,
        trace: TraceHandle | SpanHandle | None = None,
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

        enforcer = self._enforcer
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
        return self._enforcer.decide(build_policy_request(request, fields, self._environment), explain=explain)

    def examine(
        self, request: EnforceRequest | dict[str, Any] | None = None, /, *, explain: bool = False, **fields: Any
    ) -> Decision:
        """As `evaluate`, once the classifiers are asked that the step wants; validators are not. Raises nothing."""
        return self._enforcer.examine(build_policy_request(request, fields, self._environment), explain=explain)

    def create_token_vault(self) -> TokenVault:
        """A vault for the tokens of one request: pass it with every step, then to `restore`.

        Its values never leave this process.
        """
        return new_token_vault()

    def restore(self, text: str, vault: TokenVault, *, as_json: bool = False) -> str:
        """The text with the vault's tokens replaced by what they stand for; tokens that it does not know stay."""
        return restore_tokens(vault, text, as_json=as_json)

    def create_restorer(self, vault: TokenVault, *, as_json: bool = False) -> Restorer:
        """`restore` for a text that comes in pieces, a token cut in two included: `push` each, then `end`."""
        return create_restorer(vault, as_json=as_json)

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
        start = {"agentId": agent_id, "sessionId": session_id, "userId": user_id, "input": input, "name": name}
        more = {"metadata": metadata, "parentTraceId": parent_trace_id, "spanType": span_type}
        return open_trace(self._running, {**start, **more, "environment": environment, "tags": tags})

    def self_test(self, *, monitor_only: bool = False, canaries: Sequence[Any] = ()) -> SelfTestReport:
        """Sends canaries through this client's own path: a step of a paused agent through every verb, and those given.

        Raises HoldpointError, naming what was not stopped; also when no policy in force can stop anything, unless
        `monitor_only` says that this is meant. `canaries`: requests that the policies in force must stop; they are
        decided, and nothing else happens.
        """
        return self_test(self, canaries, monitor_only=monitor_only)

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
