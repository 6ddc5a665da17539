# Code generated from spec/. Do not edit.
"""Generated from the contract."""
