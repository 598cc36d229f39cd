/* x86: callers of other compilers align the stack to 4 bytes only, and rely on stdcall: every
 * export must work from any such stack and leave it, and the registers of the caller, as they were.
 */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

#define ARGUMENTS_MAX 8

/* One call through the assembly below, which reads and writes it by offsets. */
struct stack_call
{
    uintptr_t function;                 /* 0 */
    uint32_t misalignment;              /* 4: esp modulo 16 at the call instruction */
    uint32_t count;                     /* 8 */
    uintptr_t arguments[ARGUMENTS_MAX]; /* 12 */
    HRESULT result;                     /* 44 */
    int32_t lost_bytes;                 /* 48: esp afterwards, against before the arguments */
    uint32_t registers;                 /* 52: edi as it came back */
};

_Static_assert(offsetof(struct stack_call, arguments) == 12, "used by the assembly");
_Static_assert(offsetof(struct stack_call, result) == 44, "used by the assembly");
_Static_assert(offsetof(struct stack_call, registers) == 52, "used by the assembly");

#define EDI_MARK 0x5EED1234u

/*
 * Calls with the arguments pushed below a stack pointer that is call->misalignment above a multiple
 * of 16. ebx holds the structure and esi the stack pointer, which a callee must preserve.
 */
static void call_on_stack(struct stack_call *call)
{
    __asm__ volatile("movl %%esp, %%esi\n\t"
                     "movl 8(%%ebx), %%ecx\n\t"
                     /* Room for the arguments, then the wanted offset below all of it. */
                     "leal -256(%%esp), %%eax\n\t"
                     "andl $-16, %%eax\n\t"
                     "addl 4(%%ebx), %%eax\n\t"
                     "leal (%%eax,%%ecx,4), %%esp\n\t"
                     "movl %%esp, %%edi\n\t"
                     "subl %%esi, %%edi\n\t"
                     "pushl %%edi\n\t"
                     "popl 48(%%ebx)\n\t"
                     "movl $0x5EED1234, %%edi\n"
                     "1:\n\t"
                     "testl %%ecx, %%ecx\n\t"
                     "jz 2f\n\t"
                     "pushl 8(%%ebx,%%ecx,4)\n\t"
                     "decl %%ecx\n\t"
                     "jmp 1b\n"
                     "2:\n\t"
                     "call *(%%ebx)\n\t"
                     "movl %%eax, 44(%%ebx)\n\t"
                     "movl %%edi, 52(%%ebx)\n\t"
                     "movl %%esp, %%eax\n\t"
                     "subl %%esi, %%eax\n\t"
                     "subl %%eax, 48(%%ebx)\n\t"
                     "movl %%esi, %%esp\n\t"
                     :
                     : "b"(call)
                     : "eax", "ecx", "edx", "esi", "edi", "memory", "cc");
}

static FARPROC export_named(const char *name)
{
    FARPROC function = GetProcAddress(GetModuleHandleW(L"ntdsbcli.dll"), name);

    assert_non_null(function);
    return function;
}

/* Calls NAME with COUNT arguments and checks that the stack and edi came back. */
static HRESULT call_misaligned(const char *name, uint32_t misalignment, uint32_t count,
                               const uintptr_t *arguments)
{
    struct stack_call call = {.function = (uintptr_t)export_named(name),
                              .misalignment = misalignment,
                              .count = count,
                              .result = (HRESULT)POISON_DWORD};

    assert_in_range(count, 0, ARGUMENTS_MAX);
    memcpy(call.arguments, arguments, count * sizeof(*arguments));
    call_on_stack(&call);
    if (call.lost_bytes != 0)
        fail_msg("%s left the stack pointer %ld bytes off", name, -(long)call.lost_bytes);
    assert_int_equal(call.registers, EDI_MARK);
    return call.result;
}

/* The number of arguments is the ABI: a stdcall function takes them off the stack itself. */
static const struct
{
    const char *name;
    uint32_t count;
} exports[] = {
    {"DsIsNTDSOnlineA", 2},
    {"DsIsNTDSOnlineW", 2},
    {"DsBackupPrepareA", 6},
    {"DsBackupPrepareW", 6},
    {"DsBackupGetDatabaseNamesA", 3},
    {"DsBackupGetDatabaseNamesW", 3},
    {"DsBackupOpenFileA", 4},
    {"DsBackupOpenFileW", 4},
    {"DsBackupRead", 4},
    {"DsBackupClose", 1},
    {"DsBackupGetBackupLogsA", 3},
    {"DsBackupGetBackupLogsW", 3},
    {"DsBackupTruncateLogs", 1},
    {"DsBackupEnd", 1},
    {"DsBackupFree", 1},
    {"DsRestoreGetDatabaseLocationsA", 3},
    {"DsRestoreGetDatabaseLocationsW", 3},
    {"DsRestorePrepareA", 5},
    {"DsRestorePrepareW", 5},
    {"DsRestoreRegisterA", 8},
    {"DsRestoreRegisterW", 8},
    {"DsRestoreRegisterComplete", 2},
    {"DsRestoreEnd", 1},
    {"DsSetCurrentBackupLogA", 2},
    {"DsSetCurrentBackupLogW", 2},
    {"DsSetAuthIdentityA", 3},
    {"DsSetAuthIdentityW", 3},
    {"DsRestoreCheckExpiryToken", 2},
};

