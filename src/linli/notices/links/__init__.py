"""One-time links: a department or contractor without an account takes a step of one case by a link."""
