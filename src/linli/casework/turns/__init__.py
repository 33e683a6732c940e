"""What the worker does of itself: schedules that recur, and what must be erased when its time is over."""
