from apps.catalog.admin.businesses import BusinessAdmin, PaperAdmin
from apps.catalog.admin.items import CategoryAdmin, ProductAdmin, ServiceAdmin
from apps.catalog.admin.people import MembershipAdmin, StaffMemberAdmin

__all__ = [
    "BusinessAdmin",
    "CategoryAdmin",
    "MembershipAdmin",
    "PaperAdmin",
    "ProductAdmin",
    "ServiceAdmin",
    "StaffMemberAdmin",
]
