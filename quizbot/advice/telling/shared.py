"""What is close on every shown item, said once for all of them."""

from collections.abc import Sequence

from quizbot.advice.telling.facts import Fact, cut
from quizbot.advice.telling.sentences import MOST_WORDS, Sentences, Topic


def shared_sentence(sentences: Sentences, everybody: str, topic: Topic, items: Sequence[int]) -> str:
    """One sentence that is true of all the items, to each of which the wish is close."""
    wish = topic.wish
    facts = [sentences.facts.of(wish.trait, each) for each in items]
    heard = sentences.heard(wish)
    spoken, name = sentences.facts.speech, sentences.facts.labels[wish.trait]
    word = _same_word(facts)
    fact = _common(sentences, topic, facts) or word
    attempts = []
    if heard.form in ("said", "gave", "chose", "wished"):
        if word and fact == word and heard.form in ("said", "gave"):
            attempts.append(spoken("advice.shared.word", everybody=everybody, fact=word, heard=heard.words))
        elif fact:
            attempts.append(spoken("advice.shared.fact", everybody=everybody, heard=heard.words, fact=fact))
        else:
            attempts.append(spoken("advice.shared.close", everybody=everybody, heard=heard.words, trait=name))
    if fact:
        attempts.append(spoken("advice.shared.plain", everybody=everybody, trait=name, fact=cut(fact, 6)))
    attempts.append(spoken("advice.shared.plain_close", everybody=everybody, trait=name))
    return next((each for each in attempts if len(each.split()) <= MOST_WORDS), attempts[-1])


def _same_word(facts: Sequence[Fact]) -> str:
    words = {each.word for each in facts}
    return words.pop() if len(words) == 1 else ""


def _common(sentences: Sentences, topic: Topic, facts: Sequence[Fact]) -> str:
    """What all have in common: wanted labels, a span of values in a unit, or phrases; empty when nothing is."""
    told, wish = sentences.facts, topic.wish
    if wish.kind == "any":
        wanted = told.wanted(wish)
        common = [each for each in facts[0].labels if each in wanted and all(each in fact.labels for fact in facts)]
        return told.listed(told.label_texts(wish.trait, common))
    if all(each.value and each.number is not None for each in facts):
        ordered = sorted(facts, key=lambda each: each.number or 0.0)
        low, high = ordered[0], ordered[-1]
        first = told.speech.amount if not high.named else told.speech.number
        span = told.speech("advice.fact.span", low=first(low.number or 0.0), high=high.value)
        span = high.value if low.value == high.value else span
        return (
            told.speech("advice.fact.named", trait=told.labels[wish.trait], value=span)
            if topic.broad and high.named
            else span
        )
    if wish.low + wish.high <= 1:
        return ""
    said = [{phrase.casefold() for phrase in each.phrases} for each in facts]
    return told.listed([each for each in facts[0].phrases if all(each.casefold() in others for others in said)])
