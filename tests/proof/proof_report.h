/*
 * proof_report.h - what was found, for each claim of the page of what is proved.
 */
#ifndef PROOF_REPORT_H
#define PROOF_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

/* The worst of a claim's checks counts: in this order. */
enum proof_outcome
{
    PROOF_PROVED,
    PROOF_NOT_POSSIBLE, /* here; the evidence says why */
    PROOF_FAILED
};

struct proof_entry
{
    const wchar_t *claim; /* an id of the page; a literal */
    const wchar_t *check; /* what was looked at; a literal */
    enum proof_outcome outcome;
    wchar_t *evidence;
};

/* Of this computer or of a file: no claim, but without it nobody knows what was proved where. */
struct proof_fact
{
    wchar_t *name, *value;
};

/* Zero-initialise; release with proof_report_fini. */
struct proof_report
{
    struct proof_entry *entries;
    size_t entry_count, entry_capacity;
    struct proof_fact *facts;
    size_t fact_count, fact_capacity;
    bool is_incomplete; /* out of memory: something is missing */
};

/* Also prints a line. The evidence is cut off at 999 characters. */
void proof_report_add(struct proof_report *report, const wchar_t *claim, const wchar_t *check,
                      enum proof_outcome outcome, const wchar_t *format, ...);
void proof_report_fact(struct proof_report *report, const wchar_t *name, const wchar_t *format,
                       ...);

/* False: no check has this claim. */
bool proof_report_outcome(const struct proof_report *report, const wchar_t *claim,
                          enum proof_outcome *outcome);
bool proof_report_has_failed(const struct proof_report *report);
const wchar_t *proof_outcome_name(enum proof_outcome outcome);

/*
 * {"tool", "schema", "version", "level", "time", "facts": {name: value}, "claims": [ {"id",
 * "outcome", "checks": [ {"check", "outcome", "evidence"} ]} ]}. UTF-8, the caller frees it. NULL:
 * out of memory.
 */
#define PROOF_SCHEMA 1
char *proof_report_json(const struct proof_report *report, unsigned int level, uint64_t time,
                        size_t *byte_count);

/*
 * The page of what is proved with one more column: what was found here. page: UTF-8, terminated.
 * *strangers: how many claims of the report the page does not have. The caller frees it. NULL: out
 * of memory.
 */
char *proof_report_page(const struct proof_report *report, const char *page, size_t *strangers);

void proof_report_fini(struct proof_report *report);

#endif
