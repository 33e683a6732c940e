"""What is disclosed to all: issued reports, and registers that are open."""
