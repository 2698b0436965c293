"""
The sign-in of the Identity Center, OAuth's device grant:
https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html, API_StartDeviceAuthorization.html,
API_CreateToken.html; https://www.rfc-editor.org/rfc/rfc8628#section-3.5.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from .call import Call
from .errors import ApiError
from .inputs import Input, now
from .operations import serves

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
CLIENT_SECONDS = 90 * 24 * 60 * 60
TOKEN_SECONDS = 8 * 60 * 60


@dataclass
class Device:
    """A device that waits for its person."""

    client: str
    user_code: str
    expires_at: float
    interval: int
    polls: int = 0
    polled_at: float = 0
    decision: str = "pending"
    user_name: str | None = None


@dataclass
class Session:
    """A session of the portal. Without a name it is someone with every assignment."""

    user_name: str | None
    expires_at: float


class Login:
    """Devices and sessions, and how sign-ins go; tests steer it."""

    def __init__(self) -> None:
        self.clients: dict[str, str] = {}
        self.devices: dict[str, Device] = {}
        self.sessions: dict[str, Session] = {}
        self.configure({})

    def decide(self, value: Any, decision: str) -> None:
        """Takes the person's decision. Raises a ValueError when no device shows that code."""
        given = value if isinstance(value, dict) else {}
        for device in self.devices.values():
            if device.user_code == given.get("userCode"):
                device.decision, device.user_name = decision, given.get("userName")
                return
        raise ValueError(f"no device shows the user code {given.get('userCode')}")

    def configure(self, value: Any) -> None:
        """Replaces the settings of sign-ins that start from now on. Raises a ValueError that names the field."""
        settings = {"interval": 1, "expiresIn": 600, "approveAfterPolls": None, "userName": None}
        given = value if isinstance(value, dict) else {}
        for name, each in given.items():
            if name not in settings:
                raise ValueError(f"the sign-in has no setting {name}")
            if name != "userName" and (type(each) is not int or each < 0):
                raise ValueError(f"{name} is a number from 0 on")
        self.settings = {**settings, **given}


LOGIN = Login()


@serves("sso-oidc")
def register_client(call: Call) -> Input:
    read_text(call.input, "clientName")
    if read_text(call.input, "clientType") != "public":
        raise ApiError("InvalidClientMetadataException", "clientType must be public")
    client, secret = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
    LOGIN.clients[client] = secret
    times = {"clientIdIssuedAt": now(), "clientSecretExpiresAt": now() + CLIENT_SECONDS}
    return {"clientId": client, "clientSecret": secret, **times}


@serves("sso-oidc")
def start_device_authorization(call: Call) -> Input:
    client = check_client(call.input)
    read_text(call.input, "startUrl")
    interval, expires_in = LOGIN.settings["interval"], LOGIN.settings["expiresIn"]
    device_code = secrets.token_urlsafe(32)
    device = Device(client, make_user_code(), time.time() + expires_in, interval)
    LOGIN.devices[device_code] = device
    address = f"https://device.sso.{call.region}.amazonaws.com/"
    return {
        "deviceCode": device_code,
        "userCode": device.user_code,
        "verificationUri": address,
        "verificationUriComplete": f"{address}?user_code={device.user_code}",
        "expiresIn": expires_in,
        "interval": interval,
    }


@serves("sso-oidc")
def create_token(call: Call) -> Input:
    client = check_client(call.input)
    if read_text(call.input, "grantType") != GRANT_TYPE:
        raise ApiError("UnsupportedGrantTypeException", f"Only {GRANT_TYPE} is supported")
    device_code = read_text(call.input, "deviceCode")
    device = LOGIN.devices.get(device_code)
    if device is None or device.client != client:
        raise ApiError("InvalidGrantException", "Invalid device code")
    user_name = poll(device)
    # A device code serves once.
    del LOGIN.devices[device_code]
    token = secrets.token_urlsafe(32)
    LOGIN.sessions[token] = Session(user_name, time.time() + TOKEN_SECONDS)
    return {"accessToken": token, "tokenType": "Bearer", "expiresIn": TOKEN_SECONDS}


def poll(device: Device) -> str | None:
    """Returns who signed in, or raises what the client has to be told."""
    moment = time.time()
    early = moment - device.polled_at < device.interval
    device.polled_at = moment
    device.polls += 1
    if moment >= device.expires_at:
        raise ApiError("ExpiredTokenException", "The device code has expired")
    if early:
        raise ApiError("SlowDownException", "The client polls too often")
    if device.decision == "denied":
        raise ApiError("AccessDeniedException", "The person denied the request")
    if device.decision == "approved":
        return device.user_name
    limit = LOGIN.settings["approveAfterPolls"]
    if limit is not None and device.polls > limit:
        return LOGIN.settings["userName"]
    raise ApiError("AuthorizationPendingException", "The person has not decided yet")


def check_client(given: Input) -> str:
    client, secret = read_text(given, "clientId"), read_text(given, "clientSecret")
    if LOGIN.clients.get(client) != secret:
        raise ApiError("InvalidClientException", "Client authentication failed", 401)
    return client


def read_text(given: Input, name: str) -> str:
    value = given.get(name)
    if isinstance(value, str) and value:
        return value
    raise ApiError("InvalidRequestException", f"The parameter {name} is missing")


def make_user_code() -> str:
    """Like `BCDF-GHJK`: letters that spell no word."""
    first, second = ("".join(secrets.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(4)) for _ in range(2))
    return f"{first}-{second}"
