"""The only place with HTTP."""
