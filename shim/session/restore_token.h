/*
 * restore_token.h - may the backup of this token be restored here and now?
 */
#ifndef NTDSBCLI_RESTORE_TOKEN_H
#define NTDSBCLI_RESTORE_TOKEN_H

#include "host/result.h"

#include "host/installation.h"
#include "host/settings.h"
#include "token/token_layout.h"

#include <stdint.h>

/*
 * Is it of this installation of Windows? Each difference, and what cannot be compared, is in the
 * log. hrOtherInstallation: it differs, and the settings do not allow that. Otherwise S_OK, or why
 * the boot key cannot be hashed.
 */
legacy_result restore_token_installation(const struct token_fields *fields,
                                         const struct installation *here,
                                         const struct settings *settings);

/*
 * The same of this computer, and whether the backup has expired: hrContentsExpired.
 * ERROR_TIME_SKEW: the clock is more than a day before the backup's time.
 * hrUnknownExpiryTokenFormat: it has another number of databases than the one that is restored. The
 * reason is in the log.
 */
legacy_result restore_token_check(const struct token_fields *fields, uint64_t now,
                                  const struct settings *settings);

#endif
