// libcurl (GnuTLS flavour): its option setters are variadic, so each kind of value has a wrapper.
#pragma once
#include <curl/curl.h>
