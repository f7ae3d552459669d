// The files of the web pages, compiled in like those of assets.c: a block and a line for each file
// of the folder pages. A test compares this list with the folder.
#include "stowage_pages.h"

static const unsigned char pages_common_api_js[] = {
#embed "pages/common/api.js"
    , 0};

static const unsigned char pages_common_chart_js[] = {
#embed "pages/common/chart.js"
    , 0};

static const unsigned char pages_common_datamatrix_js[] = {
#embed "pages/common/datamatrix.js"
    , 0};

static const unsigned char pages_common_dom_js[] = {
#embed "pages/common/dom.js"
    , 0};

static const unsigned char pages_common_floor_map_js[] = {
#embed "pages/common/floor-map.js"
    , 0};

static const unsigned char pages_common_formats_js[] = {
#embed "pages/common/formats.js"
    , 0};

static const unsigned char pages_common_paper_js[] = {
#embed "pages/common/paper.js"
    , 0};

static const unsigned char pages_common_printing_js[] = {
#embed "pages/common/printing.js"
    , 0};

static const unsigned char pages_common_server_es_js[] = {
#embed "pages/common/server-es.js"
    , 0};

static const unsigned char pages_common_session_js[] = {
#embed "pages/common/session.js"
    , 0};

static const unsigned char pages_common_stowage_css[] = {
#embed "pages/common/stowage.css"
    , 0};

static const unsigned char pages_common_stowage_svg[] = {
#embed "pages/common/stowage.svg"
    , 0};

static const unsigned char pages_common_table_js[] = {
#embed "pages/common/table.js"
    , 0};

static const unsigned char pages_common_theme_js[] = {
#embed "pages/common/theme.js"
    , 0};

static const unsigned char pages_common_told_js[] = {
#embed "pages/common/told.js"
    , 0};

static const unsigned char pages_common_words_en_js[] = {
#embed "pages/common/words-en.js"
    , 0};

static const unsigned char pages_common_words_es_js[] = {
#embed "pages/common/words-es.js"
    , 0};

static const unsigned char pages_common_words_js[] = {
#embed "pages/common/words.js"
    , 0};

static const unsigned char pages_docs_docs_html[] = {
#embed "pages/docs/docs.html"
    , 0};

static const unsigned char pages_docs_docs_js[] = {
#embed "pages/docs/docs.js"
    , 0};

static const unsigned char pages_enter_enter_html[] = {
#embed "pages/enter/enter.html"
    , 0};

static const unsigned char pages_enter_enter_js[] = {
#embed "pages/enter/enter.js"
    , 0};

static const unsigned char pages_office_box_js[] = {
#embed "pages/office/box.js"
    , 0};

static const unsigned char pages_office_explained_es_js[] = {
#embed "pages/office/explained-es.js"
    , 0};

static const unsigned char pages_office_floor_js[] = {
#embed "pages/office/floor.js"
    , 0};

static const unsigned char pages_office_forecasts_js[] = {
#embed "pages/office/forecasts.js"
    , 0};

static const unsigned char pages_office_ledger_js[] = {
#embed "pages/office/ledger.js"
    , 0};

static const unsigned char pages_office_office_html[] = {
#embed "pages/office/office.html"
    , 0};

static const unsigned char pages_office_office_js[] = {
#embed "pages/office/office.js"
    , 0};

static const unsigned char pages_office_orders_js[] = {
#embed "pages/office/orders.js"
    , 0};

static const unsigned char pages_office_slotting_js[] = {
#embed "pages/office/slotting.js"
    , 0};

static const unsigned char pages_office_parts_js[] = {
#embed "pages/office/parts.js"
    , 0};

static const unsigned char pages_office_people_js[] = {
#embed "pages/office/people.js"
    , 0};

static const unsigned char pages_office_printers_js[] = {
#embed "pages/office/printers.js"
    , 0};

static const unsigned char pages_office_settings_js[] = {
#embed "pages/office/settings.js"
    , 0};

static const unsigned char pages_office_today_js[] = {
#embed "pages/office/today.js"
    , 0};

static const unsigned char pages_office_words_en_js[] = {
#embed "pages/office/words-en.js"
    , 0};

