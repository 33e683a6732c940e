"""Covering photos: parts blacked out, or the whole hidden from residents, by those whose post has the duty."""
