/*
 * replication.c - asks the directory on this computer (Microsoft Learn, DsReplicaGetInfo).
 */
#include "replication.h"

#include "common/format.h"
#include "common/system_library.h"
#include "host/clock.h"

#include <ntdsapi.h>
#include <stdlib.h>

#define NAME_CHARS 1024u

struct ds_api
{
    HMODULE module;
    __typeof__(&DsBindW) bind;
    __typeof__(&DsReplicaGetInfoW) get_info;
    __typeof__(&DsReplicaFreeInfo) free_info;
    __typeof__(&DsUnBindW) unbind;
};

static bool load_api(struct ds_api *api)
{
    const struct system_function functions[] = {
        {"DsBindW", &api->bind},
        {"DsReplicaGetInfoW", &api->get_info},
        {"DsReplicaFreeInfo", &api->free_info},
        {"DsUnBindW", &api->unbind},
    };

    api->module = system_library_load(L"ntdsapi.dll");
    return api->module && system_library_find(api->module, functions, ARRAYSIZE(functions));
}

static void take_link(struct replication_link *link, const DS_REPL_NEIGHBORW *neighbor)
{
    format_text(link->partition, REPLICATION_CHARS, L"%ls",
                neighbor->pszNamingContext ? neighbor->pszNamingContext : L"?");
    format_text(link->source, REPLICATION_CHARS, L"%ls",
                neighbor->pszSourceDsaDN ? neighbor->pszSourceDsaDN : L"?");
    link->succeeded = clock_of(neighbor->ftimeLastSyncSuccess);
    link->result = neighbor->dwLastSyncResult;
    link->failure_count = neighbor->cNumConsecutiveSyncFailures;
}

static DWORD take_links(struct replication *replication, const DS_REPL_NEIGHBORSW *neighbors)
{
    DWORD i;

    if (!neighbors->cNumNeighbors)
        return ERROR_SUCCESS;
    replication->links = calloc(neighbors->cNumNeighbors, sizeof(*replication->links));
    if (!replication->links)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (i = 0; i < neighbors->cNumNeighbors; i++)
        take_link(&replication->links[i], &neighbors->rgNeighbor[i]);
    replication->count = neighbors->cNumNeighbors;
    return ERROR_SUCCESS;
}

static DWORD ask(const struct ds_api *api, struct replication *replication)
{
    wchar_t host[NAME_CHARS];
    DWORD host_chars = NAME_CHARS;
    void *info = NULL;
    HANDLE ds;
    DWORD error;

    if (!GetComputerNameExW(ComputerNameDnsFullyQualified, host, &host_chars))
        return GetLastError();
    error = api->bind(host, NULL, &ds);
    if (error)
        return error;
    error = api->get_info(ds, DS_REPL_INFO_NEIGHBORS, NULL, NULL, &info);
    if (!error)
        error = take_links(replication, info);
    if (info)
        api->free_info(DS_REPL_INFO_NEIGHBORS, info);
    api->unbind(&ds);
    return error;
}

void replication_read(struct replication *replication)
{
    struct ds_api api;

    memset(replication, 0, sizeof(*replication));
    replication->error = load_api(&api) ? ask(&api, replication) : ERROR_PROC_NOT_FOUND;
    if (api.module)
        FreeLibrary(api.module);
}

void replication_fini(struct replication *replication)
{
    free(replication->links);
    memset(replication, 0, sizeof(*replication));
}