static const unsigned char pages_office_words_es_js[] = {
#embed "pages/office/words-es.js"
    , 0};

static const unsigned char pages_scan_arrival_js[] = {
#embed "pages/scan/arrival.js"
    , 0};

static const unsigned char pages_scan_errands_js[] = {
#embed "pages/scan/errands.js"
    , 0};

static const unsigned char pages_scan_meaning_js[] = {
#embed "pages/scan/meaning.js"
    , 0};

static const unsigned char pages_scan_queue_js[] = {
#embed "pages/scan/queue.js"
    , 0};

static const unsigned char pages_scan_scan_worker_js[] = {
#embed "pages/scan/scan-worker.js"
    , 0};

static const unsigned char pages_scan_scan_css[] = {
#embed "pages/scan/scan.css"
    , 0};

static const unsigned char pages_scan_scan_html[] = {
#embed "pages/scan/scan.html"
    , 0};

static const unsigned char pages_scan_scan_js[] = {
#embed "pages/scan/scan.js"
    , 0};

static const unsigned char pages_scan_scan_webmanifest[] = {
#embed "pages/scan/scan.webmanifest"
    , 0};

static const unsigned char pages_scan_screens_js[] = {
#embed "pages/scan/screens.js"
    , 0};

static const unsigned char pages_scan_signals_js[] = {
#embed "pages/scan/signals.js"
    , 0};

static const unsigned char pages_scan_standing_js[] = {
#embed "pages/scan/standing.js"
    , 0};

static const unsigned char pages_scan_wedge_js[] = {
#embed "pages/scan/wedge.js"
    , 0};

static const unsigned char pages_scan_words_en_js[] = {
#embed "pages/scan/words-en.js"
    , 0};

static const unsigned char pages_scan_words_es_js[] = {
#embed "pages/scan/words-es.js"
    , 0};

static const unsigned char pages_scan_work_js[] = {
#embed "pages/scan/work.js"
    , 0};

static const unsigned char pages_station_arrive_js[] = {
#embed "pages/station/arrive.js"
    , 0};

static const unsigned char pages_station_bin_js[] = {
#embed "pages/station/bin.js"
    , 0};

static const unsigned char pages_station_entry_js[] = {
#embed "pages/station/entry.js"
    , 0};

static const unsigned char pages_station_lines_js[] = {
#embed "pages/station/lines.js"
    , 0};

static const unsigned char pages_station_live_js[] = {
#embed "pages/station/live.js"
    , 0};

static const unsigned char pages_station_paper_js[] = {
#embed "pages/station/paper.js"
    , 0};

static const unsigned char pages_station_plan_js[] = {
#embed "pages/station/plan.js"
    , 0};

static const unsigned char pages_station_station_css[] = {
#embed "pages/station/station.css"
    , 0};

static const unsigned char pages_station_station_html[] = {
#embed "pages/station/station.html"
    , 0};

static const unsigned char pages_station_station_js[] = {
#embed "pages/station/station.js"
    , 0};

static const unsigned char pages_station_words_en_js[] = {
#embed "pages/station/words-en.js"
    , 0};

static const unsigned char pages_station_words_es_js[] = {
#embed "pages/station/words-es.js"
    , 0};

#define PAGE(path, symbol) {path, symbol, sizeof(symbol) - 1}

