"""The one screen (一屏观): the day of the office on a wall, as a file of the book lays it."""
