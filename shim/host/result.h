/*
 * result.h - the codes of the old API, and what the broker's HRESULTs become.
 *
 * Everything in shim/ speaks the codes that the old API returns; vss-adapter/ speaks HRESULTs. The
 * two meet in one place, the broker client. They cannot be mixed: 0x80070057 is VSS refusing an
 * argument of ours and stays that, while a caller's own bad argument is 87.
 */
#ifndef NTDSBCLI_RESULT_H
#define NTDSBCLI_RESULT_H

#include <windows.h>

/* Engine errors without a name in ntdsbmsg.h: 0xC8000000 | the engine's number. */
#define hrMissingFileToBackup      ((HRESULT)0xC8000239L) /* -569 */
#define hrLogReadVerifyFailure     ((HRESULT)0xC8000264L) /* -612 */
#define hrAttachedDatabaseMismatch ((HRESULT)0xC80004C0L) /* -1216 */
#define hrLogFileNotCopied         ((HRESULT)0xC8000268L) /* -616 */

/* Ours, beside ntdsvss.h's. */
#define hrOtherInstallation ((HRESULT)0x80044E10L)

/*
 * S_OK, a raw Win32 code, an hr* code of ntdsbmsg.h, or VSS's own. Compare it with S_OK: a Win32
 * code is positive, which SUCCEEDED() takes for success.
 */
typedef HRESULT legacy_result;

/*
 * Win32 errors come out raw, as the old functions returned them (KB Q159170, Q156715); VSS failures
 * that the old API has a code for become that; every other HRESULT stays.
 */
legacy_result result_to_legacy(HRESULT hr);

/* GetLastError, or ERROR_GEN_FAILURE if that is 0. */
legacy_result result_last_error(void);

#endif
