from apps.catalog.models.businesses import Branch, Business, BusinessPhoto
from apps.catalog.models.categories import Category
from apps.catalog.models.deals import Bundle, BundleItem, Deal, Package, PackageItem
from apps.catalog.models.kyc import VerificationPaper
from apps.catalog.models.people import Membership, PractitionerLocation, StaffMember
from apps.catalog.models.products import Product, ProductImage
from apps.catalog.models.services import Extra, Service, ServiceImage

__all__ = [
    "Branch",
    "Bundle",
    "BundleItem",
    "Business",
    "BusinessPhoto",
    "Category",
    "Deal",
    "Extra",
    "Membership",
    "Package",
    "PackageItem",
    "PractitionerLocation",
    "Product",
    "ProductImage",
    "Service",
    "ServiceImage",
    "StaffMember",
    "VerificationPaper",
]
