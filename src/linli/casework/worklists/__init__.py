"""Work lists: filters of the list of cases, kept under a name and shared with one's body."""
