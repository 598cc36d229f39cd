/*
 * inject.c - behind inject.h.
 */
#include "inject.h"

#include <bcrypt.h>
#include <objbase.h>
#include <oleauto.h>
#include <sddl.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>
#include <wchar.h>
#include <winsvc.h>
#include <winternl.h>

#define SHARED_NAME   L"Local\\ntdsbcli-fault-inject"
#define FUNCTIONS_MAX 96

/* One for all processes of a run. */
struct shared
{
    volatile LONG armed_place;
    volatile LONG armed_function; /* index + 1; 0: nothing fails */
    volatile LONG armed_nth;
    volatile LONG manner;
    volatile LONG hit;
    volatile LONG calls[2][FUNCTIONS_MAX];
    volatile LONG move_flags;
    volatile LONG reopen_flags;
    volatile LONG refusal; /* inject_reset leaves this and what follows */
    volatile LONG refusals[2];
};

static struct
{
    struct shared *shared;
    enum inject_place place;
    volatile LONG live_blocks;
} state;

/* Counts a call; true where it is to fail. */
static bool hit(size_t function)
{
    struct shared *shared = state.shared;
    LONG nth = InterlockedIncrement(&shared->calls[state.place][function]);

    if (shared->armed_function != (LONG)function + 1 || shared->armed_place != (LONG)state.place ||
        shared->armed_nth != nth)
        return false;
    InterlockedExchange(&shared->hit, 1);
    return true;
}

/* --- the wrappers --------------------------------------------------------------------------- */

enum function
{
#define FUNCTION(result, convention, name, failure, error, parameters, arguments) F_##name,
#include "inject_functions.h"
#undef FUNCTION
    F_malloc,
    F_calloc,
    F_realloc,
    F__wcsdup,
    F_CreateProcessW,
    F_END,
    F_free = F_END
};

_Static_assert(F_END <= FUNCTIONS_MAX, "each function has a count");

