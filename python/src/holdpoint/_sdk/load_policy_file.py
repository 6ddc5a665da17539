"""A policy file, read and compiled."""

from __future__ import annotations

import os
from dataclasses import dataclass

from .._core import CompileProblem, Policy
from .client.policy_book import PolicyBook
from .policies.file import read_policy_file


@dataclass(frozen=True, slots=True)
class LoadedPolicies:
    """Normalised policies in the order of evaluation, or every problem with file, line and column (from 1)."""

    ok: bool
    policies: tuple[Policy, ...] = ()
    plan_digest: str | None = None
    problems: tuple[CompileProblem, ...] = ()


def load_policy_file(path: str | os.PathLike[str]) -> LoadedPolicies:
    """A YAML or JSON policy file, read and compiled, or every problem with its place. Never raises."""
    read = read_policy_file(os.fspath(path))
    if read is None or read.source is None:
        return LoadedPolicies(False, problems=read.problems if read else ())
    plan, problems = PolicyBook((), None).change(local=read.source)
    if plan is None:
        return LoadedPolicies(False, problems=problems)
    return LoadedPolicies(True, plan.policies, plan.digest)
