from django.urls import path

from apps.catalog.api import deals, members, owners, places, practitioners, products, public, services, verification

ONE = "businesses/<uuid:business_id>/"
MEMBER = f"{ONE}members/<uuid:membership_id>/"
PAPER = f"{ONE}papers/<uuid:paper_id>/"
PRACTITIONER = "practitioners/<uuid:staff_id>/"

urlpatterns = [
    path("categories/", public.Categories.as_view(), name="categories"),
    path("categories/<slug:slug>/staff/", public.CategoryStaffList.as_view(), name="category-staff"),
    path("owners/my-businesses/", owners.MyBusinesses.as_view(), name="my-businesses"),
    path("owners/businesses/", owners.NewBusiness.as_view(), name="new-business"),
    path("owners/businesses/<uuid:business_id>/", owners.MyBusinessDetail.as_view(), name="my-business"),
    path("businesses/", public.Businesses.as_view(), name="businesses"),
    path(ONE, owners.EditBusiness.as_view(), name="business-edit"),
    path(f"{ONE}activate/", owners.Activate.as_view(), name="business-activate"),
    path(f"{ONE}deactivate/", owners.Deactivate.as_view(), name="business-deactivate"),
    path(f"{ONE}apply/", verification.VerificationFile.as_view(), name="business-apply"),
    path(f"{ONE}verify/", verification.Verify.as_view(), name="business-verify"),
    path(f"{ONE}reject/", verification.Reject.as_view(), name="business-reject"),
    path(f"{ONE}suspend/", verification.Suspend.as_view(), name="business-suspend"),
    path(f"{PAPER}approve/", verification.ApprovePaper.as_view(), name="paper-approve"),
    path(f"{PAPER}reject/", verification.RefusePaper.as_view(), name="paper-reject"),
    path(f"{ONE}members/", members.Members.as_view(), name="members"),
    path(MEMBER, members.Member.as_view(), name="member"),
    path(f"{MEMBER}accept/", members.Accept.as_view(), name="member-accept"),
    path(f"{MEMBER}leave/", members.Leave.as_view(), name="member-leave"),
    path("memberships/", members.MyMemberships.as_view(), name="memberships"),
    path(f"{ONE}staff/", members.Staff.as_view(), name="staff"),
    path(f"{ONE}staff/<uuid:staff_id>/", members.OneOfTheStaff.as_view(), name="staff-member"),
    path(f"{ONE}branches/", places.Branches.as_view(), name="branches"),
    path(f"{ONE}branches/<uuid:branch_id>/", places.OneBranch.as_view(), name="branch"),
    path(f"{ONE}photos/", places.Photos.as_view(), name="photos"),
    path(f"{ONE}photos/<uuid:photo_id>/", places.OnePhoto.as_view(), name="photo"),
    path(f"{ONE}services/", services.ServicesOfBusiness.as_view(), name="business-services"),
    path(f"{ONE}products/", products.ProductsOfBusiness.as_view(), name="business-products"),
    path(f"{ONE}packages/", deals.PackagesOfBusiness.as_view(), name="business-packages"),
    path(f"{ONE}bundles/", deals.BundlesOfBusiness.as_view(), name="business-bundles"),
    path("businesses/<slug:slug>/", public.BusinessBySlug.as_view(), name="business"),
    path("practitioners/", practitioners.Practitioners.as_view(), name="practitioners"),
    path("practitioners/apply/", practitioners.ApplyAsPractitioner.as_view(), name="practitioner-apply"),
    path(PRACTITIONER, practitioners.PractitionerPage.as_view(), name="practitioner"),
    path(f"{PRACTITIONER}services/", practitioners.PractitionerServices.as_view(), name="practitioner-services"),
    path(f"{PRACTITIONER}verify/", practitioners.VerifyPractitioner.as_view(), name="practitioner-verify"),
    path("services/", services.Services.as_view(), name="services"),
    path("services/<uuid:service_id>/", services.ServiceDetail.as_view(), name="service"),
    path("products/", products.Products.as_view(), name="products"),
    path("products/<uuid:product_id>/", products.ProductDetail.as_view(), name="product"),
    path("packages/", deals.Packages.as_view(), name="packages"),
    path("packages/<uuid:package_id>/", deals.PackageDetail.as_view(), name="package"),
    path("bundles/", deals.Bundles.as_view(), name="bundles"),
    path("bundles/<uuid:bundle_id>/", deals.BundleDetail.as_view(), name="bundle"),
]
