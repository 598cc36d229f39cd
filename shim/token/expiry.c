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

uint64_t expiry_of_backup(uint64_t created, uint32_t setting_days, const wchar_t *backup_metadata)
{
    uint32_t days = setting_days;
    uint64_t expires;

    if (!days && clock_parse(backup_metadata, &expires) && expires > created) {
        log_line(LOG_INFO, L"The backup expires at %ls, as the NTDS writer says", backup_metadata);
        return expires;
    }
    if (!days)
        days = tombstone_lifetime_days();
    if (!days)
        days = DEFAULT_DAYS;
    log_line(LOG_INFO, L"The backup expires in %u days (%ls)", days,
             setting_days ? L"ExpiryDays" : L"tombstone lifetime");
    return created + days * CLOCK_DAY;
}
