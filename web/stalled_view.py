"""What the list of stalled cases was asked for, from its address and in words."""

from dataclasses import dataclass, replace

from adapters.supervision import StalledWhich
from models.codes import StallCause
from models.values import MunicipalityCode
from policy.permissions import Action, Staff
from policy.stalled_ages import StalledFor
from web import choosing, labels
from web.language import said
from web.services import Services
from web.work_labels import HOLDERS, STALLED_FOR

HERE = "/vastgelopen"


@dataclass(frozen=True)
class AskedStalled:
    """Which stalled cases, of which municipalities. `municipality`: the only one that was asked; else empty."""

    which: StalledWhich
    within: tuple[MunicipalityCode, ...]
    municipality: str

    @property
    def is_everything(self) -> bool:
        return self.which == StalledWhich() and not self.municipality

    def with_cause(self, cause: StallCause | None) -> "AskedStalled":
        return replace(self, which=replace(self.which, cause=cause))

    def address(self) -> dict[str, str]:
        """What the address says."""
        which, lies = self.which, self.which.lies
        asked = {
            "gemeente": self.municipality,
            "oorzaak": which.cause,
            "duur": which.age,
            "werkbakje": lies.queue,
            "van": lies.holder,
            "medewerker": lies.staff,
        }
        return {name: str(value) for name, value in asked.items() if value}

    def link(self) -> str:
        return choosing.link(HERE, **self.address())

    def words(self, *, queues: dict[str, str], staff: dict[str, str], places: dict[str, str]) -> str:
        """`taak is te laat, 1 tot 4 weken, werkbakje gegevens, van niemand`; empty when nothing is chosen."""
        which, lies = self.which, self.which.lies
        parts = [
            places.get(self.municipality, ""),
            labels.label(which.cause).lower() if which.cause else "",
            said(STALLED_FOR[which.age]) if which.age else "",
            said("werkbakje {queue}", queue=queues[lies.queue].lower()) if lies.queue else "",
            said(HOLDERS[lies.holder]) if lies.holder else "",
            said("van {staff}", staff=staff.get(lies.staff, said("een collega"))) if lies.staff else "",
        ]
        return ", ".join(each for each in parts if each)


def read(
    services: Services,
    staff: Staff,
    *,
    municipality: str = "",
    cause: str = "",
    age: str = "",
    queue: str = "",
    holder: str = "",
    member: str = "",
) -> AskedStalled:
    """Raises `NotThere`."""
    within = tuple(choosing.municipalities(staff, Action.SEE_STALLED, municipality))
    which = StalledWhich(
        choosing.code(cause, StallCause),
        choosing.code(age, StalledFor),
        choosing.lies_with(services, within, queue=queue, holder=holder, member=member),
    )
    return AskedStalled(which, within, municipality)
