"""JSON Schema (2020-12) as closures."""

from .compile_schema import SchemaFinding, SchemaProgram, compile_schema

__all__ = ["SchemaFinding", "SchemaProgram", "compile_schema"]
