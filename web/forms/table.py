"""Every kind of command that has a form, with that form."""

from collections.abc import Mapping

from web.forms import case, contact, outcome, resident
from web.forms.form import Form

FORMS: Mapping[str, Form] = {form.kind: form for form in (*contact.FORMS, *outcome.FORMS, *resident.FORMS, *case.FORMS)}
