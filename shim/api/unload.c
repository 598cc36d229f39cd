/*
 * unload.c - ends what a program that frees the library has not ended itself.
 *
 * Without it the brokers, and with them the shadow copies, would stay for as long as the program.
 */
#include "unload.h"

#include "remote/auth_identity.h"
#include "host/handle_table.h"
#include "common/log_file.h"
#include "record/host_log.h"

void unload(void)
{
    size_t count = handle_table_close();

    if (count)
        log_line(LOG_ERROR,
                 L"The program unloaded the DLL with %u context(s) open: their backups are "
                 L"aborted, their registered restores have failed",
                 (unsigned int)count);
    auth_identity_set(NULL, NULL, NULL);
    host_log_close();
}
