"""Views of people, tokens, profiles, invitations and the demo's login."""
