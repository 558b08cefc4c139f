"""How a provider knows who asks: headers made from an account's credentials."""

from base64 import b64encode
from collections.abc import Mapping

from msgspec import Struct


class Authority(Struct, frozen=True):
    """No credentials: what is only pushed to us. The others make headers that identify an account."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the names of the credentials without which nobody can be asked."""
        return ()

    def headers(self, credentials: Mapping[str, str], token: str) -> dict[str, str]:
        """Return the headers; `token` is empty but for `OAuth`. All it `needs` must be there."""
        return {}


class Header(Authority, frozen=True):
    """A fixed header for each credential: `Header({"API-Key": "api_key"})`."""

    names: Mapping[str, str]

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(self.names.values())

    def headers(self, credentials: Mapping[str, str], token: str) -> dict[str, str]:
        return {header: credentials[field] for header, field in self.names.items()}


class Basic(Authority, frozen=True):
    """HTTP Basic; without a password field the password is empty."""

    user: str
    password: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.user, self.password) if self.password else (self.user,)

    def headers(self, credentials: Mapping[str, str], token: str) -> dict[str, str]:
        word = credentials[self.password] if self.password else ""
        pair = f"{credentials[self.user]}:{word}".encode()
        return {"Authorization": f"Basic {b64encode(pair).decode()}"}


class OAuth(Authority, frozen=True):
    """OAuth 2 client credentials: a token from `path`, fetched by `tokens`, sent as Bearer.

    `method` is how the client proves itself there: `client_secret_basic` or
    `client_secret_post`.
    """

    path: str
    method: str = "client_secret_basic"
    client_id: str = "client_id"
    client_secret: str = "client_secret"  # noqa: S105

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.client_id, self.client_secret)

    def headers(self, credentials: Mapping[str, str], token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"}
