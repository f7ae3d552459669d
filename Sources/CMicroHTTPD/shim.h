// GNU libmicrohttpd: what Swift cannot import (variadic functions) is wrapped here.
#pragma once
#include <microhttpd.h>
