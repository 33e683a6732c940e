"""Letters by e-mail: each opens a case or adds to one, or is kept with the reason why it could not."""
