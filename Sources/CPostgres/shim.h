// libpq, the PostgreSQL client library of the hub.
#pragma once
#include <libpq-fe.h>
