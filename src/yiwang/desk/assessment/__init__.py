"""Assessment 考核 on the desk: schemes, results with their arithmetic, disputes, the ranking."""
