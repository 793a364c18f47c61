"""What the apps add to a person's profile, account, export and erasure: on one page; connected when Django starts."""

from apps.accounts import contributions
from apps.accounts.contributions import Contributions, ProfilePart
from apps.accounts.states import Role
from apps.catalog import profile_parts as catalog

CONTRIBUTIONS = Contributions(
    profile=[
        ProfilePart(name="owner", roles=frozenset({Role.CEO}), fields=catalog.ceo_fields, read=catalog.ceo_part),
        ProfilePart(
            name="staff",
            roles=frozenset({Role.STAFF}),
            fields=catalog.staff_fields,
            read=catalog.staff_part,
            inputs=catalog.staff_inputs,
            write=catalog.write_staff_part,
        ),
    ],
    exporters={"catalogue": catalog.export},
    erasure_objections=[catalog.objection_to_erasure],
)


def connect() -> None:
    """Every part of the page is shown, exported and asked."""
    contributions.connect(CONTRIBUTIONS)
