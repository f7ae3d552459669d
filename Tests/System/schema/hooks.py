"""What schemathesis must be told of this API, beside its description."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context, value):
    """Rows as they are: the schema says no more of them than that they are text."""
    return {"data": value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")}


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """A stream of events never ends; what is judged is one that does."""
    if case.path == "/api/v1/events" and case.method.upper() == "GET":
        case.query = {**(case.query or {}), "once": "1"}
