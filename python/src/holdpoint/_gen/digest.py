# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "751fa65b6bdde39479cc651ee411d72742e408a7b768fef8300bc73e46287c35"
