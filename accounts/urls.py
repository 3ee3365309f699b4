from django.urls import path

from accounts.views import demo, invitations, list_filters, people, profile, tokens

urlpatterns = [
    path("lists/<str:screen>/", list_filters.keep_filters, name="list_filters"),
    path("profile/", profile.profile, name="profile"),
    path("invitations/<str:secret>/", invitations.invitation, name="invitation"),
    path("people/names/", people.names, name="people_names"),
    path("demo-login/", demo.demo_login, name="demo_login"),
    path("settings/", people.settings_index, name="settings"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/<uuid:person_id>/", people.person, name="person"),
    path("settings/people/<uuid:person_id>/deactivate/", people.deactivate, name="person_deactivate"),
    path("settings/people/<uuid:person_id>/reactivate/", people.reactivate, name="person_reactivate"),
    path("settings/invitations/<uuid:invitation_id>/renew/", people.renew, name="invitation_renew"),
    path("settings/invitations/<uuid:invitation_id>/revoke/", people.revoke, name="invitation_revoke"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/<uuid:token_id>/rotate/", tokens.rotate, name="token_rotate"),
    path("settings/tokens/<uuid:token_id>/revoke/", tokens.revoke, name="token_revoke"),
]
