// libcurl (GnuTLS flavour): its option setters are variadic, so each kind of value has a wrapper.
#pragma once
#include <curl/curl.h>

static inline CURLcode stowage_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stowage_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stowage_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stowage_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

// `read`, `write` and `header` callbacks share this shape.
static inline CURLcode stowage_curl_set_transfer(
    CURL *handle, CURLoption option,
    size_t (*callback)(char *bytes, size_t size, size_t count, void *context)) {
  return curl_easy_setopt(handle, option, callback);
}

static inline CURLcode stowage_curl_set_progress(
    CURL *handle,
    int (*callback)(void *context, curl_off_t downTotal, curl_off_t down, curl_off_t upTotal,
                    curl_off_t up)) {
  return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

static inline CURLcode stowage_curl_get_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode stowage_curl_get_size(CURL *handle, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(handle, info, value);
}

// CURL_GLOBAL_DEFAULT is a macro over macros, which Swift does not import.
static inline CURLcode stowage_curl_global_init(void) {
  return curl_global_init(CURL_GLOBAL_DEFAULT);
}
