"""Signed bundles of a control plane."""