#define FUNCTION(result, convention, name, failure, error, parameters, arguments)                  \
    static result(convention *real_##name) parameters;                                             \
    static result convention hook_##name parameters                                                \
    {                                                                                              \
        if (hit(F_##name)) {                                                                       \
            SetLastError(state.shared->manner == INJECT_NO_CODE ? ERROR_SUCCESS : error);          \
            return failure;                                                                        \
        }                                                                                          \
        return real_##name arguments;                                                              \
    }
#include "inject_functions.h"
#undef FUNCTION

static void *keep(void *block)
{
    if (block)
        InterlockedIncrement(&state.live_blocks);
    return block;
}

static void *(__cdecl *real_malloc)(size_t);
static void *__cdecl hook_malloc(size_t byte_count)
{
    return hit(F_malloc) ? NULL : keep(real_malloc(byte_count));
}

static void *(__cdecl *real_calloc)(size_t, size_t);
static void *__cdecl hook_calloc(size_t count, size_t byte_count)
{
    return hit(F_calloc) ? NULL : keep(real_calloc(count, byte_count));
}

static void *(__cdecl *real_realloc)(void *, size_t);
static void *__cdecl hook_realloc(void *block, size_t byte_count)
{
    if (hit(F_realloc))
        return NULL;
    return block ? real_realloc(block, byte_count) : keep(real_realloc(NULL, byte_count));
}

static wchar_t *(__cdecl *real__wcsdup)(const wchar_t *);
static wchar_t *__cdecl hook__wcsdup(const wchar_t *text)
{
    return hit(F__wcsdup) ? NULL : keep(real__wcsdup(text));
}

static void(__cdecl *real_free)(void *);
static void __cdecl hook_free(void *block)
{
    if (block)
        InterlockedDecrement(&state.live_blocks);
    real_free(block);
}

/* --- brokers ---------------------------------------------------------------------------------- */

/* What a new process does before its own first line; where it does not its counts stay 0. */
static void load_into(HANDLE process)
{
    /* System modules are at the same place in all processes of a bitness. */
    LPTHREAD_START_ROUTINE load = (LPTHREAD_START_ROUTINE)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"kernel32.dll"), "LoadLibraryW");
    wchar_t path[MAX_PATH];
    DWORD length = GetModuleFileNameW(NULL, path, MAX_PATH);
    HANDLE thread = NULL;
    void *place;

    if (!length || length >= MAX_PATH - wcslen(INJECT_DLL) || !wcsrchr(path, L'\\'))
        return;
    wcscpy(wcsrchr(path, L'\\') + 1, INJECT_DLL);
    if (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES)
        return;
    place = VirtualAllocEx(process, NULL, sizeof(path), MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    if (place && WriteProcessMemory(process, place, path, sizeof(path), NULL))
        thread = CreateRemoteThread(process, NULL, 0, load, place, 0, NULL);
    if (!thread)
        return;
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}

static BOOL(WINAPI *real_CreateProcessW)(const wchar_t *, wchar_t *, SECURITY_ATTRIBUTES *,
                                         SECURITY_ATTRIBUTES *, BOOL, DWORD, void *,
                                         const wchar_t *, STARTUPINFOW *, PROCESS_INFORMATION *);
static BOOL WINAPI hook_CreateProcessW(const wchar_t *program, wchar_t *line,
                                       SECURITY_ATTRIBUTES *process_attributes,
                                       SECURITY_ATTRIBUTES *thread_attributes, BOOL inherit,
                                       DWORD flags, void *environment, const wchar_t *folder,
                                       STARTUPINFOW *startup, PROCESS_INFORMATION *created)
{
    if (hit(F_CreateProcessW)) {
        SetLastError(ERROR_NO_SYSTEM_RESOURCES);
        return FALSE;
    }
    if (!real_CreateProcessW(program, line, process_attributes, thread_attributes, inherit,
                             flags | CREATE_SUSPENDED, environment, folder, startup, created))
        return FALSE;
    load_into(created->hProcess);
    if (!(flags & CREATE_SUSPENDED))
        ResumeThread(created->hThread);
    return TRUE;
}

/* --- refusals --------------------------------------------------------------------------------- */

#define OLD_LOAD_FLAGS 0xffu /* of LoadLibraryExW */

static bool refuse(enum inject_refusal refusal, DWORD error)
{
    if (state.shared->refusal != (LONG)refusal)
        return false;
    InterlockedIncrement(&state.shared->refusals[state.place]);
    SetLastError(error);
    return true;
}

static HMODULE(WINAPI *allowing_LoadLibraryExW)(const wchar_t *, HANDLE, DWORD);
static HMODULE WINAPI refusing_LoadLibraryExW(const wchar_t *name, HANDLE file, DWORD flags)
{
    if (flags & ~OLD_LOAD_FLAGS && refuse(INJECT_OLD_WINDOWS, ERROR_INVALID_PARAMETER))
        return NULL;
    return allowing_LoadLibraryExW(name, file, flags);
}

static HANDLE(WINAPI *allowing_FindFirstFileExW)(const wchar_t *, FINDEX_INFO_LEVELS, void *,
                                                 FINDEX_SEARCH_OPS, void *, DWORD);
static HANDLE WINAPI refusing_FindFirstFileExW(const wchar_t *pattern, FINDEX_INFO_LEVELS level,
                                               void *data, FINDEX_SEARCH_OPS operation,
                                               void *filter, DWORD flags)
{
    if ((level != FindExInfoStandard || flags & FIND_FIRST_EX_LARGE_FETCH) &&
        refuse(INJECT_OLD_WINDOWS, ERROR_INVALID_PARAMETER))
        return INVALID_HANDLE_VALUE;
    return allowing_FindFirstFileExW(pattern, level, data, operation, filter, flags);
}

static NTSTATUS(WINAPI *allowing_BCryptGenRandom)(BCRYPT_ALG_HANDLE, UCHAR *, ULONG, ULONG);
static NTSTATUS WINAPI refusing_BCryptGenRandom(BCRYPT_ALG_HANDLE algorithm, UCHAR *buffer,
                                                ULONG byte_count, ULONG flags)
{
    if (!algorithm && refuse(INJECT_OLD_WINDOWS, ERROR_INVALID_HANDLE))
        return (NTSTATUS)0xC0000008; /* STATUS_INVALID_HANDLE */
    return allowing_BCryptGenRandom(algorithm, buffer, byte_count, flags);
}

/* Those of the product's processors: what they are asked for here is a name. */
static FARPROC(WINAPI *allowing_GetProcAddress)(HMODULE, const char *);
static FARPROC WINAPI refusing_GetProcAddress(HMODULE module, const char *name)
{
    static const char *const later[] = {"SetDefaultDllDirectories", "AddDllDirectory",
                                        "SetProcessMitigationPolicy",
                                        "GetSystemTimePreciseAsFileTime"};
    FARPROC found = allowing_GetProcAddress(module, name);
    size_t i;

    for (i = 0; i < ARRAYSIZE(later); i++) {
        if (strcmp(later[i], name) == 0 && refuse(INJECT_OLD_WINDOWS, ERROR_PROC_NOT_FOUND))
            return NULL;
    }
    if (strcmp(name, "BCryptGenRandom") != 0 || !found)
        return found;
    memcpy(&allowing_BCryptGenRandom, &found, sizeof(found));
    return (FARPROC)(void (*)(void))refusing_BCryptGenRandom;
}

/* PROC_THREAD_ATTRIBUTE_JOB_LIST */
#define JOB_LIST 0x0002000Du

/* One thread at a time starts brokers here. */
static bool has_job_list;

static BOOL(WINAPI *allowing_InitializeProcThreadAttributeList)(LPPROC_THREAD_ATTRIBUTE_LIST, DWORD,
                                                                DWORD, SIZE_T *);
static BOOL WINAPI refusing_InitializeProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST list,
                                                              DWORD count, DWORD flags,
                                                              SIZE_T *bytes)
{
    has_job_list = false;
    return allowing_InitializeProcThreadAttributeList(list, count, flags, bytes);
}

