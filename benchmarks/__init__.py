"""What is measured, each beside a named peer in the same run; `python -m benchmarks` prints all tables."""
