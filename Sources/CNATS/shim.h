// libnats, the NATS client library of the hub.
#pragma once
#include <nats/nats.h>
