"""The database under the house: the bundled server or one of your own, its roles, and whether it is ready."""
