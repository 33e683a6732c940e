"""My reports: what somebody reported in the last twelve months, without an account."""
