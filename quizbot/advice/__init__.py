"""The centre: one turn of a conversation in, one piece of explained advice out."""
