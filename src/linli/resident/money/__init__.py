"""Public money for everybody: rounds divided by vote, and the projects it pays for."""
