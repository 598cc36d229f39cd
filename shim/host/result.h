/*
 * result.h - from the HRESULTs used inside to the codes the old API returns.
 */
#ifndef NTDSBCLI_RESULT_H
#define NTDSBCLI_RESULT_H

#include <windows.h>

/* Engine errors without a name in ntdsbmsg.h: 0xC8000000 | the engine's number. */
#define hrLogReadVerifyFailure ((HRESULT)0xC8000264L) /* -612 */
#define hrLogFileNotCopied     ((HRESULT)0xC8000268L) /* -616 */

/*
 * Win32 errors come out raw, as the old functions returned them (KB Q159170, Q156715); VSS failures
 * that the old API has a code for become that; every other HRESULT stays.
 */
HRESULT result_to_legacy(HRESULT hr);

/* GetLastError, ERROR_GEN_FAILURE where that is 0. */
HRESULT result_last_error(void);

#endif
