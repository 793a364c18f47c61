from rest_framework.routers import SimpleRouter

from apps.notifications.api.views import Notifications

router = SimpleRouter()
router.register("notifications", Notifications, basename="notification")

urlpatterns = router.urls
