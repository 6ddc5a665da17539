"""Outputs that are checked while they flow."""
