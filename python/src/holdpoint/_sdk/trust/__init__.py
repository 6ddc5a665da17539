"""What is signed, and by whose keys."""
