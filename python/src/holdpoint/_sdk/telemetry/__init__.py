"""OpenTelemetry, where a program asks for it."""
