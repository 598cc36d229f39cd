/*
 * check_vss.c - does VSS answer, what do its writers say, which shadow copies are there?
 *
 * The questions are asked on a thread of their own: a VSS that hangs must not hang the doctor.
 */
#include "checks.h"

#include "host/directory.h"
#include "common/codes.h"
#include "processes.h"
#include "service.h"
#include "host/settings.h"
#include "vss_query.h"

#include <process.h>
#include <stdlib.h>
#include <wchar.h>

#define WAIT_MAX_MS         60000u
#define MARGIN_MS           15000u
#define QUERY_STEPS         3u
#define WRITER_FIRST_FAILED 6u /* VSS_WS_FAILED_AT_IDENTIFY */

#define NEXT_SERVICE                                                                               \
    L"Run 'vssadmin list writers' and look at the Application event log, source VSS. The "         \
    L"services "                                                                                   \
    L"'Volume Shadow Copy' and 'COM+ Event System' must not be disabled."

static unsigned __stdcall query_thread(void *parameter)
{
    struct vss_query *query = parameter;

    vss_query_run(query, *(const uint32_t *)(query + 1));
    return 0;
}

/* NULL: out of memory, or it hangs - then the memory is left to the thread that does. */
static struct vss_query *ask(uint32_t wait_ms, bool *hangs)
{
    struct vss_query *query = calloc(1, sizeof(*query) + sizeof(uint32_t));
    HANDLE thread;

    *hangs = false;
    if (!query)
        return NULL;
    memcpy(query + 1, &wait_ms, sizeof(wait_ms));
    thread = (HANDLE)_beginthreadex(NULL, 0, query_thread, query, 0, NULL);
    if (!thread) {
        free(query);
        return NULL;
    }
    *hangs = WaitForSingleObject(thread, QUERY_STEPS * wait_ms + MARGIN_MS) != WAIT_OBJECT_0;
    CloseHandle(thread);
    return *hangs ? NULL : query;
}

static void report_service(struct findings *findings, bool answers)
{
    struct service_facts service;

    service_query(L"VSS", &service);
    if (service.is_disabled)
        findings_add(findings, AREA_VSS, FINDING_ERROR, L"vss.service",
                     L"Set its start type to manual: 'sc config vss start= demand'.",
                     L"The service Volume Shadow Copy is disabled.");
    else if (!service.exists)
        findings_add(findings, AREA_VSS, answers ? FINDING_NOTE : FINDING_ERROR, L"vss.service",
                     answers ? NULL : NEXT_SERVICE,
                     answers ? L"There is no service named VSS, but VSS answers: so it is under "
                               L"Wine."
                             : L"There is no service Volume Shadow Copy on this computer.");
    else
        findings_add(findings, AREA_VSS, FINDING_OK, L"vss.service", NULL,
                     L"The service Volume Shadow Copy is %ls; it starts by itself.",
                     service_state_name(service.state));
}

static void report_writer(struct findings *findings, const struct vss_query_writer *writer)
{
    const struct code_name *known = codes_find(writer->failure);
    bool failed = FAILED(writer->failure) || writer->state >= WRITER_FIRST_FAILED;
    enum finding_level level = !failed           ? FINDING_OK
                               : writer->is_ntds ? FINDING_ERROR
                                                 : FINDING_NOTE;

    if (!failed)
        findings_add(findings, AREA_VSS, level,
                     writer->is_ntds ? L"vss.writer-ntds" : L"vss.writer-other", NULL,
                     L"Writer %ls: [%u] %ls, no error.", writer->name, writer->state,
                     writer_state_name(writer->state));
    else
        findings_add(
            findings, AREA_VSS, level, writer->is_ntds ? L"vss.writer-ntds" : L"vss.writer-other",
            writer->is_ntds
                ? L"Look at the Directory Service event log; a writer that stays failed "
                  L"comes back with a restart of the directory."
                : L"Not part of a backup of the directory.",
            L"Writer %ls: [%u] %ls, failure %ls (0x%08lx)%ls%ls.", writer->name, writer->state,
            writer_state_name(writer->state), known ? known->name : L"code",
            (unsigned long)writer->failure, known ? L": " : L"", known ? known->meaning : L"");
}

