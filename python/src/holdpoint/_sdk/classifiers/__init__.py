"""Classifiers of the client: what scores texts for policies (clauses K)."""
