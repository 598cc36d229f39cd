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
#include <wchar.h>
#include <winsvc.h>

#define SHARED_NAME   L"Local\\ntdsbcli-fault-inject"
#define FUNCTIONS_MAX 96

/* One for all processes of a run. */
struct shared
{
    volatile LONG armed_place;
    volatile LONG armed_function; /* index + 1; 0: nothing fails */
    volatile LONG armed_nth;
    volatile LONG hit;
    volatile LONG calls[2][FUNCTIONS_MAX];
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
            SetLastError(error);                                                                   \
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
    ResumeThread(created->hThread);
    return TRUE;
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

static void turn(const char *name, void (**slot)(void))
{
    DWORD protection;
    size_t i;

    for (i = 0; i < ARRAYSIZE(hooks); i++) {
        if (strcmp(hooks[i].name, name) != 0)
            continue;
        *hooks[i].real = *slot;
        VirtualProtect((void *)slot, sizeof(*slot), PAGE_READWRITE, &protection);
        *slot = hooks[i].wrapper;
        VirtualProtect((void *)slot, sizeof(*slot), protection, &protection);
    }
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
        for (; name->u1.AddressOfData; name++, slot++) {
            if (!IMAGE_SNAP_BY_ORDINAL(name->u1.Ordinal))
                turn((const char *)((const IMAGE_IMPORT_BY_NAME *)(base + name->u1.AddressOfData))
                         ->Name,
                     slot);
        }
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
    memset(state.shared, 0, sizeof(*state.shared));
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

unsigned int inject_calls(enum inject_place place, size_t function)
{
    return (unsigned int)state.shared->calls[place][function];
}

long inject_live_blocks(void)
{
    return state.live_blocks;
}
