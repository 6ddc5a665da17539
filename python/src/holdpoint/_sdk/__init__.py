"""The client: everything around the evaluator."""
