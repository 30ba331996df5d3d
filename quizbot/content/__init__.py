"""Reading what editors write: quizzes and catalogs in, values or problems out."""
