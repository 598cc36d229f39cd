/*
 * What pages and log segments have in common: the new checksum format, judged as such.
 *
 * Private to shim/ese.
 */
#ifndef NTDSBCLI_ESE_PAGE_H
#define NTDSBCLI_ESE_PAGE_H

#include "ese_checksum.h"

/* A page, or a segment, of one block that is right at first sight, as nearly all are: new format,
 * good sums. False for any other, good or bad. */
bool ese_page_is_plainly_good(const void *page, size_t page_bytes, uint32_t page_number);

/* What is to be said of such a page. */
void ese_page_report_good(const void *page, uint32_t page_number, struct ese_page_report *report);

/* As ese_page_verify, but takes the page for new format whatever its flag says, and does not look
 * for blank pages. report is required. */
enum ese_verdict ese_page_judge_new(const void *page, size_t page_bytes, uint32_t page_number,
                                    struct ese_page_report *report);

/* Flips the bits a report with ESE_CORRECTABLE names and makes it ESE_CORRECTED. */
void ese_page_apply(void *page, struct ese_page_report *report);

#endif
