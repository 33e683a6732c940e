"""What is said: texts with numbers in them, and whether those numbers can be true."""
