"""Python against TypeScript: the same outcome for the same expression and bindings, to the last bit."""

import json

from .cel_suite import run_node
from .generate import Generator
from .outcome import outcome_of


def test_python_and_typescript_agree_on_generated_expressions() -> None:
    generator = Generator(20_260_901)
    questions = [generator.question() for _ in range(4000)]
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    answers = [json.loads(line) for line in run_node("conformance/cel/answer.ts", text=lines).splitlines()]
    assert len(answers) == len(questions)
    different = [
        (question["expr"], answer, ours)
        for question, answer in zip(questions, answers, strict=True)
        if comparable(answer) != comparable(ours := outcome_of(question))
    ]
    assert different[:5] == []
    evaluated = [answer for answer in answers if "value" in answer]
    assert len(evaluated) > len(answers) // 4, "the generator must not only make errors"


def comparable(outcome: dict[str, object]) -> dict[str, object]:
    """Each language's pattern engine words its own refusals."""
    problems = outcome.get("problems")
    if not isinstance(problems, list):
        return outcome
    return {"problems": [_without_pattern_text(problem) for problem in problems]}


def _without_pattern_text(problem: dict[str, str]) -> dict[str, str]:
    message, _, _ = problem["message"].partition("pattern is not RE2")
    return problem if message else {**problem, "message": "pattern is not RE2"}
