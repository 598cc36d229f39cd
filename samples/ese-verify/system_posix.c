/* system.h on POSIX. */
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_CELLS  78
#define CLEAR_TO_EDGE "\r\033[K"

struct system_file
{
    int descriptor;
};

/* True while the last line is one that the next text replaces. */
static bool line_is_redrawn;

static void say_why(char *problem, int error)
{
    snprintf(problem, SYSTEM_TEXT_BYTES, "%s", strerror(error));
}

struct system_file *system_open(const char *path, uint64_t *bytes, char *problem)
{
    struct system_file *file = malloc(sizeof(*file));
    struct stat status;
    int error = 0;

    if (!file) {
        say_why(problem, ENOMEM);
        return NULL;
    }
    file->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (file->descriptor < 0 || fstat(file->descriptor, &status) != 0)
        error = errno;
    else if (S_ISDIR(status.st_mode))
        error = EISDIR;
    if (error) {
        say_why(problem, error);
        system_close(file);
        return NULL;
    }
    *bytes = (uint64_t)status.st_size;
    return file;
}

bool system_read(struct system_file *file, uint64_t offset, void *to, size_t bytes, size_t *got,
                 char *problem)
{
    size_t done = 0;

    while (done < bytes) {
        ssize_t part =
            pread(file->descriptor, (char *)to + done, bytes - done, (off_t)(offset + done));

        if (part == 0)
            break;
        if (part > 0) {
            done += (size_t)part;
        } else if (errno != EINTR) {
            say_why(problem, errno);
            return false;
        }
    }
    *got = done;
    return true;
}

void system_close(struct system_file *file)
{
    if (!file)
        return;
    if (file->descriptor >= 0)
        close(file->descriptor);
    free(file);
}

uint64_t system_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

const char *system_name_in(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

bool system_is_terminal(void)
{
    return isatty(STDOUT_FILENO) != 0;
}

void system_redraw(const char *text)
{
    line_is_redrawn = true;
    printf(CLEAR_TO_EDGE "%.*s", REDRAW_CELLS, text);
    fflush(stdout);
}

void system_write(enum system_stream stream, const char *text)
{
    if (line_is_redrawn)
        fputs(CLEAR_TO_EDGE, stdout);
    line_is_redrawn = false;
    /* Keeps the lines of both streams in order if they go to one place. */
    fflush(stdout);
    fputs(text, stream == SYSTEM_ERROR ? stderr : stdout);
}

int main(int argc, char **argv)
{
    return ese_verify(argc, argv);
}
