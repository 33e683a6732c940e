"""Covering photos: parts blacked out or the whole hidden from residents, with a reason; the original stays sealed."""
