# Code generated from spec/. Do not edit.
"""The errors of the SDK."""

from __future__ import annotations

from .messages import CompileProblem, Decision, Violation


class HoldpointError(Exception):
    """Raised when anything fails in this SDK: every error of it is one. Code `HOLDPOINT`."""

    code: str = "HOLDPOINT"

    @property
    def cause(self) -> BaseException | None:
        """What led to this error, if anything: the `__cause__` of `raise ... from ...`."""
        return self.__cause__


class EnforcementHaltError(HoldpointError):
    """Raised when the agent must not go on. Code `HALT`."""

    code: str = "HALT"


class PolicyBlockedError(EnforcementHaltError):
    """Raised when a policy forbids this step. Code `POLICY_BLOCKED`."""

    code: str = "POLICY_BLOCKED"

    def __init__(self, message: str, *, violations: tuple[Violation, ...] = (), decision: Decision | None = None) -> None:
        super().__init__(message)
        self.violations = violations
        self.decision = decision


class ValidatorDeniedError(PolicyBlockedError):
    """Raised when an external validator said no. Code `VALIDATOR_DENIED`."""

    code: str = "VALIDATOR_DENIED"


class ToolIntegrityError(PolicyBlockedError):
    """Raised when a tool is not the one that was approved. Code `TOOL_INTEGRITY`."""

    code: str = "TOOL_INTEGRITY"


class AgentPausedError(EnforcementHaltError):
    """Raised when a kill switch holds this agent. Code `AGENT_PAUSED`."""

    code: str = "AGENT_PAUSED"

    def __init__(self, message: str, *, agent_id: str, level: str, reason: str, until: str | None = None) -> None:
        super().__init__(message)
        self.agent_id = agent_id
        self.level = level
        self.reason = reason
        self.until = until


class ApprovalDeniedError(EnforcementHaltError):
    """Raised when a human said no, or nobody can be asked. Code `APPROVAL_DENIED`."""

    code: str = "APPROVAL_DENIED"

    def __init__(self, message: str, *, violations: tuple[Violation, ...] = (), decision: Decision | None = None, approval_id: str | None = None) -> None:
        super().__init__(message)
        self.violations = violations
        self.decision = decision
        self.approval_id = approval_id


class ApprovalTimeoutError(EnforcementHaltError):
    """Raised when nobody answered in time. Code `APPROVAL_TIMEOUT`."""

    code: str = "APPROVAL_TIMEOUT"

    def __init__(self, message: str, *, violations: tuple[Violation, ...] = (), decision: Decision | None = None, approval_id: str | None = None) -> None:
        super().__init__(message)
        self.violations = violations
        self.decision = decision
        self.approval_id = approval_id


class EnforcementUnavailableError(EnforcementHaltError):
    """Raised when nothing can decide: there is no plan and the fail mode is closed, the wait was cancelled, or a defect of ours (`cause`). Code `UNAVAILABLE`."""

    code: str = "UNAVAILABLE"


class ConfigError(HoldpointError):
    """Raised when the client was set up wrongly. Code `CONFIG`."""

    code: str = "CONFIG"


class PolicyCompileError(HoldpointError):
    """Raised when the policies cannot be compiled. Code `POLICY_COMPILE`."""

    code: str = "POLICY_COMPILE"

    def __init__(self, message: str, *, problems: tuple[CompileProblem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class AuthError(HoldpointError):
    """Raised when the control plane refused the API key. Code `AUTH`."""

    code: str = "AUTH"
