"""quizbot: personality quizzes that recommend a shop's products and say why."""

__version__ = "0.1.0"
