"""Django's folder for template tags: `parts` is the one to load."""
