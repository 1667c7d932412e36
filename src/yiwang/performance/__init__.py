"""Performance 考核: measures over petitions, yearly schemes, and the regular reports 三个一. It reads all rooms below."""
