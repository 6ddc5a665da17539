"""The evaluator: pure, synchronous, no network, no clock or random that was not passed in."""
