"""Settings of people and tokens, one's own profile, invitations, and the demo's login."""
