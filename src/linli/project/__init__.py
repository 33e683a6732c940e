"""The frame: settings, URLs, command line, the bundled database; nothing else."""
