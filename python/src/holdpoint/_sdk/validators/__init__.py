"""Validators of the user's own, asked before a decision."""
