/*
 * stand_in_wldap32.c - in the place of wldap32.dll, whose Wine cannot sign in anywhere.
 *
 * Lines of wldap32.txt beside it: "up PORT SERVICE": a directory answers there while its service
 * runs; "copy-usn N": what a mounted copy says of the object that was changed last; "keep": objects
 * outlive a restore. A mounted copy answers while dsamain's stand-in has its event. Objects are
 * kept as "PORT PROCESS NAME" in wldap32-objects.txt; one with "after" in its name is gone
 * when its service has another process than when it was added, as a restore would have it.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* These are the functions themselves. */
#undef DECLSPEC_IMPORT
#define DECLSPEC_IMPORT
#include <winldap.h>

#define LINE_CHARS 300
#define USN        "990"
#define HIGHEST    "1000"

struct stand_in
{
    ULONG port;
    wchar_t service[100];
};

static wchar_t own_folder[MAX_PATH];

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved)
{
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        GetModuleFileNameW(module, own_folder, MAX_PATH);
        wcsrchr(own_folder, L'\\')[1] = 0;
    }
    return TRUE;
}

static FILE *open_beside(const wchar_t *name, const wchar_t *mode)
{
    wchar_t path[2 * MAX_PATH];

    _snwprintf(path, ARRAYSIZE(path), L"%ls%ls", own_folder, name);
    return _wfopen(path, mode);
}

/* The rest of the first line that begins with word; false: there is none. */
static BOOL find_line(const char *word, char rest[LINE_CHARS])
{
    FILE *file = open_beside(L"wldap32.txt", L"r");
    char line[LINE_CHARS];
    BOOL found = FALSE;

    while (file && !found && fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\r\n")] = 0;
        found = strncmp(line, word, strlen(word)) == 0;
        if (found)
            strcpy(rest, line + strlen(word));
    }
    if (file)
        fclose(file);
    return found;
}

static DWORD process_of(const wchar_t *name)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = OpenServiceW(manager, name, SERVICE_QUERY_STATUS);
    SERVICE_STATUS_PROCESS status = {0};
    DWORD bytes;

    QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof(status), &bytes);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return status.dwCurrentState == SERVICE_RUNNING ? status.dwProcessId : 0;
}

LDAP *LDAPAPI ldap_initW(const PWSTR host, ULONG port)
{
    struct stand_in *connection = calloc(1, sizeof(*connection));

    (void)host;
    if (connection)
        connection->port = port;
    return (LDAP *)connection;
}

ULONG LDAPAPI ldap_connect(LDAP *ldap, struct l_timeval *limit)
{
    struct stand_in *connection = (struct stand_in *)ldap;
    char word[40], rest[LINE_CHARS];
    wchar_t name[60];
    HANDLE event;

    (void)limit;
    _snwprintf(name, ARRAYSIZE(name), L"Global\\stand-in-ldap-%lu", connection->port);
    event = OpenEventW(SYNCHRONIZE, FALSE, name);
    if (event) {
        CloseHandle(event);
        return LDAP_SUCCESS;
    }
    snprintf(word, sizeof(word), "up %lu ", connection->port);
    if (!find_line(word, rest))
        return LDAP_SERVER_DOWN;
    _snwprintf(connection->service, ARRAYSIZE(connection->service), L"%hs", rest);
    return process_of(connection->service) ? LDAP_SUCCESS : LDAP_SERVER_DOWN;
}

ULONG LDAPAPI ldap_set_optionW(LDAP *ldap, int option, const void *value)
{
    (void)ldap;
    (void)option;
    (void)value;
    return LDAP_SUCCESS;
}

ULONG LDAPAPI ldap_bind_sW(LDAP *ldap, PWSTR name, PWCHAR credentials, ULONG method)
{
    (void)ldap;
    (void)name;
    (void)credentials;
    return method == LDAP_AUTH_NEGOTIATE ? LDAP_SUCCESS : LDAP_INAPPROPRIATE_AUTH;
}

ULONG LDAPAPI ldap_unbind(LDAP *ldap)
{
    free(ldap);
    return LDAP_SUCCESS;
}

