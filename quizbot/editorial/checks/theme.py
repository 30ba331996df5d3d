"""The rule on a site's colors."""

from collections.abc import Iterator

from quizbot.content.colors import EDGE, TEXT, contrast
from quizbot.content.problems import Finding
from quizbot.content.site import Site
from quizbot.editorial.checks.rule import found, rule


@rule("low-contrast")
def low_contrast(site: Site) -> Iterator[Finding]:
    """Colors of the theme in site.yaml that cannot be read on each other.

    Why: text needs a contrast of 4.5:1 to the paper and the edge of a button 3:1 (WCAG 2.2, 1.4.3 and 1.4.11). The
    page moves such colors until they can be read, so shoppers see others than were chosen.
    Remedy: choose a darker or a lighter color; the message says what contrast there is.
    """
    theme = site.theme
    for name, color in (("ink", theme.ink), ("accent", theme.accent)):
        reached = contrast(color, theme.paper)
        if reached < TEXT:
            too_faint = f"{TEXT:g}:1" if reached >= EDGE else f"{TEXT:g}:1, and the edge of a button {EDGE:g}:1"
            text = (
                f"{name} '{color}' on paper '{theme.paper}' has a contrast of {reached:.1f}:1; text needs {too_faint}"
            )
            yield found(("theme", name), text, f"choose {name} and paper further apart in lightness")
