"""HTTP to a control plane."""
