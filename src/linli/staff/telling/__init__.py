"""What was told: to me, about a case, whether it arrived, and where bodies and posts are reached."""
