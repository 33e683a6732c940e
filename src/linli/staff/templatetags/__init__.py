"""Django's folder for template tags of the office's pages."""
