"""Effects for which no handler is installed on any way from a `run(…)` of the workspace that leads to them."""

from collections.abc import Iterator

from ..findings import Finding, Related
from ..reach import Step
from .context import Context


def check(context: Context) -> Iterator[Finding]:
    """`unhandled-effect`."""
    reach = context.project.reach()
    for site, (effect, chain) in reach.unhandled.items() if reach is not None else ():
        if site.path != context.view.path:
            continue
        related = tuple(Related(step.path, step.span, _said(step)) for step in chain)
        way = " → ".join(step.name for step in chain)
        message = f"No handler for `{effect.last}` is installed on the way here ({way}): put one around it with WithHandler."
        yield Finding("unhandled-effect", site.span, message, None, related)


def _said(step: Step) -> str:
    return f"reached through `{step.name}`"
