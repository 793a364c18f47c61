from apps.catalog.models.businesses import Branch, Business, BusinessPhoto
from apps.catalog.models.categories import Category
from apps.catalog.models.kyc import VerificationPaper
from apps.catalog.models.people import Membership, PractitionerLocation, StaffMember
from apps.catalog.models.products import Product, ProductImage
from apps.catalog.models.services import Extra, Service, ServiceImage

__all__ = [
    "Branch",
    "Business",
    "BusinessPhoto",
    "Category",
    "Extra",
    "Membership",
    "PractitionerLocation",
    "Product",
    "ProductImage",
    "Service",
    "ServiceImage",
    "StaffMember",
    "VerificationPaper",
]
