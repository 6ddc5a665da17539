"""Traces on disk, until the control plane has taken them (clauses S-1 to S-9)."""
