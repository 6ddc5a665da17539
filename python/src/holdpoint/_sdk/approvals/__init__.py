"""Steps that wait for a human."""
