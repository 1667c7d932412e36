"""Pages of satisfaction 满意度 at the desk: rates, second looks, and the office's rules for ratings."""
