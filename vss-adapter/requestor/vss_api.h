/*
 * vss_api.h - the entry points of vssapi.dll, loaded at run time from the system folder only.
 */
#ifndef NTDSVSS_VSS_API_H
#define NTDSVSS_VSS_API_H

#include <ntdsvss.h>

#include "common/report.h"
#include "vss_wait.h"

#include <stdbool.h>
#include <vss.h>
#include <vswriter.h>
#include <vsbackup.h>

/*
 * Creates a components object. NTDSVSS_E_UNAVAILABLE where vssapi.dll is missing or lacks the entry
 * points, answers E_NOTIMPL (Wine's own), or cannot reach the service. Release it with
 * IVssBackupComponents_Release. Any thread that has entered COM.
 */
HRESULT vss_api_create_components(const struct ntdsvss_settings *settings,
                                  IVssBackupComponents **components);

/*
 * Reads a writer metadata document that was saved with a backup, which needs vssapi.dll but not the
 * service. Release *metadata with IVssExamineWriterMetadata_Release.
 */
HRESULT vss_api_examine_metadata(const struct ntdsvss_settings *settings, const wchar_t *document,
                                 IVssExamineWriterMetadata **metadata);

/*
 * Calls a method of the components object, with its line in the log about subject (a text, or
 * NULL). The value is the method's result.
 */
#define VSS_CALL(settings, components, method, subject, ...)                                       \
    (call_begin((settings), L"" #method),                                                          \
     call_end((settings), L"" #method, (subject),                                                  \
              IVssBackupComponents_##method((components), ##__VA_ARGS__)))

/* The same for a method that begins an operation, whose end is waited for (vss_wait.h). async: the
 * address of a pointer that is NULL. */
#define VSS_RUN(settings, components, method, async)                                               \
    (call_begin((settings), L"" #method),                                                          \
     vss_wait((settings), L"" #method, IVssBackupComponents_##method((components), (async)),       \
              (async)))

/* Whether a failure of any VSS call means that its service is not there to be reached. */
bool vss_api_service_is_unreachable(HRESULT hr);

/*
 * What a session was refused with at its first call, or NTDSVSS_E_WRONG_BITNESS where this is a
 * 32-bit program on 64-bit Windows: VSS does not say so.
 */
HRESULT vss_api_explain_refusal(const struct ntdsvss_settings *settings, HRESULT hr);

/* Frees the strings of a VSS_SNAPSHOT_PROP; only after a successful create. */
void vss_api_free_snapshot_properties(VSS_SNAPSHOT_PROP *properties);

#endif
