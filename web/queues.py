"""What teams' queues are called: the words of the municipality's policy, else those that every municipality has."""

from collections.abc import Mapping

from adapters.policy_book import PolicyFiles
from models.codes import Queue
from web import labels
from web.language import said
from web.paging import Scope
from web.work_labels import QUEUES


def queue_names(policies: PolicyFiles, scope: Scope) -> Mapping[str, str]:
    """Every queue that a reader of these municipalities may meet, with its name."""
    known = {code: policies.policy(code).queues for code in scope if code in policies.municipalities()}
    own = {key: _name(queue.name) for queues in known.values() for key, queue in queues.items()}
    return {**{queue.value: labels.label(queue) for queue in Queue}, **own}


def _name(own: str) -> str:
    """A municipality's own name stays; where it is the one of everywhere, it is said as that."""
    return said(own) if own in QUEUES.values() else own
