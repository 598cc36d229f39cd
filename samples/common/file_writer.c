/* Writes files, and brings them to the disk beside the writing of what follows. */
#include "file_writer.h"

#include <stdlib.h>

#define UNFLUSHED_BYTES (64u << 20) /* so that the disk is busy while a large file is written */
#define WAITING_FILES   16u         /* complete, not yet on the disk */

/* One file on its way to the disk. */
struct output
{
    struct output *next;
    HANDLE file; /* to flush through */
    void *tag;
    uint64_t unflushed_bytes;
    bool is_complete;
};

struct file_writer
{
    HANDLE thread;
    HANDLE file; /* to write through; INVALID_HANDLE_VALUE: none is open */
    CRITICAL_SECTION lock;
    CONDITION_VARIABLE changed;
    /* Under the lock: */
    struct output *first; /* oldest first; the thread alone takes it away */
    struct output *open;  /* the newest; NULL: it is complete */
    unsigned count;
    bool is_stopping;
    DWORD error;
    void *failed_tag;
};

/* Of a call that failed: never a success. */
static DWORD last_error(void)
{
    DWORD error = GetLastError();

    return error != ERROR_SUCCESS ? error : ERROR_GEN_FAILURE;
}

/* The lock is held. */
static void fail(struct file_writer *writer, void *tag, DWORD error)
{
    if (writer->error != ERROR_SUCCESS)
        return;
    writer->error = error;
    writer->failed_tag = tag;
}

static bool is_good(struct file_writer *writer)
{
    bool good;

    EnterCriticalSection(&writer->lock);
    good = writer->error == ERROR_SUCCESS;
    LeaveCriticalSection(&writer->lock);
    return good;
}

/* The lock is held, but for the flush itself. */
static void flush(struct file_writer *writer, struct output *output)
{
    DWORD error = ERROR_SUCCESS;

    output->unflushed_bytes = 0;
    if (writer->error != ERROR_SUCCESS)
        return; /* nothing of it will be kept */
    LeaveCriticalSection(&writer->lock);
    if (!FlushFileBuffers(output->file))
        error = last_error();
    EnterCriticalSection(&writer->lock);
    if (error != ERROR_SUCCESS)
        fail(writer, output->tag, error);
}

/* The lock is held. */
static bool has_work(const struct file_writer *writer)
{
    const struct output *output = writer->first;

    return output && (output->is_complete || output->unflushed_bytes >= UNFLUSHED_BYTES);
}

static DWORD WINAPI flush_files(void *context)
{
    struct file_writer *writer = context;

    EnterCriticalSection(&writer->lock);
    while (has_work(writer) || !writer->is_stopping) {
        struct output *output = writer->first;

        if (!has_work(writer)) {
            SleepConditionVariableCS(&writer->changed, &writer->lock, INFINITE);
        } else if (!output->is_complete) {
            flush(writer, output);
        } else {
            flush(writer, output);
            CloseHandle(output->file);
            writer->first = output->next;
            writer->count--;
            free(output);
            WakeAllConditionVariable(&writer->changed);
        }
    }
    LeaveCriticalSection(&writer->lock);
    return 0;
}

struct file_writer *file_writer_start(void)
{
    struct file_writer *writer = calloc(1, sizeof(*writer));
    DWORD error;

    if (!writer) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    writer->file = INVALID_HANDLE_VALUE;
    InitializeCriticalSection(&writer->lock);
    InitializeConditionVariable(&writer->changed);
    writer->thread = CreateThread(NULL, 0, flush_files, writer, 0, NULL);
    if (writer->thread)
        return writer;
    error = GetLastError();
    DeleteCriticalSection(&writer->lock);
    free(writer);
    SetLastError(error);
    return NULL;
}

static bool set_size(HANDLE file, uint64_t bytes)
{
    LARGE_INTEGER size = {.QuadPart = (LONGLONG)bytes}, start = {.QuadPart = 0};

    return SetFilePointerEx(file, size, NULL, FILE_BEGIN) && SetEndOfFile(file) &&
           SetFilePointerEx(file, start, NULL, FILE_BEGIN);
}

