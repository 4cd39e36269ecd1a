"""What a form leaves to be looked up before its command can be sent."""

from dataclasses import replace

from adapters.particulars import item_of
from models.commands import MakeCallback, MergeCase
from policy.permissions import Action, Staff
from web import queries
from web.auth import scope
from web.bulk import workable
from web.forms.fields import Unfinished
from web.forms.reading import Pressed
from web.services import Services


def completed(services: Services, staff: Staff, pressed: Pressed) -> Pressed:
    """Raises `Unfinished`."""
    match pressed.command:
        case MergeCase() as merge:
            found = queries.case_of_number(services.database, merge.into, scope(staff, Action.WORK_ON_CASE))
            if found is None or not workable(services, staff, [found]):
                raise Unfinished("into", "Er is geen lopende zaak met dit nummer.")
            return replace(pressed, command=merge.model_copy(update={"into": found}))
        case MakeCallback(phone_id=None) as callback if pressed.particulars.phone is not None:
            # The number that was just given is the one to call.
            number = item_of(callback.command_id)
            return replace(pressed, command=callback.model_copy(update={"phone_id": number}))
        case _:
            return pressed
