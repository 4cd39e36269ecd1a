"""What may go wrong for people, the measure in the product, and the tests that show it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Risk:
    """`tests`: each as `file::name`; a test fails when one of them is gone."""

    what: str
    measure: str
    tests: tuple[str, ...]


RISKS = (
    Risk(
        "Gegevens blijven langer dan mag.",
        "Elke zaak, elk signaal en elke losse regel heeft een datum; een timer en elke nacht een ronde vernietigen, en "
        "een controle zoekt alles wat over zijn termijn is.",
        (
            "tests/adapters/test_retention_check.py::test_a_case_and_its_signal_past_their_dates_are_found_unless_held",
            "tests/adapters/test_erasure.py::test_what_a_timer_left_is_reported_as_its_defect",
            "tests/adapters/test_erasure.py::test_a_refused_row_goes_on_its_date",
        ),
    ),
    Risk(
        "Na vernietigen blijft ergens een kopie.",
        "Alles staat verzegeld onder een sleutel per zaak en per signaal. Is de sleutel weg, dan is elke kopie "
        "onleesbaar, ook een oude reservekopie. Een verklaring komt er pas als niets meer bestaat.",
        (
            "tests/adapters/test_erasure.py::test_an_old_copy_of_the_database_cannot_be_opened_after_erasure",
            "tests/adapters/test_erasure.py::test_nothing_is_certified_while_a_key_or_a_row_exists",
            "tests/canary/test_canary.py::test_no_mark_stands_outside_the_sealed_store",
            "tests/canary/test_canary.py::test_no_byte_of_a_destroyed_key_is_left_in_the_files_of_the_vault",
        ),
    ),
    Risk(
        "Na herstel van een reservekopie zijn vernietigde gegevens terug.",
        "Na herstel worden alle verklaringen van vernietiging opnieuw uitgevoerd.",
        (
            "tests/adapters/test_restore.py::test_a_main_database_that_was_put_back_is_unreadable_where_it_was_erased_and_is_erased_again",
            "tests/adapters/test_restore.py::test_a_vault_that_was_put_back_too_gives_nothing_back_once_its_certificates_are_carried_out",
        ),
    ),
    Risk(
        "Iemand verandert het bewijs van vernietiging, of haalt het weg.",
        "Verklaringen hangen in een keten met controlegetallen, die ook buiten de kluis staan.",
        (
            "tests/adapters/test_certificates.py::test_any_other_word_in_a_certificate_is_found",
            "tests/adapters/test_certificates.py::test_a_certificate_that_was_taken_out_is_missed_the_last_one_too",
        ),
    ),
    Risk(
        "Een medewerker van een andere gemeente, of zonder de juiste rol, ziet een zaak.",
        "Elke pagina vraagt aan één plek of iemand dit mag, en wat niet mag bestaat voor die persoon niet.",
        (
            "tests/web/test_access.py::test_every_route_states_its_rule",
            "tests/web/test_access.py::test_a_case_exists_only_for_its_own_municipality",
            "tests/web/test_ids_of_elsewhere.py::test_on_the_pages_it_is_not_there",
            "tests/unit/test_permissions.py::test_each_role_may_do_what_the_table_says",
        ),
    ),
    Risk(
        "Een medewerker kijkt uit nieuwsgierigheid.",
        "Wie iets van iemand ziet, wordt vastgelegd voordat het te zien is; wat opvalt, ziet de privacy officer.",
        (
            "tests/web/test_looks.py::test_every_page_that_shows_something_of_somebody_leaves_a_record",
            "tests/web/test_looks.py::test_nothing_is_shown_when_it_cannot_be_written_down",
        ),
    ),
    Risk(
        "Iemand met een geheim adres wordt gevonden.",
        "Het adres staat op geen pagina; wie het recht heeft, ziet het pas na een reden, en dat wordt vastgelegd.",
        (
            "tests/web/test_secret_address.py::test_without_the_right_no_page_shows_where_somebody_lives_who_hides",
            "tests/web/test_secret_address.py::test_with_the_right_and_a_reason_it_is_on_one_answer_and_that_is_kept",
        ),
    ),
    Risk(
        "Een partner hoort meer dan mag, zoals waarom een signaal niet is opgepakt.",
        "Een partner hoort wat landelijk vastligt; meer alleen met toestemming of grondslag. Antwoorden gaan op vaste "
        "tijden, zodat het tijdstip niets verraadt.",
        (
            "tests/unit/test_disclosure.py::test_a_partner_hears_no_more_than_the_national_standard_settles",
            "tests/unit/test_disclosure.py::test_a_hidden_reason_is_never_told",
        ),
    ),
    Risk(
        "Signalen komen van een partner die ze niet mag sturen.",
        "Zonder grondslag op de dag van ontvangst wordt een aanlevering geweigerd en niets bewaard.",
        ("tests/adapters/test_legal_basis.py::test_of_a_kind_without_a_basis_nothing_is_stored",),
    ),
    Risk(
        "De verkeerde inwoner wordt benaderd, of hoort van de schuld van een huisgenoot.",
        "Het persoonsregister raadt niet: bij twijfel beslist een medewerker. Elk signaal noemt zijn eigen persoon.",
        (
            "tests/unit/test_identity.py::test_a_doubt_becomes_a_task_of_the_identity_queue_with_its_reason",
            "tests/adapters/test_household.py::test_each_further_signal_names_its_own_person",
        ),
    ),
    Risk(
        "Aan iemand die overleed of bezwaar maakte, gaat nog post.",
        "Vlak voor het verzenden wordt opnieuw gekeken of een brief of mail nog weg mag.",
        (
            "tests/unit/test_letters.py::test_nothing_leaves_to_who_died_or_objects",
            "tests/workflows/test_invitations.py::test_whoever_died_or_objects_is_sent_nothing_more",
        ),
    ),
    Risk(
        "Gegevens komen in logregels, foutmeldingen of Temporal terecht.",
        "Logregels bevatten alleen codes en nummers, fouten alleen hun soort, Temporal alleen nummers en codes.",
        (
            "tests/unit/test_observability.py::test_a_field_that_nobody_allowed_is_hidden",
            "tests/engine/test_failures_travel.py::test_a_failed_activity_is_known_by_its_type_name",
            "tests/canary/test_canary.py::test_the_errors_are_in_the_log_by_name_and_place",
        ),
    ),
    Risk(
        "Wie de database in handen krijgt, raadt BSN’s.",
        "De database bevat geen afdruk van een persoonlijke waarde; zoekwaarden staan in de kluis, versleuteld.",
        (
            "tests/canary/test_canary.py::test_nobody_erased_is_found_by_guessing",
            "tests/adapters/test_vault.py::test_the_vault_holds_no_value_in_the_clear",
        ),
    ),
    Risk(
        "In vrije tekst komt een BSN, of iets over gezondheid of een ander bijzonder onderwerp.",
        "Voor het bewaren vraagt het systeem of het er hoort; een nummer dat een BSN kan zijn, gaat er standaard uit.",
        (
            "tests/unit/test_note_check.py::test_a_number_that_passes_the_eleven_test_is_noticed",
            "tests/web/test_note_doubts.py::test_the_first_button_leaves_a_number_out",
            "tests/web/test_note_doubts.py::test_a_note_in_doubt_comes_back_with_everything_that_was_typed",
        ),
    ),
    Risk(
        "Uit cijfers is af te leiden om wie het gaat.",
        "Kleine aantallen worden niet getoond, en ook niet waaruit zij te berekenen zijn.",
        (
            "tests/unit/test_small_cells.py::test_a_small_count_takes_the_smallest_of_the_others_with_it",
            "tests/unit/test_small_cells.py::test_a_table_leaves_every_hidden_count_open",
        ),
    ),
    Risk(
        "Iemand doet zich voor als medewerker.",
        "Aanmelden gaat via de aanmelddienst van de gemeente; een formulier telt alleen uit de eigen sessie.",
        (
            "tests/web/test_sign_in.py::test_a_token_that_is_not_for_us_now_lets_nobody_in",
            "tests/web/test_access.py::test_a_form_without_the_sessions_secret_does_nothing",
        ),
    ),
)
