/*
 * restore_token.c - compares a token with this computer and its clock.
 */
#include "restore_token.h"

#include "common/log_file.h"
#include "host/clock.h"
#include "token/expiry.h"
#include "token/token.h"

#include <ntdsbmsg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define OVERRIDE                                                                                   \
    L"To restore it all the same, set the DWORD value AllowOtherInstallation = 1 in "              \
    L"HKLM\\SOFTWARE\\ntdsbcli."

/* --- the date ----------------------------------------------------------------------------- */

static void report_date(const struct token_fields *fields, uint64_t now,
                        const struct settings *settings, legacy_result hr)
{
    wchar_t created[CLOCK_TEXT_CHARS], expires[CLOCK_TEXT_CHARS], present[CLOCK_TEXT_CHARS];

    clock_format(fields->created, created);
    clock_format(expiry_at_restore(fields, settings->expiry_days), expires);
    clock_format(now, present);
    if (hr == ERROR_TIME_SKEW)
        log_line(LOG_ERROR,
                 L"The clock of this computer says %ls, which is before the backup was made (%ls). "
                 L"Set the clock, then restore again.",
                 present, created);
    else
        log_line(LOG_ERROR,
                 L"The backup, made at %ls, has expired: it could be restored until %ls (%ls). %ls",
                 created, expires, expiry_source_text(fields->expiry),
                 fields->expiry == TOKEN_EXPIRY_ASSUMED
                     ? L"If the forest's tombstone lifetime is longer, set ExpiryDays to it in "
                       L"HKLM\\SOFTWARE\\ntdsbcli and restore again."
                     : L"Restore a newer backup.");
}

/* --- the installation --------------------------------------------------------------------- */

struct comparison
{
    enum log_level level; /* of a difference */
    unsigned int different;
    bool is_boot_key_known; /* then and now: SID and name are those of a new installation too */
};

/* NULL or empty: not known. Names and SIDs are compared without regard to case, as the directory
 * does. */
static legacy_result compare_text(struct comparison *comparison, const wchar_t *what,
                                  struct token_text then, const wchar_t *now)
{
    wchar_t *backup = token_text_copy(then);

    if (!backup)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (backup[0] && now && now[0]) {
        if (_wcsicmp(backup, now) != 0) {
            comparison->different++;
            log_line(comparison->level,
                     L"The backup has another %ls than this computer: %ls, not %ls", what, backup,
                     now);
        }
    } else {
        log_line(LOG_INFO, L"The %ls cannot be compared: %ls", what,
                 backup[0] ? L"this computer does not say it" : L"the backup does not say it");
    }
    free(backup);
    return S_OK;
}

/* What decides whether the directory can decrypt its secrets. */
static legacy_result compare_boot_key(struct comparison *comparison,
                                      const struct token_fields *fields,
                                      const struct installation *here)
{
    static const uint8_t unknown[HASH_BYTES];
    uint8_t now[HASH_BYTES];
    legacy_result hr = installation_hash_boot_key(here, fields->backup_id, TOKEN_ID_BYTES, now);

    if (hr != S_OK)
        return hr;
    if (!fields->boot_key_hash || memcmp(fields->boot_key_hash, unknown, sizeof(unknown)) == 0 ||
        memcmp(now, unknown, sizeof(unknown)) == 0) {
        log_line(LOG_WARNING,
                 L"The boot key cannot be compared, so nobody knows whether the backup is of this "
                 L"installation of Windows. If it is not, the computer will restart again and "
                 L"again.");
        return S_OK;
    }
    comparison->is_boot_key_known = true;
    if (memcmp(fields->boot_key_hash, now, sizeof(now)) != 0) {
        comparison->different++;
        log_line(comparison->level,
                 L"The backup has another boot key than this computer: it is of another "
                 L"installation of Windows, or the SYSTEM registry hive was replaced. The "
                 L"directory could not decrypt its secrets, and the computer would restart again "
                 L"and again.");
    }
    return S_OK;
}

legacy_result restore_token_installation(const struct token_fields *fields,
                                         const struct installation *here,
                                         const struct settings *settings)
{
    bool allow = settings->allow_other_installation;
    struct comparison comparison = {.level = allow ? LOG_WARNING : LOG_ERROR};
    legacy_result hr =
        compare_text(&comparison, L"domain SID", fields->domain_sid, here->domain_sid);

    if (hr == S_OK)
        hr =
            compare_text(&comparison, L"Machine DN Name", fields->machine_name, here->machine_name);
    if (hr == S_OK)
        hr = compare_boot_key(&comparison, fields, here);
    if (hr != S_OK)
        return hr;
    if (!comparison.different) {
        if (comparison.is_boot_key_known)
            log_line(LOG_INFO, L"The backup is of this installation of Windows");
        return S_OK;
    }
    log_line(comparison.level, L"%ls",
             allow ? L"The restore goes on, because AllowOtherInstallation is 1"
                   : L"The backup is not restored. " OVERRIDE);
    return allow ? S_OK : hrOtherInstallation;
}

legacy_result restore_token_check(const struct token_fields *fields, uint64_t now,
                                  const struct settings *settings)
{
    struct installation here;
    legacy_result hr = token_check_expiry(fields, now, settings->expiry_days);

    if (hr != S_OK) {
        report_date(fields, now, settings, hr);
        return hr;
    }
    if (fields->database_count != 1) {
        log_line(LOG_ERROR, L"The token lists %u databases; expected 1", fields->database_count);
        return hrUnknownExpiryTokenFormat;
    }
    installation_read(&here);
    hr = restore_token_installation(fields, &here, settings);
    installation_fini(&here);
    return hr;
}
