"""Guardrails of the OpenAI Agents SDK."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    OutputGuardrail,
    RunContextWrapper,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    ToolInputGuardrailData,
    ToolOutputGuardrail,
    ToolOutputGuardrailData,
)

from .. import AsyncHoldpoint, Holdpoint
from ._agents_items import HostedStep, read_hosted, read_input, text_of
from ._agents_memory import (
    StepHandle,
    asynchronous,
    current_step,
    enter_tool,
    is_guarded_model,
    leave_tool,
    mark_checked,
    memory_of,
    remember,
    stopping,
)
from ._identity import EstimateCost, Identity, read_json_object, to_text
from ._long_history import in_lots, look_at_lot

GUARDRAIL_NAME = "holdpoint"


@dataclass(frozen=True, slots=True)
class ToolGuardrails:
    """For `function_tool(…, tool_input_guardrails=…, tool_output_guardrails=…)`."""

    input: list[ToolInputGuardrail[Any]]
    output: list[ToolOutputGuardrail[Any]]


def holdpoint_input_guardrail(
    hp: Holdpoint | AsyncHoldpoint, *, agent_id: str, estimate_cost: EstimateCost | None = None, **identity: Any
) -> InputGuardrail[Any]:
    """Checks the input of a run before its first model call. `Runner.run` raises the SDK's own halt error.

    Other keywords: `environment`, `session_id`, `user_id`.
    """
    client = asynchronous(hp)
    who = Identity(agent_id, estimate_cost=estimate_cost, **identity)

    async def check(context: RunContextWrapper[Any], agent: Agent[Any], items: Any) -> GuardrailFunctionOutput:
        await check_input(client, who, items)
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=False)

    # In parallel the model would be asked before the answer is there.
    return InputGuardrail(guardrail_function=check, name=GUARDRAIL_NAME, run_in_parallel=False)


async def check_input(
    client: AsyncHoldpoint, who: Identity, items: Any, about: StepHandle = None, variables: Sequence[str] = ()
) -> tuple[str, ...] | None:
    """Phases `tool_result` and `input` of one request to a model. Raises a halt.

    Gives what a human has approved: the agent, and the texts up to the user's last one. `about`: the model call; what
    is open now when not told. `variables`: what the program puts into a prompt template that is kept at the provider.
    """
    memory, trace = memory_of(client.sync), about or current_step(client.sync)
    with stopping():
        read = read_input(items)
        for call_id, name, text in read.results:
            if memory.checked_results.get(call_id) == (who.agent_id, text):
                continue
            await client.enforce_tool_result(tool=name, result=text, trace=trace, **who.fields())
            remember(memory.checked_results, call_id, (who.agent_id, text))
        if not isinstance(items, str):
            await check_hosted_results(client, who, read_hosted(items), trace)
        # What a human has approved in this run is not asked again at its next turn. A history may come from a browser:
        # the id of an approved call stands for nothing but the texts that were approved.
        question = (who.agent_id, *read.approvable, *variables)
        approved = any(memory.approved_calls.get(call_id) == question for call_id in read.continued_calls)
        put_in = [{"role": "user", "content": text} for text in variables]
        older, history = in_lots(read.after_input if approved else [*put_in, *read.history])
        asked = approved
        for lot in older:
            _, request = look_at_lot(client.sync, who.fields(), lot)
            if request is not None:
                decision = await client.enforce_policy(trace=trace, **request)
                asked = asked or decision.verdict == "require_approval"
        decision = await client.enforce_policy(
            phase="input",
            input=None if approved else read.input,
            conversation_history=history or None,
            estimated_cost=who.cost_of("\n".join([*variables, read.whole_text])),
            trace=trace,
            **who.fields(),
        )
        return question if asked or decision.verdict == "require_approval" else None


async def check_hosted_results(
    client: AsyncHoldpoint, who: Identity, steps: Iterable[HostedStep], about: StepHandle
) -> None:
    """Phase `tool_result` of what has run at the provider, once for each. Raises a halt."""
    memory = memory_of(client.sync)
    for step in steps:
        key = (who.agent_id, to_text([step.tool, step.result]))
        if step.result is None or memory.checked_results.get(step.id) == key:
            continue
        await client.enforce_tool_result(tool=step.tool, result=step.result, trace=about, **who.fields())
        remember(memory.checked_results, step.id, key)


def holdpoint_output_guardrail(
    hp: Holdpoint | AsyncHoldpoint, *, agent_id: str, **identity: Any
) -> OutputGuardrail[Any]:
    """Checks the final output of a run. `Runner.run` raises the SDK's own halt error."""
    client = asynchronous(hp)
    who = Identity(agent_id, **identity)

    async def check(context: RunContextWrapper[Any], agent: Agent[Any], output: Any) -> GuardrailFunctionOutput:
        if context.usage.requests > 1 and not is_guarded_model(agent.model):
            # Turns after the first were asked of a model that nobody guards.
            client.report_ungoverned("no_handler", "openai-agents.model")
        with stopping():
            trace = current_step(client.sync)
            await client.enforce_output(output=to_text(output), trace=trace, **who.fields())
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=False)

    return OutputGuardrail(guardrail_function=check, name=GUARDRAIL_NAME)


def holdpoint_tool_guardrails(hp: Holdpoint | AsyncHoldpoint, *, agent_id: str, **identity: Any) -> ToolGuardrails:
    """Checks a call before the tool runs and its result before the model sees it.

    The framework wraps what a tool guardrail raises: `Runner.run` raises `agents.exceptions.UserError` whose
    `__cause__` is the SDK's own error; `find_halt(error)` gives it back.
    """
    client = asynchronous(hp)
    who = Identity(agent_id, **identity)

    async def check_call(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
        mark_checked(client.sync)
        enter_tool()
        with stopping():
            await client.enforce_tool_call(
                tool=data.context.tool_name,
                args=read_json_object(data.context.tool_arguments),
                trace=current_step(client.sync),
                **who.fields(),
            )
        return ToolGuardrailFunctionOutput.allow()

    async def check_result(data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
        text = text_of(data.output)
        leave_tool()
        with stopping():
            await client.enforce_tool_result(
                tool=data.context.tool_name,
                args=read_json_object(data.context.tool_arguments),
                result=text,
                trace=current_step(client.sync),
                **who.fields(),
            )
        remember(memory_of(client.sync).checked_results, data.context.tool_call_id, (who.agent_id, text))
        return ToolGuardrailFunctionOutput.allow()

    return ToolGuardrails(
        [ToolInputGuardrail(guardrail_function=check_call, name=GUARDRAIL_NAME)],
        [ToolOutputGuardrail(guardrail_function=check_result, name=GUARDRAIL_NAME)],
    )
