"""Counters of what was spent."""
