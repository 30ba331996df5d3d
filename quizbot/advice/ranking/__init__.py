"""The one ranking: where items stand, what is demanded of them, and the order they are shown in."""
