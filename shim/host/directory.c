/*
 * directory.c - the one directory that the old API knows: NTDS.
 */
#include "directory.h"

legacy_result directory_location(enum directory_location which, wchar_t **path)
{
    return registration_location(REGISTRATION_NTDS, which, path);
}

legacy_result directory_query_state(enum ntdsvss_state *state)
{
    return (legacy_result)registration_state(REGISTRATION_NTDS, state);
}

bool directory_is_stopped(void)
{
    enum ntdsvss_state state;

    return directory_query_state(&state) == S_OK && state == NTDSVSS_STATE_OFFLINE;
}
