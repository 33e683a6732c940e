"""Writing: templates, the numbers referred to in their prose, and the text with the numbers set in."""
