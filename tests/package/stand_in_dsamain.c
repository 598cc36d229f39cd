/*
 * stand_in_dsamain.c - in the place of dsamain: "answers" at its /ldapport, as the stand-in for
 * wldap32.dll understands it, until it is ended. It refuses a database that was not recovered.
 */
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

int wmain(int argc, wchar_t **argv);

static const wchar_t *value_of(int argc, wchar_t **argv, const wchar_t *option)
{
    int i;

    for (i = 1; i + 1 < argc; i++) {
        if (wcscmp(argv[i], option) == 0)
            return argv[i + 1];
    }
    return NULL;
}

int wmain(int argc, wchar_t **argv)
{
    const wchar_t *database = value_of(argc, argv, L"/dbpath");
    const wchar_t *port = value_of(argc, argv, L"/ldapport");
    wchar_t path[MAX_PATH], name[60];

    if (!database || !port || GetFileAttributesW(database) == INVALID_FILE_ATTRIBUTES)
        return 1;
    _snwprintf(path, MAX_PATH, L"%ls", database);
    wcscpy(wcsrchr(path, L'\\') + 1, L"recovered.txt");
    if (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES)
        return 1;
    _snwprintf(name, ARRAYSIZE(name), L"Global\\stand-in-ldap-%ls", port);
    if (!CreateEventW(NULL, TRUE, FALSE, name))
        return 1;
    printf("EVENTLOG (Informational): NTDS General / Service Control : 1000\n");
    fflush(stdout);
    Sleep(INFINITE);
    return 0;
}
