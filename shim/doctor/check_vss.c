/*
 * check_vss.c - does VSS respond, in which states are its writers, which shadow copies exist?
 *
 * The query runs on a thread of its own: a VSS that hangs must not hang the doctor.
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

#define RESTORE_FIRST L"A restore does not need VSS. Before the next backup: "
#define LOOK                                                                                       \
    L"Run 'vssadmin list writers' and check the Application event log, source VSS. The services "  \
    L"'Volume Shadow Copy' and 'COM+ Event System' must not be disabled."
#define ENABLE L"Set its start type to manual: 'sc config vss start= demand'."

/* How bad it is that VSS does not work, and what to do. */
struct trouble
{
    enum finding_level level;
    const wchar_t *look, *enable;
};

static const struct trouble before_backup = {FINDING_ERROR, LOOK, ENABLE};
static const struct trouble before_restore = {FINDING_WARNING, RESTORE_FIRST LOOK,
                                              RESTORE_FIRST ENABLE};

struct question
{
    struct vss_query query;
    uint32_t wait_ms;
};

static unsigned __stdcall query_thread(void *parameter)
{
    struct question *question = parameter;

    vss_query_run(&question->query, question->wait_ms);
    return 0;
}

/* NULL: out of memory, or VSS hangs; the thread that hangs then keeps the memory. */
static struct question *ask(uint32_t wait_ms, bool *hangs)
{
    struct question *question = calloc(1, sizeof(*question));
    HANDLE thread;

    *hangs = false;
    if (!question)
        return NULL;
    question->wait_ms = wait_ms;
    thread = (HANDLE)_beginthreadex(NULL, 0, query_thread, question, 0, NULL);
    if (!thread) {
        free(question);
        return NULL;
    }
    *hangs = WaitForSingleObject(thread, QUERY_STEPS * wait_ms + MARGIN_MS) != WAIT_OBJECT_0;
    CloseHandle(thread);
    return *hangs ? NULL : question;
}

static void report_service(struct findings *findings, const struct trouble *trouble, bool answers)
{
    struct service_facts service;

    service_query(L"VSS", &service);
    if (service.is_disabled)
        findings_add(findings, AREA_VSS, trouble->level, L"vss.service", trouble->enable,
                     L"The service Volume Shadow Copy is disabled.");
    else if (!service.exists)
        findings_add(findings, AREA_VSS, answers ? FINDING_NOTE : trouble->level, L"vss.service",
                     answers ? NULL : trouble->look,
                     answers
                         ? L"There is no service VSS, but VSS responds; this is normal under Wine."
                         : L"The service Volume Shadow Copy does not exist on this computer.");
    else
        findings_add(findings, AREA_VSS, FINDING_OK, L"vss.service", NULL,
                     L"The service Volume Shadow Copy is %ls; it starts on demand.",
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
            writer->is_ntds ? L"Check the Directory Service event log. If the writer stays in this "
                              L"state, restart the directory."
                            : L"A backup of the directory does not use this writer.",
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
    if (!has_ntds && directory_is_stopped())
        findings_add(findings, AREA_VSS, FINDING_WARNING, L"vss.writer-ntds",
                     L"A restore does not need it. For a backup, start the directory.",
                     L"The NTDS writer is missing because the directory is stopped.");
    else if (!has_ntds)
        findings_add(findings, AREA_VSS, FINDING_ERROR, L"vss.writer-ntds",
                     L"Check the Directory Service event log, then restart the directory, which "
                     L"starts its writer.",
                     L"The NTDS writer is missing: the directory cannot be backed up now.");
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
                     L"No shadow copy of a backup exists (%u permanent shadow copies do).",
                     (unsigned int)query->shadow_count);
    else if (brokers)
        findings_add(findings, AREA_LEFTOVERS, FINDING_NOTE, L"leftovers.shadows", NULL,
                     L"%u shadow copies belong to a backup that is in progress.",
                     (unsigned int)passing);
    else
        findings_add(findings, AREA_LEFTOVERS, FINDING_WARNING, L"leftovers.shadows",
                     L"If no other backup product is running, they are left over. 'net stop vss' "
                     L"deletes them; VSS starts again on demand.",
                     L"%u shadow copies of a backup exist, but no broker of this product is "
                     L"running; the first is of %ls.",
                     (unsigned int)passing, query->shadows[0].volume);
}

static bool is_other_bitness(void)
{
    BOOL is_emulated = FALSE;

    return IsWow64Process(GetCurrentProcess(), &is_emulated) && is_emulated;
}

void check_vss(struct findings *findings)
{
    const struct trouble *trouble = directory_is_stopped() ? &before_restore : &before_backup;
    struct settings settings;
    struct question *question;
    const struct vss_query *query;
    uint32_t wait_ms;
    bool hangs;

    if (is_other_bitness()) {
        report_service(findings, trouble, true);
        findings_add(findings, AREA_VSS, FINDING_NOTE, L"vss.bitness",
                     L"Run the 64-bit ntdsdoctor to check writers and shadow copies, or add "
                     L"--backup-test, which uses the 64-bit broker.",
                     L"VSS serves only programs of the operating system's bitness, and this is the "
                     L"32-bit ntdsdoctor.");
        return;
    }
    settings_read(&settings);
    wait_ms = settings.wait_ms < WAIT_MAX_MS ? settings.wait_ms : WAIT_MAX_MS;
    question = ask(wait_ms, &hangs);
    query = question ? &question->query : NULL;
    report_service(findings, trouble, query && SUCCEEDED(query->hr));
    if (hangs) {
        findings_add(findings, AREA_VSS, trouble->level, L"vss.answer", trouble->look,
                     L"VSS did not respond within %u s.",
                     (QUERY_STEPS * wait_ms + MARGIN_MS) / 1000);
    } else if (!query) {
        findings->is_incomplete = true;
    } else if (FAILED(query->hr)) {
        if (query->hr == E_ACCESSDENIED) /* a restore needs access as well */
            trouble = &before_backup;
        findings_add(findings, AREA_VSS, trouble->level, L"vss.answer", trouble->look,
                     L"VSS cannot be used (0x%08lx): %ls.", (unsigned long)query->hr,
                     query->failure);
    } else {
        findings_add(findings, AREA_VSS, FINDING_OK, L"vss.answer", NULL,
                     L"VSS responds: %u writer(s).", (unsigned int)query->writer_count);
        report_writers(findings, query);
        report_shadows(findings, query);
    }
    free(question);
}
