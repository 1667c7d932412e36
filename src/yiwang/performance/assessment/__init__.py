"""The yearly assessment 考核 of counties and agencies (art. 39): schemes as data, open arithmetic, disputes, a ranking."""
