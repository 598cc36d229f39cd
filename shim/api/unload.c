/*
 * unload.c - ends what a program that frees the library has not ended itself.
 *
 * Without it the brokers, and with them the shadow copies, would stay for as long as the program.
 * Must not know what contexts are.
 */
#include "unload.h"

#include "remote/auth_identity.h"
#include "host/handle_table.h"
#include "common/log_file.h"

void unload(void)
{
    size_t count = handle_table_close();

    if (count)
        log_line(LOG_ERROR,
                 L"The DLL is unloaded with %u context(s) open: a backup is aborted, a registered "
                 L"restore has failed",
                 (unsigned int)count);
    auth_identity_set(NULL, NULL, NULL);
    log_file_close();
}
