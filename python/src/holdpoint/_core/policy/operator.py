"""What the operators of the catalogue share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..._gen.messages import Transform
from ..detect import Replacement, TextScan, TokenVault, scan_text
from .caller import read_labels
from .problems import ProblemList
from .request import RequestView
from .subject import create_subject
from .transforms import TransformList

if TYPE_CHECKING:
    from .classifier_scores import ClassifierNeed
    from .counters import PolicyCounter, Subject, UsageReader
    from .explain_expression import ExplainableExpression
    from .pattern_plan import PatternGatherer, PatternPlan
    from .plan import Plan
    from .session_state import SessionState


class OperatorFailure(Exception):
    """Why an operator could not answer: a reserved reason and a message."""

    def __init__(self, failure: str, message: str) -> None:
        super().__init__(message)
        self.failure = failure
        self.message = message


class Evaluation:
    """One evaluation in progress: the request, and its texts scanned once for all policies."""

    __slots__ = (
        "_scans",
        "_session",
        "_subject",
        "_transforms",
        "autonomy",
        "bindings",
        "now_ms",
        "plan",
        "tool_bindings",
        "usage",
        "vault",
        "view",
    )

    def __init__(
        self,
        plan: Plan,
        view: RequestView,
        now_ms: float,
        autonomy: str = "",
        usage: UsageReader | None = None,
        vault: TokenVault | None = None,
    ) -> None:
        self.usage = usage
        # Where `tokenize` puts the values it takes out of texts; without one they are redacted.
        self.vault = vault
        self._session: tuple[SessionState | None] | None = None
        self._subject: Subject | None = None
        self.plan = plan
        self.view = view
        self.now_ms = now_ms
        # The agent's tier under every cap of the cascade.
        self.autonomy = autonomy
        # The variables of expressions, and those of the constraints of tool rules, bound once for all of them.
        self.bindings: dict[str, Any] | None = None
        self.tool_bindings: dict[str, Any] | None = None
        self._transforms: TransformList | None = None
        self._scans: list[TextScan] | None = None

    @property
    def agent(self) -> dict[str, Any]:
        """The agent as expressions see it."""
        agent_id = self.view.agent_id
        agent = self.plan.agents.get(agent_id)
        if agent is None:
            name = agent_id
            return {"id": agent_id, "name": name, "autonomy": self.autonomy, "team": "", "workspace": "", "labels": {}}
        return {
            "id": agent_id,
            "name": agent.name or agent_id,
            "autonomy": self.autonomy,
            "team": agent.team_id or "",
            "workspace": agent.workspace_id or "",
            "labels": read_labels(agent),
        }

    def subject(self) -> Subject:
        """Whose step it is."""
        if self._subject is None:
            self._subject = create_subject(self.plan, self.view)
        return self._subject

    def session(self) -> SessionState | None:
        """What the request's session has done; None for one that has not begun.

        Raises OperatorFailure when the request names no session, or it cannot be read.
        """
        if self._session is None:
            if self.view.session_id == "":
                raise OperatorFailure("REQUEST_INVALID", "the request names no session")
            self._session = (self._read_session(self.view.session_id),)
        return self._session[0]

    def parent_session(self) -> SessionState | None:
        """What the session has done that this one was delegated from; None without one."""
        parent = self.view.extras.parent_session_id
        return None if parent == "" else self._read_session(parent)

    def _read_session(self, session_id: str) -> SessionState | None:
        # A store without sessions has none to read: nothing can be said about one then.
        try:
            return self.usage.session(session_id)  # type: ignore[union-attr, no-any-return]
        except Exception as error:
            raise OperatorFailure("USAGE_UNAVAILABLE", "the session could not be read") from error

    @property
    def transforms(self) -> TransformList:
        """Texts to hand back: what masking policies ask for."""
        if self._transforms is None:
            self._transforms = TransformList()
        return self._transforms

    def build_transforms(self) -> tuple[Transform, ...]:
        """The texts to hand back."""
        return () if self._transforms is None else self._transforms.build()

    @property
    def is_unchanged(self) -> bool:
        """Whether no text is to be handed back otherwise."""
        return self._transforms is None

    def list_edits(self, path: str) -> Sequence[Replacement]:
        """What is replaced in one text, in its own offsets."""
        return () if self._transforms is None else self._transforms.edits(path)

    def scans(self) -> list[TextScan]:
        """Every text of the request with the patterns that it matches."""
        if self._scans is None:
            patterns = self.plan.patterns.set
            self._scans = [scan_text(text, patterns) for text in self.view.texts]
        return self._scans


@dataclass(frozen=True, slots=True)
class PreparedOperator:
    """What an operator has made ready for one policy."""

    # Gives the members that conditions read; raises OperatorFailure.
    run: Callable[[Evaluation], dict[str, Any]]
    # Parts of the request it needs beyond what its type declares.
    reads: Sequence[str] = ()
    # Phases it is for, when fewer than its type's.
    phases: Sequence[str] | None = None
    # The answer, one and the same object, that it gives when there is nothing to say.
    passing: dict[str, Any] | None = None
    # Whether a call of this tool gets the passing answer whatever its arguments, and whoever calls, are.
    passes_tool: Callable[[str], bool] | None = None
    # For explanations: the expressions of the rule that an evaluation asks.
    expressions: Callable[[Evaluation], Sequence[ExplainableExpression]] | None = None
    # For explanations: whether it takes notice of a pattern of the plan.
    listens: Callable[[int, PatternPlan], bool] | None = None
    # Counters that it reads itself: they are charged like those of its type.
    counters: Sequence[PolicyCounter] = ()
    # Whether it asks what the session has done.
    uses_session: bool = False
    # What it wants a classifier of the client to score before evaluation.
    classifies: ClassifierNeed | None = None
    # Labels that a step gives its session.
    labels: Callable[[RequestView], Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class PrepareContext:
    """Where a rule stands, and where its patterns and problems go."""

    policy: dict[str, Any]
    pointer: str
    patterns: PatternGatherer
    problems: ProblemList


PrepareOperator = Callable[[dict[str, Any], PrepareContext], PreparedOperator]
