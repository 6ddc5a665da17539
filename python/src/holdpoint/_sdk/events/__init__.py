"""What is recorded and sent."""