static BOOL is_there(struct stand_in *connection, const wchar_t *wanted)
{
    FILE *file = open_beside(L"wldap32-objects.txt", L"r");
    char line[LINE_CHARS], rest[LINE_CHARS], name[LINE_CHARS];
    unsigned long port, process;
    BOOL found = FALSE;
    int at = 0;

    snprintf(name, sizeof(name), "%ls", wanted);
    while (file && fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\r\n")] = 0;
        if (sscanf(line, "%lu %lu %n", &port, &process, &at) == 2 && port == connection->port &&
            strcmp(line + at, name) == 0)
            found = !strstr(name, "after") || process == process_of(connection->service) ||
                    find_line("keep", rest);
    }
    if (file)
        fclose(file);
    return found;
}

ULONG LDAPAPI ldap_search_ext_sW(LDAP *ldap, const PWSTR base, ULONG scope, const PWSTR filter,
                                 PWCHAR attributes[], ULONG types_only, PLDAPControlW *server,
                                 PLDAPControlW *client, struct l_timeval *limit, ULONG size,
                                 LDAPMessage **message)
{
    static LDAPMessage found;

    (void)attributes;
    (void)filter;
    (void)types_only;
    (void)server;
    (void)client;
    (void)limit;
    (void)size;
    *message = NULL;
    if (scope == LDAP_SCOPE_BASE && wcschr(base, L',') && wcsncmp(base, L"CN=NTDS", 7) != 0 &&
        !is_there((struct stand_in *)ldap, base))
        return LDAP_NO_SUCH_OBJECT;
    *message = &found;
    return LDAP_SUCCESS;
}

LDAPMessage *LDAPAPI ldap_first_entry(LDAP *ldap, LDAPMessage *message)
{
    (void)ldap;
    return message;
}

ULONG LDAPAPI ldap_count_entries(LDAP *ldap, LDAPMessage *message)
{
    (void)ldap;
    (void)message;
    return 1;
}

static struct berval **one_value(const void *bytes, ULONG byte_count)
{
    struct berval **values = calloc(2, sizeof(*values));

    values[0] = calloc(1, sizeof(**values) + byte_count);
    values[0]->bv_val = (char *)(values[0] + 1);
    values[0]->bv_len = byte_count;
    memcpy(values[0]->bv_val, bytes, byte_count);
    return values;
}

static struct berval **one_text(const char *text)
{
    return one_value(text, (ULONG)strlen(text));
}

struct berval **LDAPAPI ldap_get_values_lenW(LDAP *ldap, LDAPMessage *message,
                                             const PWCHAR attribute)
{
    struct stand_in *connection = (struct stand_in *)ldap;
    char rest[LINE_CHARS];
    BYTE id[16] = {0};
    DWORD process;

    (void)message;
    if (wcscmp(attribute, L"uSNChanged") == 0)
        return one_text(!connection->service[0] && find_line("copy-usn ", rest) ? rest : USN);
    if (wcscmp(attribute, L"highestCommittedUSN") == 0)
        return one_text(HIGHEST);
    if (wcscmp(attribute, L"dsServiceName") == 0)
        return one_text("CN=NTDS Settings,CN=lab");
    if (wcscmp(attribute, L"invocationId") == 0) {
        process = process_of(connection->service);
        memcpy(id, &process, sizeof(process));
        return one_value(id, sizeof(id));
    }
    return wcscmp(attribute, L"objectGUID") == 0 ? one_value(id, sizeof(id)) : one_text("DC=lab");
}

ULONG LDAPAPI ldap_value_free_len(struct berval **values)
{
    free(values[0]);
    free(values);
    return LDAP_SUCCESS;
}

ULONG LDAPAPI ldap_msgfree(LDAPMessage *message)
{
    (void)message;
    return LDAP_SUCCESS;
}

ULONG LDAPAPI ldap_add_sW(LDAP *ldap, const PWSTR name, LDAPModW *attributes[])
{
    struct stand_in *connection = (struct stand_in *)ldap;
    FILE *file = open_beside(L"wldap32-objects.txt", L"a");

    (void)attributes;
    if (!file)
        return LDAP_LOCAL_ERROR;
    fprintf(file, "%lu %lu %ls\n", connection->port, process_of(connection->service), name);
    fclose(file);
    return LDAP_SUCCESS;
}
