"""The ranking's own terms in sentences: reasons, misses, routines, and what would change the first place."""
