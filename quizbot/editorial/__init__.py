"""What helps an editor: quizzes played against their catalogs before a shopper meets them."""
