"""Why these: everything that went into a list of suggestions, and nothing that did not."""

from quizbot.advice.turn import Results
from quizbot.web.conversation import Listener, Scene


def used(scene: Scene, listener: Listener, *, is_remembered: bool) -> str:
    """What suggestions were made from, in a sentence, with weights where there are several; empty where there are none.

    `is_remembered` tells that the answers are those of last time.
    """
    results, told = scene.advice.results, listener.speech
    if results is None:
        return ""
    parts = (
        [told("own.used-remembered" if is_remembered else "own.used-answers")] if scene.advice.progress.answered else []
    )
    parts += [told("own.used-refine")] if scene.kept else []
    blend = results.blend
    if blend.history:
        parts += [told("own.used-history")] if listener.remembered else []
        parts += [told("own.used-passed")] if listener.history else []
    parts += [told("own.used-prior")] if blend.prior and scene.edition.quiz.results.boost else []
    parts += [told("own.used-learned")] if results.learned else []
    if not parts:
        return ""
    shares = {"answers": blend.answers, "history": blend.history, "prior": blend.prior}
    keys = {"prior": _pushed(scene, results)}
    weights = [told(f"own.weight-{keys.get(name, name)}", n=round(100 * each)) for name, each in shares.items() if each]
    sentences = [f"{told('own.used')} {told.listing(parts)}.", told("own.used-nothing-else")]
    if len(weights) > 1:
        sentences.insert(1, told("own.weights", weights=told.listing(weights)))
    return " ".join(sentences)


def _pushed(scene: Scene, results: Results) -> str:
    """What moves products whoever asks: the shop's push, what others chose, or both."""
    if not results.learned:
        return "prior"
    return "both" if scene.edition.quiz.results.boost else "learned"
