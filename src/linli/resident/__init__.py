"""The residents' pages: report, receive a number and a code, follow, rate."""
