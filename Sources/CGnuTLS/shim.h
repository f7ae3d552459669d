// GnuTLS, the TLS library of the listener and of the uplink.
#pragma once
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
