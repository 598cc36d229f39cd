/* The part of system.h that is the same on every system. */
#include "system.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_BYTES 3900

static const char cut_mark[] = "...\n";

void system_print(enum system_stream stream, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list arguments;
    int bytes;

    va_start(arguments, format);
    bytes = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (bytes < 0 || (size_t)bytes >= sizeof(text))
        memcpy(text + sizeof(text) - sizeof(cut_mark), cut_mark, sizeof(cut_mark));
    system_write(stream, text);
}
