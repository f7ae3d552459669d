"""What schemathesis must be told of this API, beside its description."""

import itertools
import os
import uuid

import schemathesis
from urllib3.util import connection

# Whoever shows wrong tokens is told to wait, by address: here each connection has its own one of
# 127.0.0.0/8, so that the check of wrong tokens meets the gate and not the brake.
ADDRESSES = itertools.count(1)
connect = connection.create_connection


def spread(address, timeout=None, source_address=None, socket_options=None):
    """Connects from another address of this machine each time."""
    number = next(ADDRESSES)
    own = f"127.{1 + number // 62_500 % 250}.{number // 250 % 250}.{1 + number % 250}"
    return connect(address, timeout, source_address or (own, 0), socket_options)


connection.create_connection = spread


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context, value):
    """Rows as they are: the schema says no more of them than that they are text."""
    return {"data": value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")}


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """Turns aside what would end the judging itself."""
    case.headers = {**(case.headers or {}), "Connection": "close"}
    # A stream of events never ends; what is judged is one that does.
    if case.path == "/api/v1/events" and case.method.upper() == "GET":
        case.query = {**(case.query or {}), "once": "1"}
    # Whoever withdraws the own token is a stranger afterwards.
    if (case.path_parameters or {}).get("id") == os.environ.get("STOWAGE_OWN_TOKEN"):
        case.path_parameters = {**case.path_parameters, "id": str(uuid.uuid4())}
