"""LangChain: `HoldpointCallbackHandler(hp, agent_id=…)` among the callbacks of a run, and `guard_model` for streams."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.messages import BaseMessage
from langchain_core.outputs import LLMResult

from .. import Holdpoint, SpanHandle
from ._identity import EstimateCost, Identity, find_halt, to_text
from ._langchain_besides import read_besides
from ._langchain_documents import read_documents
from ._langchain_hearing import hear
from ._langchain_messages import (
    describe_value,
    name_of,
    read_direct,
    read_outputs,
    read_prompt,
    read_shape,
    read_tool_args,
    read_tool_calls,
    read_tool_result,
    read_usage,
    text_of_result,
)
from ._langchain_model import GUARD_MARK, guard_model, mark_of
from ._langchain_runs import Run, RunBook
from ._langchain_verify import verify
from ._long_history import in_lots, look_at_lot
from ._steps import Run as StepRun

__all__ = ["HoldpointCallbackHandler", "find_halt", "guard_model", "verify"]

Check = Callable[[Run], None]

# A graph that waits for somebody, and goes on later.
_INTERRUPTS = frozenset({"GraphInterrupt", "NodeInterrupt"})


class HoldpointCallbackHandler(BaseCallbackHandler):
    """Checks every step of a LangChain run and records it as one trace.

    A step that may not happen raises the SDK's own error out of `invoke`, `stream` or `batch`, in sync and async runs;
    the error stays with the run, so that a framework that turns it into a message for the model is stopped at its next
    hook. In an async run a wait for approval holds the event loop: answer such approvals elsewhere.
    """

    # LangChain swallows what a handler raises unless both are true.
    raise_error = True
    run_inline = True

    def __init__(
        self,
        hp: Holdpoint,
        *,
        agent_id: str,
        environment: str | None = None,
        session_id: str | None = None,
        user_id: str | None = None,
        estimate_cost: EstimateCost | None = None,
    ) -> None:
        """`estimate_cost`: the cost in USD of a model call, from the whole text that is about to be sent."""
        self._hp = hp
        self._identity = Identity(agent_id, environment, session_id, user_id, estimate_cost)
        self._book = RunBook(hp, self._identity.fields)

    @property
    def _fields(self) -> dict[str, Any]:
        return self._identity.fields()

    def holdpoint_run_of(self, run_id: UUID) -> StepRun | None:
        """For a guarded model: what its step shares with the run that this handler follows."""
        root = self._book.root_of(run_id)
        return root.shared() if root else None

    def holdpoint_span_of(self, run_id: UUID) -> SpanHandle | None:
        """For a guarded model: its step in the trace; None for one that is a whole trace."""
        run = self._book.get(run_id)
        return run.span if run else None

    @property
    def open_runs(self) -> int:
        """Runs that have begun and not ended."""
        return len(self._book)

    def on_chain_start(
        self,
        serialized: dict[str, Any] | None,
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """Opens a run; stops it when its root was stopped."""
        name = name_of(serialized, kwargs) or "chain"
        self._start(run_id, parent_run_id, name, "chain", describe_value(inputs), _nothing)

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Closes a run. An answer in a wanted shape is a call that no tool takes: what it says leaves the run here.

        So does a result that is the answer.
        """
        shape, known = read_shape(outputs), self._book.get(run_id)
        is_over = known is not None and known.root.run_id == run_id and not known.root.waits
        check = _nothing
        direct = read_direct(outputs) if is_over and shape is None else ""
        if known is not None and (direct or (known.root.open_calls and (shape is not None or is_over))):
            calls = known.root.open_calls
            said = dict.fromkeys([to_text(args) for args in calls.values()] if is_over else [])
            if shape is not None:
                said[to_text(shape)] = None
            if direct:
                said[direct] = None

            def check_said(run: Run) -> None:
                for output in said:
                    self._hp.enforce_output(output=output, trace=run.about, **self._fields)
                for call_id in [call_id for call_id, args in calls.items() if to_text(args) in said]:
                    calls.pop(call_id, None)

            check = check_said
        self._end(run_id, check, describe_value(outputs))

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Closes a run that failed."""
        run = self._book.get(run_id)
        if run is not None and type(error).__name__ in _INTERRUPTS:
            run.root.waits = True
        self._fail(run_id, error)

    def on_chat_model_start(
        self,
        serialized: dict[str, Any] | None,
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """Phase `input`: the last thing the user said, and what came before."""
        root = self._book.root_of(parent_run_id)
        checked: dict[str, str] = root.checked_results if root else {}
        flat = [message for batch in messages for message in batch]
        if root is not None:
            for message in flat:
                root.open_calls.pop(getattr(message, "tool_call_id", ""), None)
        prompt, history, whole = read_prompt(flat, checked)
        self._start_model(serialized, run_id, parent_run_id, prompt, history, whole, kwargs)

    def on_llm_start(
        self,
        serialized: dict[str, Any] | None,
        prompts: list[str],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """Phase `input`: the prompt of a model that is no chat model."""
        text = "\n".join(prompts)
        self._start_model(serialized, run_id, parent_run_id, text, [], text, kwargs)

    def on_llm_new_token(self, token: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Whoever reads a stream of a model that is not guarded has this before anything was checked (clause R-7)."""
        run = self._book.get(run_id)
        if run is None or run.is_guarded or run.is_streamed or not token:
            return
        run.is_streamed = True
        self._hp.report_ungoverned("no_handler", "langchain.stream")

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """Phase `output`: every text that the model has generated."""
        outputs = [*read_outputs(response), *read_besides(response)]

        def check(run: Run) -> None:
            for call_id, name, args in read_tool_calls(response):
                run.root.tool_names[call_id] = name
                if not run.is_guarded:
                    run.root.open_calls[call_id] = args
            usage = read_usage(response, run.model_name)
            if usage and run.root.trace:
                run.root.trace.record_usage(**usage)
            if run.is_guarded:
                return
            for output in outputs:
                self._hp.enforce_output(output=output, trace=run.about, **self._fields)

        self._end(run_id, check, "\n".join(outputs))

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Closes a run that failed."""
        self._fail(run_id, error)

    def on_tool_start(
        self,
        serialized: dict[str, Any] | None,
        input_str: str,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        inputs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Phase `tool_call`."""
        root = self._book.root_of(parent_run_id)
        call_id = kwargs.get("tool_call_id")
        called = root.tool_names.get(call_id) if root and isinstance(call_id, str) else None
        if root and isinstance(call_id, str):
            root.open_calls.pop(call_id, None)
        name = called or name_of(serialized, kwargs) or "tool"
        args = read_tool_args(inputs, input_str)

        def check(run: Run) -> None:
            run.tool = (name, args, call_id if isinstance(call_id, str) else None)
            self._hp.enforce_tool_call(tool=name, args=args, trace=run.about, **self._fields)

        self._start(run_id, parent_run_id, name, "tool", input_str, check)

    def on_tool_end(self, output: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Phase `tool_result`."""
        result = read_tool_result(output)

        def check(run: Run) -> None:
            name, args, call_id = run.tool or ("tool", None, None)
            self._hp.enforce_tool_result(tool=name, args=args, result=result, trace=run.about, **self._fields)
            if call_id is not None:
                run.root.checked_results[call_id] = text_of_result(output)

        self._end(run_id, check, describe_value(result))

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Closes a run that failed."""
        self._fail(run_id, error)

    def on_retriever_start(
        self,
        serialized: dict[str, Any] | None,
        query: str,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """Phase `tool_call`: a retriever is checked like a tool, and what it finds like its result."""
        name = name_of(serialized, kwargs) or "retriever"

        def check(run: Run) -> None:
            run.tool = (name, {"query": query}, None)
            self._hp.enforce_tool_call(tool=name, args={"query": query}, trace=run.about, **self._fields)

        self._start(run_id, parent_run_id, name, "retriever", query, check)

    def on_retriever_end(self, documents: Sequence[Document], *, run_id: UUID, **kwargs: Any) -> None:
        """Phase `tool_result`."""
        self.on_tool_end(read_documents(documents), run_id=run_id)

    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Closes a run that failed."""
        self._fail(run_id, error)

    def _start_model(
        self,
        serialized: dict[str, Any] | None,
        run_id: UUID,
        parent_run_id: UUID | None,
        prompt: str | None,
        history: list[dict[str, str]],
        whole: str,
        kwargs: dict[str, Any],
    ) -> None:
        params = kwargs.get("invocation_params") or {}
        metadata = kwargs.get("metadata") or {}
        model = params.get("model") or params.get("model_name") or metadata.get("ls_model_name")
        model_name = model if isinstance(model, str) and model else None

        def check(run: Run) -> None:
            run.model_name = model_name
            run.is_guarded = metadata.get(GUARD_MARK) == mark_of(self._hp)
            if run.is_guarded:
                return
            approved = run.root.approved_texts
            # What a human has let pass in this run is not asked again at the next turn.
            asked = None if prompt in approved else prompt
            older, earlier = in_lots([message for message in history if message["content"] not in approved])
            for lot in older:
                _, request = look_at_lot(self._hp, self._fields, lot)
                if request is not None:
                    decision = self._hp.enforce_policy(trace=run.about, **request)
                    if decision.verdict == "require_approval":
                        approved.update(message["content"] for message in lot)
            decision = self._hp.enforce_policy(
                phase="input",
                input=asked,
                conversation_history=earlier or None,
                estimated_cost=self._identity.cost_of(whole),
                model=model_name,
                trace=run.about,
                **self._fields,
            )
            if decision.verdict == "require_approval":
                approved.update(message["content"] for message in earlier)
                approved.update([] if asked is None else [asked])

        hear(self, run_id)
        name = name_of(serialized, kwargs) or "model"
        self._start(run_id, parent_run_id, name, "llm", prompt, check)

    def _start(
        self, run_id: UUID, parent_run_id: UUID | None, name: str, span_type: str, text: str | None, check: Check
    ) -> None:
        """Opens a run and checks it. When that fails LangChain never ends this run: it is closed here."""
        if self._book.get(run_id) is not None:
            return  # the same handler twice on one run (on the model and on the call) checks once
        run = self._book.open(run_id, parent_run_id, name, span_type, text)
        try:
            self._book.guard(run.root, lambda: check(run))
        except BaseException as error:
            self._book.close(run, error=error)
            raise

    def _end(self, run_id: UUID, check: Check, output: str | None) -> None:
        """A run that is not known (it was let go, or began before the handler was there) is checked all the same."""
        known = self._book.get(run_id)
        run = known or Run.alone(run_id)
        if known is None and check is not _nothing and not self._book.has_let_go(run_id):
            # It began where this handler was not: nothing was checked before it.
            self._hp.report_ungoverned("no_handler", "langchain.start")
        try:
            self._book.guard(run.root, lambda: check(run))
        except BaseException as error:
            if known:
                self._book.close(known, error=error)
            raise
        if known:
            self._book.close(known, output=output)

    def _fail(self, run_id: UUID, error: BaseException) -> None:
        """Whatever the framework made of it, the caller gets our own error back."""
        run = self._book.get(run_id)
        if run is None:
            return
        # What a guarded model has stopped.
        run.root.halt = run.root.halt or find_halt(error)
        self._book.close(run, error=error)
        if run.root.halt is not None and run.root.halt is not error:
            raise run.root.halt


def _nothing(run: Run) -> None:
    """Chains are checked by what they call."""
