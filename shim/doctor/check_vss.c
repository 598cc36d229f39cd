/*
 * check_vss.c - does VSS respond, in which states are its writers, which shadow copies exist?
 */
#include "checks.h"

#include "host/directory.h"
#include "code_text.h"
#include "common/bitness.h"
#include "common/codes.h"
#include "host/clock.h"
#include "processes.h"
#include "limited.h"
#include "service.h"
#include "vss_query.h"

#include <stdlib.h>
#include <wchar.h>

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
    else if (service.error)
        findings_add(findings, AREA_VSS, FINDING_NOTE, L"vss.service", NEXT_ELEVATED,
                     L"Not known: the service Volume Shadow Copy cannot be queried (Win32 error "
                     L"%lu).",
                     service.error);
    else
        findings_add(findings, AREA_VSS, FINDING_OK, L"vss.service", NULL,
                     L"The service Volume Shadow Copy is %ls; it starts on demand.",
                     service_state_name(service.state));
}

static void report_writer(struct findings *findings, const struct vss_query_writer *writer)
{
    const wchar_t *id = writer->is_ntds ? L"vss.writer-ntds" : L"vss.writer-other";
    wchar_t text[CODE_TEXT_CHARS];

    code_text(writer->failure, text);
    if (!vss_query_has_failed(writer))
        findings_add(findings, AREA_VSS, FINDING_OK, id, NULL, L"Writer %ls: [%u] %ls, no error.",
                     writer->name, writer->state, writer_state_name(writer->state));
    else
        findings_add(findings, AREA_VSS, writer->is_ntds ? FINDING_ERROR : FINDING_NOTE, id,
                     writer->is_ntds ? L"Check the Directory Service event log. If the writer "
                                       L"stays in this state, restart the directory."
                                     : L"A backup of the directory does not use this writer.",
                     L"Writer %ls: [%u] %ls, failure %ls", writer->name, writer->state,
                     writer_state_name(writer->state), text);
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
        findings_add(
            findings, AREA_VSS, registration_is_restore_mode() ? FINDING_NOTE : FINDING_WARNING,
            L"vss.writer-ntds", L"A restore does not need it. For a backup, start the directory.",
            L"The NTDS writer is missing because the directory is stopped.");
    else if (!has_ntds)
        findings_add(findings, AREA_VSS, FINDING_ERROR, L"vss.writer-ntds",
                     L"Check the Directory Service event log, then restart the directory, which "
                     L"starts its writer.",
                     L"The NTDS writer is missing: the directory cannot be backed up now.");
}

static void report_shadows(struct findings *findings, const struct vss_query *query)
{
    unsigned int count = (unsigned int)query->shadow_count;
    struct broker_found broker;
    size_t brokers = 0;

    if (!count)
        findings_add(findings, AREA_LEFTOVERS, FINDING_OK, L"leftovers.shadows", NULL,
                     L"No shadow copy of a backup exists (%u permanent shadow copies do).",
                     (unsigned int)query->permanent_count);
    else if (processes_find_brokers(&broker, 1, &brokers) != S_OK)
        findings_add(findings, AREA_LEFTOVERS, FINDING_WARNING, L"leftovers.shadows",
                     L"If no backup is running, they are left over. 'net stop vss' deletes them; "
                     L"VSS starts again on demand.",
                     L"%u shadow copies of a backup exist. Not known: whether one is in progress; "
                     L"the processes cannot be listed.",
                     count);
    else if (brokers)
        findings_add(findings, AREA_LEFTOVERS, FINDING_NOTE, L"leftovers.shadows", NULL,
                     L"%u shadow copies belong to a backup that is in progress.", count);
    else if (!vss_query_is_left_over(query, clock_now()))
        findings_add(findings, AREA_LEFTOVERS, FINDING_NOTE, L"leftovers.shadows",
                     L"If no other backup product is running, they are left over.",
                     L"%u shadow copies of another product's backup exist; the first is of %ls.",
                     count, query->shadows[0].volume);
    else
        findings_add(findings, AREA_LEFTOVERS, FINDING_WARNING, L"leftovers.shadows",
                     L"If no other backup product is running, they are left over. 'net stop vss' "
                     L"deletes them; VSS starts again on demand.",
                     L"%u shadow copies of a backup exist, at least one for more than a day, but "
                     L"no broker of this product is running; the first is of %ls.",
                     count, query->shadows[0].volume);
}

static void report_query(struct findings *findings, const struct trouble *trouble,
                         const struct vss_query *query)
{
    wchar_t text[CODE_TEXT_CHARS];

    if (FAILED(query->hr)) {
        code_text(query->hr, text);
        findings_add(findings, AREA_VSS, trouble->level, L"vss.answer", trouble->look,
                     L"VSS cannot be used: %ls %ls", text, query->failure);
        return;
    }
    findings_add(findings, AREA_VSS, FINDING_OK, L"vss.answer", NULL,
                 L"VSS responds: %u writer(s).", (unsigned int)query->writer_count);
    report_writers(findings, query);
    report_shadows(findings, query);
}

void check_vss(struct findings *findings)
{
    const struct trouble *trouble = directory_is_stopped() ? &before_restore : &before_backup;
    struct vss_query *query;

    findings->late_as = trouble->level;
    if (bitness_is_emulated()) {
        report_service(findings, trouble, true);
        findings_add(findings, AREA_VSS, FINDING_NOTE, L"vss.bitness",
                     L"Run the 64-bit ntdsdoctor to check writers and shadow copies, or add "
                     L"--backup-test, which uses the 64-bit broker.",
                     L"VSS serves only programs of the operating system's bitness, and this is the "
                     L"32-bit ntdsdoctor.");
        return;
    }
    query = calloc(1, sizeof(*query));
    if (!query) {
        findings->is_incomplete = true;
        return;
    }
    vss_query_run(query, limited_step_ms());
    report_service(findings, trouble, SUCCEEDED(query->hr));
    report_query(findings, trouble, query);
    free(query);
}
