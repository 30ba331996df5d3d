"""The next question, and when enough is known."""
