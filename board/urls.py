"""Pages that span the desk: Board, my work, notifications, history, statistics."""

from django.urls import path

from board.views import history, home, my_work, notifications, statistics

app_name = "board"

urlpatterns = [
    path("", home.desk, name="desk"),
    path("work/", my_work.my_work, name="my_work"),
    path("history/<slug:kind>/<str:object_id>/", history.history, name="history"),
    path("approvals/<uuid:approval_id>/", history.approval, name="approval"),
    path("notifications/", notifications.notification_list, name="notifications"),
    path("notifications/read/", notifications.mark_all_read, name="notifications_read"),
    path("notifications/<uuid:notification_id>/", notifications.open_notification, name="notification"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/<slug:key>.csv", statistics.statistics_csv, name="statistics_csv"),
    path("claims/<uuid:claim_id>/history/", history.claim_history, name="claim_history"),
]
