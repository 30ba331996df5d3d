"""What a shop hands on for people who agreed to it."""
