/*
 * fault_broker.c - in the place of the broker: ends, or talks nonsense, as FAULT_BROKER says.
 *
 * Writes frames byte by byte (protocol.h of the broker), since none of them is a right answer.
 */
#include <windows.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "broker/protocol.h"

#define ANSWER_BYTES  20
#define GARBAGE_BYTES 65536

struct answer
{
    const char *mode;
    DWORD byte_count;
    uint8_t
        bytes[ANSWER_BYTES]; /* u32 payload bytes, u16 type, u16 version, u32 sequence, payload */
};

#define V PROTOCOL_VERSION

static const struct answer answers[] = {
    {"right-then-end", 20, {8, 0, 0, 0, 1, 0, V, 0, 1, 0, 0, 0, 0, 0, 0, 0, 42, 0, 0, 0}},
    {"other-version", 20, {8, 0, 0, 0, 1, 0, 99, 0, 1, 0, 0, 0, 0, 0, 0, 0, 42, 0, 0, 0}},
    {"other-request", 20, {8, 0, 0, 0, 2, 0, V, 0, 1, 0, 0, 0, 0, 0, 0, 0, 42, 0, 0, 0}},
    {"other-sequence", 20, {8, 0, 0, 0, 1, 0, V, 0, 7, 0, 0, 0, 0, 0, 0, 0, 42, 0, 0, 0}},
    {"too-long", 12, {255, 255, 255, 255, 1, 0, V, 0, 1, 0, 0, 0}},
    {"too-short", 14, {2, 0, 0, 0, 1, 0, V, 0, 1, 0, 0, 0, 0, 0}},
    {"strange-success", 20, {8, 0, 0, 0, 1, 0, V, 0, 1, 0, 0, 0, 1, 0, 0, 0, 42, 0, 0, 0}},
    {"cut-header", 5, {8, 0, 0, 0, 1}},
    {"cut-payload", 16, {8, 0, 0, 0, 1, 0, V, 0, 1, 0, 0, 0, 0, 0, 0, 0}},
};

/* The pipe's handle is overlapped. */
static bool transfer(HANDLE pipe, uint8_t *bytes, DWORD byte_count, bool writing)
{
    OVERLAPPED io = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD moved = 0;
    BOOL done = writing ? WriteFile(pipe, bytes, byte_count, NULL, &io)
                        : ReadFile(pipe, bytes, byte_count, NULL, &io);

    if (done || GetLastError() == ERROR_IO_PENDING)
        done = GetOverlappedResult(pipe, &io, &moved, TRUE);
    CloseHandle(io.hEvent);
    return done && moved;
}

/* Neither reads nor ends, whatever becomes of the pipe. */
static void be_deaf(void)
{
    HANDLE here = OpenEventW(EVENT_MODIFY_STATE, FALSE, L"Local\\ntdsbcli-fault-broker");

    if (here)
        SetEvent(here);
    WaitForSingleObject(GetCurrentProcess(), INFINITE);
}

int main(void)
{
    static uint8_t bytes[GARBAGE_BYTES];
    uint64_t handles[PROTOCOL_HANDOVER_BYTES / sizeof(uint64_t)];
    HANDLE pipe;
    DWORD got;
    char mode[32] = "";
    size_t i;

    GetEnvironmentVariableA("FAULT_BROKER", mode, sizeof(mode));
    if (strcmp(mode, "deaf") == 0)
        be_deaf();
    if (!ReadFile(GetStdHandle(STD_INPUT_HANDLE), handles, sizeof(handles), &got, NULL) ||
        got != sizeof(handles))
        return 1;
    pipe = (HANDLE)(uintptr_t)handles[0];
    if (strcmp(mode, "end") == 0 || !transfer(pipe, bytes, sizeof(bytes), false))
        return 0;
    if (strcmp(mode, "garbage") == 0) {
        memset(bytes, 0xA5, sizeof(bytes));
        transfer(pipe, bytes, sizeof(bytes), true);
    }
    for (i = 0; i < ARRAYSIZE(answers); i++) {
        if (strcmp(mode, answers[i].mode) != 0)
            continue;
        memcpy(bytes, answers[i].bytes, answers[i].byte_count);
        transfer(pipe, bytes, answers[i].byte_count, true);
        /* Of these the end of the process is what the other side sees. */
        if (strcmp(mode, "right-then-end") == 0 || strncmp(mode, "cut-", 4) == 0)
            return 0;
    }
    /* "silent", and the others until the DLL has had enough. */
    while (transfer(pipe, bytes, sizeof(bytes), false))
        ;
    return 0;
}
