"""A shop to talk back to, whose every understanding is known beforehand."""

from collections.abc import Sequence

from quizbot.advice.turn import Advice, Intent, Past, Refinement, RefinementChip, Turn, Understood, Wrong
from quizbot.content.edition import Edition
from quizbot.shop import Shop

SMOKIER = Refinement(trait="smoke", direction="more", level=0.9)


class Talkative(Shop):
    """The tea shop, where every refinement changes nothing, two can be tapped, and the word "smoke" is understood."""

    def turn(self, edition: Edition, turn: Turn, remembered: Sequence[Past] = ()) -> Advice:
        """The advice without refinements, and what was heard."""
        if any(each.drop for each in turn.refine):
            raise Wrong([("refine", "cannot be dropped")])
        advice = super().turn(edition, turn.model_copy(update={"refine": [], "say": None}), remembered)
        chips = [RefinementChip(label=each, count=3, refine=[SMOKIER]) for each in ("Smokier", "<b>Sweeter</b>")]
        known = turn.say is not None and "smoke" in turn.say
        intents: dict[str, Intent] = {"start over": "restart", "undo": "undo", "thanks": "talk"}
        if intent := intents.get(turn.say or ""):
            meant = Understood(text=turn.say or "", source="say", refine=[], intent=intent)
            return advice.model_copy(update={"understood": [meant], "reply": "You are welcome."})
        understood = Understood(text="more smoke", source="say", refine=[SMOKIER], intent="refine")
        return advice.model_copy(
            update={
                "refinements": chips if advice.results else [],
                "understood": [understood] if known else [],
                "reply": None if turn.say else advice.reply,
                "not_understood": [turn.say] if turn.say and not known else [],
            }
        )
