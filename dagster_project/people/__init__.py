"""What is done for and about single people: evidence packs, pages of their own, their rights, fairness between them."""