static BOOL(WINAPI *allowing_UpdateProcThreadAttribute)(LPPROC_THREAD_ATTRIBUTE_LIST, DWORD,
                                                        DWORD_PTR, void *, SIZE_T, void *,
                                                        SIZE_T *);
static BOOL WINAPI refusing_UpdateProcThreadAttribute(LPPROC_THREAD_ATTRIBUTE_LIST list,
                                                      DWORD flags, DWORD_PTR attribute, void *value,
                                                      SIZE_T bytes, void *previous,
                                                      SIZE_T *previous_bytes)
{
    has_job_list = has_job_list || attribute == JOB_LIST;
    return allowing_UpdateProcThreadAttribute(list, flags, attribute, value, bytes, previous,
                                              previous_bytes);
}

static BOOL(WINAPI *allowing_CreateProcessW)(const wchar_t *, wchar_t *, SECURITY_ATTRIBUTES *,
                                             SECURITY_ATTRIBUTES *, BOOL, DWORD, void *,
                                             const wchar_t *, STARTUPINFOW *,
                                             PROCESS_INFORMATION *);
static BOOL WINAPI refusing_CreateProcessW(const wchar_t *program, wchar_t *line,
                                           SECURITY_ATTRIBUTES *process_attributes,
                                           SECURITY_ATTRIBUTES *thread_attributes, BOOL inherit,
                                           DWORD flags, void *environment, const wchar_t *folder,
                                           STARTUPINFOW *startup, PROCESS_INFORMATION *created)
{
    if ((flags & CREATE_BREAKAWAY_FROM_JOB || has_job_list) &&
        refuse(INJECT_OTHER_JOBS, ERROR_ACCESS_DENIED))
        return FALSE;
    return allowing_CreateProcessW(program, line, process_attributes, thread_attributes, inherit,
                                   flags, environment, folder, startup, created);
}

static DWORD(WINAPI *allowing_GetFinalPathNameByHandleW)(HANDLE, wchar_t *, DWORD, DWORD);
static DWORD WINAPI refusing_GetFinalPathNameByHandleW(HANDLE file, wchar_t *path, DWORD chars,
                                                       DWORD flags)
{
    if (!(flags & FILE_NAME_OPENED) && refuse(INJECT_NORMAL_NAMES, ERROR_ACCESS_DENIED))
        return 0;
    return allowing_GetFinalPathNameByHandleW(file, path, chars, flags);
}

static BOOL(WINAPI *allowing_WriteFile)(HANDLE, const void *, DWORD, DWORD *, OVERLAPPED *);
static BOOL WINAPI refusing_WriteFile(HANDLE file, const void *data, DWORD bytes, DWORD *written,
                                      OVERLAPPED *overlapped)
{
    if (state.shared->manner != INJECT_HALF_WRITTEN)
        return allowing_WriteFile(file, data, bytes, written, overlapped);
    return real_WriteFile(file, data, hit(F_WriteFile) ? bytes / 2 : bytes, written, overlapped);
}

/* Always: Microsoft Learn says that RegFlushKey needs the right KEY_QUERY_VALUE, and Wine does not
 * look. */
static LSTATUS(WINAPI *allowing_RegFlushKey)(HKEY);
static LSTATUS WINAPI refusing_RegFlushKey(HKEY key)
{
    PUBLIC_OBJECT_BASIC_INFORMATION facts = {0};

    if (NtQueryObject(key, ObjectBasicInformation, &facts, sizeof(facts), NULL) == 0 &&
        !(facts.GrantedAccess & KEY_QUERY_VALUE))
        return ERROR_ACCESS_DENIED;
    return allowing_RegFlushKey(key);
}

/* Always: Windows lets nobody write to a read-only file, and Wine lets root. */
static HANDLE(WINAPI *allowing_CreateFileW)(const wchar_t *, DWORD, DWORD, SECURITY_ATTRIBUTES *,
                                            DWORD, DWORD, HANDLE);
