"""Exchange 对接: orders that other platforms send here, what they are told of them, and where the two differ."""