static const struct stowage_asset pages[] = {
    PAGE("pages/common/api.js", pages_common_api_js),
    PAGE("pages/common/chart.js", pages_common_chart_js),
    PAGE("pages/common/datamatrix.js", pages_common_datamatrix_js),
    PAGE("pages/common/dom.js", pages_common_dom_js),
    PAGE("pages/common/floor-map.js", pages_common_floor_map_js),
    PAGE("pages/common/formats.js", pages_common_formats_js),
    PAGE("pages/common/paper.js", pages_common_paper_js),
    PAGE("pages/common/printing.js", pages_common_printing_js),
    PAGE("pages/common/server-es.js", pages_common_server_es_js),
    PAGE("pages/common/session.js", pages_common_session_js),
    PAGE("pages/common/stowage.css", pages_common_stowage_css),
    PAGE("pages/common/stowage.svg", pages_common_stowage_svg),
    PAGE("pages/common/table.js", pages_common_table_js),
    PAGE("pages/common/theme.js", pages_common_theme_js),
    PAGE("pages/common/told.js", pages_common_told_js),
    PAGE("pages/common/words-en.js", pages_common_words_en_js),
    PAGE("pages/common/words-es.js", pages_common_words_es_js),
    PAGE("pages/common/words.js", pages_common_words_js),
    PAGE("pages/docs/docs.html", pages_docs_docs_html),
    PAGE("pages/docs/docs.js", pages_docs_docs_js),
    PAGE("pages/enter/enter.html", pages_enter_enter_html),
    PAGE("pages/enter/enter.js", pages_enter_enter_js),
    PAGE("pages/office/box.js", pages_office_box_js),
    PAGE("pages/office/explained-es.js", pages_office_explained_es_js),
    PAGE("pages/office/floor.js", pages_office_floor_js),
    PAGE("pages/office/forecasts.js", pages_office_forecasts_js),
    PAGE("pages/office/ledger.js", pages_office_ledger_js),
    PAGE("pages/office/office.html", pages_office_office_html),
    PAGE("pages/office/office.js", pages_office_office_js),
    PAGE("pages/office/orders.js", pages_office_orders_js),
    PAGE("pages/office/slotting.js", pages_office_slotting_js),
    PAGE("pages/office/parts.js", pages_office_parts_js),
    PAGE("pages/office/people.js", pages_office_people_js),
    PAGE("pages/office/printers.js", pages_office_printers_js),
    PAGE("pages/office/settings.js", pages_office_settings_js),
    PAGE("pages/office/today.js", pages_office_today_js),
    PAGE("pages/office/words-en.js", pages_office_words_en_js),
    PAGE("pages/office/words-es.js", pages_office_words_es_js),
    PAGE("pages/scan/arrival.js", pages_scan_arrival_js),
    PAGE("pages/scan/errands.js", pages_scan_errands_js),
    PAGE("pages/scan/meaning.js", pages_scan_meaning_js),
    PAGE("pages/scan/queue.js", pages_scan_queue_js),
    PAGE("pages/scan/scan-worker.js", pages_scan_scan_worker_js),
    PAGE("pages/scan/scan.css", pages_scan_scan_css),
    PAGE("pages/scan/scan.html", pages_scan_scan_html),
    PAGE("pages/scan/scan.js", pages_scan_scan_js),
    PAGE("pages/scan/scan.webmanifest", pages_scan_scan_webmanifest),
    PAGE("pages/scan/screens.js", pages_scan_screens_js),
    PAGE("pages/scan/signals.js", pages_scan_signals_js),
    PAGE("pages/scan/standing.js", pages_scan_standing_js),
    PAGE("pages/scan/wedge.js", pages_scan_wedge_js),
    PAGE("pages/scan/words-en.js", pages_scan_words_en_js),
    PAGE("pages/scan/words-es.js", pages_scan_words_es_js),
    PAGE("pages/scan/work.js", pages_scan_work_js),
    PAGE("pages/station/arrive.js", pages_station_arrive_js),
    PAGE("pages/station/bin.js", pages_station_bin_js),
    PAGE("pages/station/entry.js", pages_station_entry_js),
    PAGE("pages/station/lines.js", pages_station_lines_js),
    PAGE("pages/station/live.js", pages_station_live_js),
    PAGE("pages/station/paper.js", pages_station_paper_js),
    PAGE("pages/station/plan.js", pages_station_plan_js),
    PAGE("pages/station/station.css", pages_station_station_css),
    PAGE("pages/station/station.html", pages_station_station_html),
    PAGE("pages/station/station.js", pages_station_station_js),
    PAGE("pages/station/words-en.js", pages_station_words_en_js),
    PAGE("pages/station/words-es.js", pages_station_words_es_js),
};

size_t stowage_page_count(void) { return sizeof pages / sizeof pages[0]; }

const struct stowage_asset *stowage_page_at(size_t index) { return &pages[index]; }