static HANDLE WINAPI refusing_CreateFileW(const wchar_t *path, DWORD access, DWORD share,
                                          SECURITY_ATTRIBUTES *security, DWORD disposition,
                                          DWORD flags, HANDLE template)
{
    WIN32_FILE_ATTRIBUTE_DATA facts;

    if (access & (GENERIC_WRITE | FILE_WRITE_DATA) && disposition == OPEN_EXISTING &&
        GetFileAttributesExW(path, GetFileExInfoStandard, &facts) &&
        facts.dwFileAttributes & FILE_ATTRIBUTE_READONLY) {
        SetLastError(ERROR_ACCESS_DENIED);
        return INVALID_HANDLE_VALUE;
    }
    return allowing_CreateFileW(path, access, share, security, disposition, flags, template);
}

/* Always: a name that is not written through is not on disk when the call is back. */
static BOOL(WINAPI *allowing_MoveFileExW)(const wchar_t *, const wchar_t *, DWORD);
static BOOL WINAPI refusing_MoveFileExW(const wchar_t *from, const wchar_t *to, DWORD flags)
{
    InterlockedExchange(&state.shared->move_flags, (LONG)flags);
    return allowing_MoveFileExW(from, to, flags);
}

/* Always: where a read past the cache was meant, these say whether it is one. */
static HANDLE(WINAPI *allowing_ReOpenFile)(HANDLE, DWORD, DWORD, DWORD);
static HANDLE WINAPI refusing_ReOpenFile(HANDLE file, DWORD access, DWORD share, DWORD flags)
{
    InterlockedExchange(&state.shared->reopen_flags, (LONG)flags);
    return allowing_ReOpenFile(file, access, share, flags);
}

/* --- the tables of imports -------------------------------------------------------------------- */

struct hook
{
    const char *name;
    void (*wrapper)(void);
    void (**real)(void);
};

#define HOOK(name)                                                                                 \
    {                                                                                              \
#name, (void (*)(void))hook_##name, (void (**)(void)) & real_##name                        \
    }

static const struct hook hooks[] = {
#define FUNCTION(result, convention, name, failure, error, parameters, arguments)                  \
    [F_##name] = HOOK(name),
#include "inject_functions.h"
#undef FUNCTION
    [F_malloc] = HOOK(malloc),
    [F_calloc] = HOOK(calloc),
    [F_realloc] = HOOK(realloc),
    [F__wcsdup] = HOOK(_wcsdup),
    [F_CreateProcessW] = HOOK(CreateProcessW),
    [F_free] = HOOK(free),
};

#define REFUSING_HOOK(name)                                                                        \
    {                                                                                              \
#name, (void (*)(void))refusing_##name, (void (**)(void)) & allowing_##name                \
    }

/* Around those above. */
static const struct hook refusing_hooks[] = {
    REFUSING_HOOK(LoadLibraryExW),
    REFUSING_HOOK(FindFirstFileExW),
    REFUSING_HOOK(GetProcAddress),
    REFUSING_HOOK(InitializeProcThreadAttributeList),
    REFUSING_HOOK(UpdateProcThreadAttribute),
    REFUSING_HOOK(CreateProcessW),
    REFUSING_HOOK(GetFinalPathNameByHandleW),
    REFUSING_HOOK(WriteFile),
    REFUSING_HOOK(CreateFileW),
    REFUSING_HOOK(RegFlushKey),
    REFUSING_HOOK(MoveFileExW),
    REFUSING_HOOK(ReOpenFile),
};

static void turn(const struct hook *list, size_t count, const char *name, void (**slot)(void))
{
    DWORD protection;
    size_t i;

    for (i = 0; i < count; i++) {
        if (strcmp(list[i].name, name) != 0)
            continue;
        *list[i].real = *slot;
        VirtualProtect((void *)slot, sizeof(*slot), PAGE_READWRITE, &protection);
        *slot = list[i].wrapper;
        VirtualProtect((void *)slot, sizeof(*slot), protection, &protection);
    }
}

/* A module that was turned before keeps its imports: a wrapper would be its own real function. */
static bool is_turned(const struct hook *list, size_t count, void (*imported)(void))
{
    size_t i;

    for (i = 0; i < count && list[i].wrapper != imported; i++)
        continue;
    return i < count;
}

static void turn_import(const IMAGE_THUNK_DATA *import, const BYTE *base, void (**slot)(void))
{
    const char *name;

    if (IMAGE_SNAP_BY_ORDINAL(import->u1.Ordinal))
        return;
    name = (const char *)((const IMAGE_IMPORT_BY_NAME *)(base + import->u1.AddressOfData))->Name;
    if (is_turned(hooks, ARRAYSIZE(hooks), *slot) ||
        is_turned(refusing_hooks, ARRAYSIZE(refusing_hooks), *slot))
        return;
    turn(hooks, ARRAYSIZE(hooks), name, slot);
    turn(refusing_hooks, ARRAYSIZE(refusing_hooks), name, slot);
}

static void turn_imports(HMODULE module)
{
    BYTE *base = (BYTE *)module;
    const IMAGE_NT_HEADERS *headers =
        (const IMAGE_NT_HEADERS *)(base + ((const IMAGE_DOS_HEADER *)base)->e_lfanew);
    const IMAGE_DATA_DIRECTORY *directory =
        &headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
    const IMAGE_IMPORT_DESCRIPTOR *imported;
    const IMAGE_THUNK_DATA *name;
    void (**slot)(void);

    for (imported = (const IMAGE_IMPORT_DESCRIPTOR *)(base + directory->VirtualAddress);
         imported->Name; imported++) {
        name = (const IMAGE_THUNK_DATA *)(base + imported->OriginalFirstThunk);
        slot = (void (**)(void))(base + imported->FirstThunk);
        for (; name->u1.AddressOfData; name++, slot++)
            turn_import(name, base, slot);
    }
}

/* The mapping stays until this process ends. */
static bool share(enum inject_place place)
{
    HANDLE mapping = place == INJECT_HOST
                         ? CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                                              sizeof(struct shared), SHARED_NAME)
                         : OpenFileMappingW(FILE_MAP_WRITE | FILE_MAP_READ, FALSE, SHARED_NAME);

    state.place = place;
    if (mapping)
        state.shared = MapViewOfFile(mapping, FILE_MAP_WRITE | FILE_MAP_READ, 0, 0, 0);
    return state.shared != NULL;
}

