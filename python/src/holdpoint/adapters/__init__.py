"""Thin adapters: a framework's hooks, mapped to phases and back. Import the one you use."""
