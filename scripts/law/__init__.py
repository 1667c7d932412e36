"""What each paragraph of arts. 17 to 47 of the Regulations 信访工作条例 demands, and what carries it: docs/law.md is made from this."""