static void report_writers(struct findings *findings, const struct vss_query *query)
{
    bool has_ntds = false;
    size_t i;

    for (i = 0; i < query->writer_count; i++) {
        report_writer(findings, &query->writers[i]);
        has_ntds |= query->writers[i].is_ntds;
    }
    if (!has_ntds && directory_query_state() == NTDSVSS_STATE_OFFLINE)
        findings_add(findings, AREA_VSS, FINDING_WARNING, L"vss.writer-ntds",
                     L"A restore goes without it; for a backup start the directory.",
                     L"The NTDS writer is not there, as the directory is stopped.");
    else if (!has_ntds)
        findings_add(findings, AREA_VSS, FINDING_ERROR, L"vss.writer-ntds",
                     L"Look at the Directory Service event log; a restart of the directory brings "
                     L"its writer back.",
                     L"The NTDS writer is not there: no backup of the directory can be made now.");
}

static void report_shadows(struct findings *findings, const struct vss_query *query)
{
    struct broker_found broker;
    size_t brokers = processes_find_brokers(&broker, 1);
    size_t passing = 0;
    size_t i;

    for (i = 0; i < query->shadow_count; i++)
        passing += query->shadows[i].ends_with_owner;
    if (!passing)
        findings_add(findings, AREA_LEFTOVERS, FINDING_OK, L"leftovers.shadows", NULL,
                     L"No shadow copy of a backup is there (%u that are meant to stay).",
                     (unsigned int)query->shadow_count);
    else if (brokers)
        findings_add(findings, AREA_LEFTOVERS, FINDING_NOTE, L"leftovers.shadows", NULL,
                     L"%u shadow copies of a backup that is under way.", (unsigned int)passing);
    else
        findings_add(findings, AREA_LEFTOVERS, FINDING_WARNING, L"leftovers.shadows",
                     L"Where no other backup product is at work, they are left over: 'net stop "
                     L"vss' ends them, and VSS starts again by itself.",
                     L"%u shadow copies that end with their maker, and no broker of this product "
                     L"runs; the first is of %ls.",
                     (unsigned int)passing, query->shadows[0].volume);
}

static bool is_foreign_bitness(void)
{
    BOOL is_emulated = FALSE;

    return IsWow64Process(GetCurrentProcess(), &is_emulated) && is_emulated;
}

void check_vss(struct findings *findings)
{
    struct settings settings;
    struct vss_query *query;
    uint32_t wait_ms;
    bool hangs;

    if (is_foreign_bitness()) {
        report_service(findings, true);
        findings_add(findings, AREA_VSS, FINDING_NOTE, L"vss.bitness",
                     L"Run the 64-bit ntdsdoctor for the writers and shadow copies, or add "
                     L"--backup-test, which asks through the 64-bit broker.",
                     L"VSS serves programs of the system's own bitness only; this is a 32-bit "
                     L"ntdsdoctor.");
        return;
    }
    settings_read(&settings);
    wait_ms = settings.wait_ms < WAIT_MAX_MS ? settings.wait_ms : WAIT_MAX_MS;
    query = ask(wait_ms, &hangs);
    report_service(findings, query && SUCCEEDED(query->hr));
    if (hangs) {
        findings_add(findings, AREA_VSS, FINDING_ERROR, L"vss.answer", NEXT_SERVICE,
                     L"VSS does not answer; given up after %u s.",
                     (QUERY_STEPS * wait_ms + MARGIN_MS) / 1000);
    } else if (!query) {
        findings->is_incomplete = true;
    } else if (FAILED(query->hr)) {
        findings_add(findings, AREA_VSS, FINDING_ERROR, L"vss.answer", NEXT_SERVICE,
                     L"VSS cannot be used (0x%08lx): %ls.", (unsigned long)query->hr,
                     query->failure);
    } else {
        findings_add(findings, AREA_VSS, FINDING_OK, L"vss.answer", NULL,
                     L"VSS answers: %u writer(s).", (unsigned int)query->writer_count);
        report_writers(findings, query);
        report_shadows(findings, query);
    }
    free(query);
}
