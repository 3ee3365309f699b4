"""People of the desk, as documents name them."""

from accounts.models import User
from api.resources.base import Resource
from api.resources.fields import Id, Text


class PersonResource(Resource):
    model = User

    id = Id()
    name = Text()
