/*
 * expiry.c - chooses the time of expiry.
 *
 * The format of the writer's metadata is not published: what is not plainly a time is not guessed
 * at.
 */
#include "expiry.h"

#include "common/log_file.h"
#include "host/clock.h"
#include "tombstone.h"

#define DEFAULT_DAYS 60u

/* As it is, for whoever knows what it says. */
static void log_metadata(const wchar_t *backup_metadata)
{
    if (backup_metadata[0])
        log_line(LOG_INFO, L"The NTDS writer's backup metadata: %ls", backup_metadata);
    else
        log_line(LOG_INFO, L"The NTDS writer stored no backup metadata");
}

static uint32_t choose_days(uint32_t setting_days, enum token_expiry *source)
{
    uint32_t days = setting_days;

    *source = TOKEN_EXPIRY_SETTING;
    if (!days) {
        days = tombstone_lifetime_days();
        *source = TOKEN_EXPIRY_TOMBSTONE;
    }
    if (!days) {
        days = DEFAULT_DAYS;
        *source = TOKEN_EXPIRY_ASSUMED;
    }
    return days;
}

uint64_t expiry_of_backup(uint64_t created, uint32_t setting_days, const wchar_t *backup_metadata,
                          enum token_expiry *source)
{
    uint64_t expires;
    uint32_t days;

    log_metadata(backup_metadata);
    if (!setting_days && clock_parse(backup_metadata, &expires) && expires > created) {
        *source = TOKEN_EXPIRY_WRITER;
        log_line(LOG_INFO, L"The backup expires at %ls (%ls)", backup_metadata,
                 expiry_source_text(*source));
        return expires;
    }
    days = choose_days(setting_days, source);
    log_line(*source == TOKEN_EXPIRY_ASSUMED ? LOG_WARNING : LOG_INFO,
             L"The backup expires in %u days (%ls)", days, expiry_source_text(*source));
    return created + days * CLOCK_DAY;
}

uint64_t expiry_at_restore(const struct token_fields *fields, uint32_t setting_days)
{
    uint64_t widened = fields->created + setting_days * CLOCK_DAY;

    if (fields->expiry == TOKEN_EXPIRY_ASSUMED && widened > fields->expires)
        return widened;
    return fields->expires;
}

const wchar_t *expiry_source_text(enum token_expiry source)
{
    switch (source) {
    case TOKEN_EXPIRY_SETTING:
        return L"set by ExpiryDays";
    case TOKEN_EXPIRY_WRITER:
        return L"as the NTDS writer says";
    case TOKEN_EXPIRY_TOMBSTONE:
        return L"the tombstone lifetime of the directory";
    case TOKEN_EXPIRY_ASSUMED:
        return L"assumed: the tombstone lifetime could not be read";
    case TOKEN_EXPIRY_UNKNOWN:
        break;
    }
    return L"an older version chose it";
}