_Static_assert(ARRAYSIZE(exports) == 28, "every export");

static void every_export__any_stack_and_zero_arguments__keeps_the_stack(void **state)
{
    static const uintptr_t zeros[ARGUMENTS_MAX];
    uint32_t misalignment;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(exports); i++) {
        for (misalignment = 0; misalignment < 16; misalignment += 4)
            (void)call_misaligned(exports[i].name, misalignment, exports[i].count, zeros);
    }
}

static HRESULT prepare_misaligned(uint32_t misalignment, struct context *context)
{
    const uintptr_t arguments[] = {
        (uintptr_t)computer_name(),
        0,
        BACKUP_TYPE_FULL,
        (uintptr_t)&context->token,
        (uintptr_t)&context->token_bytes,
        (uintptr_t)&context->hbc,
    };

    return call_misaligned("DsBackupPrepareW", misalignment, ARRAYSIZE(arguments), arguments);
}

static HRESULT list_misaligned(const char *name, uint32_t misalignment, HBC hbc, wchar_t **list)
{
    DWORD bytes = POISON_DWORD;
    const uintptr_t arguments[] = {(uintptr_t)hbc, (uintptr_t)list, (uintptr_t)&bytes};

    return call_misaligned(name, misalignment, ARRAYSIZE(arguments), arguments);
}

/* Reads NAME to its end, every call on the misaligned stack; returns the bytes that came. */
static int64_t read_misaligned(uint32_t misalignment, HBC hbc, const wchar_t *name)
{
    static unsigned char buffer[65536];
    LARGE_INTEGER size = {.QuadPart = POISON_SIZE};
    DWORD read = POISON_DWORD;
    const uintptr_t open[] = {(uintptr_t)hbc, (uintptr_t)name, 0, (uintptr_t)&size};
    const uintptr_t get[] = {(uintptr_t)hbc, (uintptr_t)buffer, sizeof(buffer), (uintptr_t)&read};
    const uintptr_t handle[] = {(uintptr_t)hbc};
    int64_t total = 0;

    assert_result("open", call_misaligned("DsBackupOpenFileW", misalignment, 4, open), S_OK);
    while (call_misaligned("DsBackupRead", misalignment, 4, get) == S_OK)
        total += read;
    assert_int_equal(total, size.QuadPart);
    assert_result("close", call_misaligned("DsBackupClose", misalignment, 1, handle), S_OK);
    return total;
}

static void whole_backup__any_stack__succeeds(void **state)
{
    uint32_t misalignment;

    (void)state;
    for (misalignment = 0; misalignment < 16; misalignment += 4) {
        struct context context = {0};
        wchar_t *names = NULL, *logs = NULL;
        const wchar_t *name;
        uintptr_t handle;

        assert_result("prepare", prepare_misaligned(misalignment, &context), S_OK);
        assert_result(
            "names",
            list_misaligned("DsBackupGetDatabaseNamesW", misalignment, context.hbc, &names), S_OK);
        assert_in_range(read_misaligned(misalignment, context.hbc, names), 1, INT64_MAX);
        assert_result("logs",
                      list_misaligned("DsBackupGetBackupLogsW", misalignment, context.hbc, &logs),
                      S_OK);
        for (name = logs; name; name = next_name(name))
            (void)read_misaligned(misalignment, context.hbc, name);
        handle = (uintptr_t)context.hbc;
        assert_result("truncate", call_misaligned("DsBackupTruncateLogs", misalignment, 1, &handle),
                      S_OK);
        assert_result("end", call_misaligned("DsBackupEnd", misalignment, 1, &handle), S_OK);
        DsBackupFree(names);
        DsBackupFree(logs);
        DsBackupFree(context.token);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_export__any_stack_and_zero_arguments__keeps_the_stack),
        cmocka_unit_test(whole_backup__any_stack__succeeds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
