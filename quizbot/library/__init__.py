"""From files to what may be served."""
