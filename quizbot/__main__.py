"""`python -m quizbot` is the command `quizbot`."""

from quizbot.cli import main

if __name__ == "__main__":
    main()
