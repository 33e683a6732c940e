"""How it looks 样子: the page shell, the parts, forms from questions, the style sheet, vendored assets."""
