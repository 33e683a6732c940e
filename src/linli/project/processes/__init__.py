"""The processes that `linli up` starts, keeps alive, and stops."""