bool inject_host(HMODULE module)
{
    if (!share(INJECT_HOST))
        return false;
    inject_reset();
    turn_imports(module);
    return true;
}

bool inject_broker(void)
{
    if (!share(INJECT_BROKER))
        return false;
    turn_imports(GetModuleHandleW(NULL));
    return true;
}

size_t inject_function_count(void)
{
    return F_END;
}

const char *inject_function_name(size_t function)
{
    return hooks[function].name;
}

size_t inject_find(const char *name)
{
    size_t i;

    for (i = 0; i < F_END && strcmp(hooks[i].name, name) != 0; i++)
        continue;
    return i;
}

void inject_reset(void)
{
    memset(state.shared, 0, offsetof(struct shared, refusal));
}

void inject_fail_by(enum inject_manner manner)
{
    InterlockedExchange(&state.shared->manner, (LONG)manner);
}

void inject_refuse(enum inject_refusal refusal)
{
    InterlockedExchange(&state.shared->refusal, (LONG)refusal);
}

unsigned int inject_refusals(enum inject_place place)
{
    return (unsigned int)state.shared->refusals[place];
}

void inject_arm(enum inject_place place, size_t function, unsigned int nth)
{
    InterlockedExchange(&state.shared->armed_place, (LONG)place);
    InterlockedExchange(&state.shared->armed_nth, (LONG)nth);
    InterlockedExchange(&state.shared->armed_function, (LONG)function + 1);
}

bool inject_was_hit(void)
{
    return state.shared->hit != 0;
}

const char *inject_each(bool (*succeeds)(void *context), void *context, size_t least,
                        const char *made_good)
{
    const char *unnoticed = "";
    size_t function, failed = 0;
    unsigned int nth;
    bool success, was_hit;

    for (function = 0; function < inject_function_count(); function++) {
        const char *name = inject_function_name(function);

        for (nth = 1, was_hit = true; was_hit; nth++) {
            inject_reset();
            inject_arm(INJECT_HOST, function, nth);
            success = succeeds(context);
            was_hit = inject_was_hit();
            inject_reset();
            failed += was_hit;
            if (success == was_hit && !(success && made_good && strcmp(name, made_good) == 0))
                unnoticed = name;
        }
    }
    return failed < least ? "too few functions" : unnoticed;
}

unsigned int inject_calls(enum inject_place place, size_t function)
{
    return (unsigned int)state.shared->calls[place][function];
}

DWORD inject_move_flags(void)
{
    return (DWORD)state.shared->move_flags;
}

DWORD inject_reopen_flags(void)
{
    return (DWORD)state.shared->reopen_flags;
}

long inject_live_blocks(void)
{
    return state.live_blocks;
}
