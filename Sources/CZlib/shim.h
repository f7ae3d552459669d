// zlib: its initialisers are macros, which Swift cannot import.
#pragma once
#include <zlib.h>