static DWORD make_output(HANDLE file, const wchar_t *path, uint64_t bytes, struct output **made)
{
    struct output *output = calloc(1, sizeof(*output));
    DWORD error;

    if (!output)
        return ERROR_NOT_ENOUGH_MEMORY;
    output->file =
        CreateFileW(path, GENERIC_WRITE, FILE_WRITER_SHARE, NULL, OPEN_EXISTING, 0, NULL);
    if (output->file != INVALID_HANDLE_VALUE && (!bytes || set_size(file, bytes))) {
        *made = output;
        return ERROR_SUCCESS;
    }
    error = last_error();
    if (output->file != INVALID_HANDLE_VALUE)
        CloseHandle(output->file);
    free(output);
    return error;
}

/* The lock is held. */
static void append(struct file_writer *writer, struct output *output)
{
    struct output **end = &writer->first;

    while (*end)
        end = &(*end)->next;
    *end = output;
    writer->open = output;
    writer->count++;
}

bool file_writer_open(struct file_writer *writer, HANDLE file, const wchar_t *path, uint64_t bytes,
                      void *tag)
{
    struct output *output = NULL;
    DWORD error = make_output(file, path, bytes, &output);

    writer->file = file;
    EnterCriticalSection(&writer->lock);
    if (output) {
        output->tag = tag;
        append(writer, output);
    } else {
        fail(writer, tag, error);
    }
    LeaveCriticalSection(&writer->lock);
    return is_good(writer);
}

bool file_writer_write(struct file_writer *writer, const void *data, DWORD bytes)
{
    DWORD written = 0, error = ERROR_SUCCESS;

    if (!is_good(writer))
        return false;
    if (!WriteFile(writer->file, data, bytes, &written, NULL))
        error = last_error();
    else if (written != bytes)
        error = ERROR_DISK_FULL; /* a disk that takes only a part of a write is full */
    EnterCriticalSection(&writer->lock);
    writer->open->unflushed_bytes += written;
    if (error != ERROR_SUCCESS)
        fail(writer, writer->open->tag, error);
    if (has_work(writer))
        WakeAllConditionVariable(&writer->changed);
    LeaveCriticalSection(&writer->lock);
    return error == ERROR_SUCCESS;
}

void file_writer_close(struct file_writer *writer)
{
    if (writer->file != INVALID_HANDLE_VALUE)
        CloseHandle(writer->file);
    writer->file = INVALID_HANDLE_VALUE;
    EnterCriticalSection(&writer->lock);
    if (writer->open)
        writer->open->is_complete = true;
    writer->open = NULL;
    WakeAllConditionVariable(&writer->changed);
    while (writer->count > WAITING_FILES)
        SleepConditionVariableCS(&writer->changed, &writer->lock, INFINITE);
    LeaveCriticalSection(&writer->lock);
}

bool file_writer_wait(struct file_writer *writer)
{
    EnterCriticalSection(&writer->lock);
    while (writer->first)
        SleepConditionVariableCS(&writer->changed, &writer->lock, INFINITE);
    LeaveCriticalSection(&writer->lock);
    return is_good(writer);
}

DWORD file_writer_failed(struct file_writer *writer, void **tag)
{
    DWORD error;

    EnterCriticalSection(&writer->lock);
    error = writer->error;
    *tag = writer->failed_tag;
    LeaveCriticalSection(&writer->lock);
    return error;
}

void file_writer_stop(struct file_writer *writer)
{
    if (!writer)
        return;
    EnterCriticalSection(&writer->lock);
    if (writer->first)
        fail(writer, writer->first->tag, ERROR_CANCELLED); /* so that nothing more is flushed */
    LeaveCriticalSection(&writer->lock);
    file_writer_close(writer);
    EnterCriticalSection(&writer->lock);
    writer->is_stopping = true;
    WakeAllConditionVariable(&writer->changed);
    LeaveCriticalSection(&writer->lock);
    WaitForSingleObject(writer->thread, INFINITE);
    CloseHandle(writer->thread);
    DeleteCriticalSection(&writer->lock);
    free(writer);
}
