/*
 * stand_in_adam.c - in the place of adaminstall and adamuninstall: makes the service of an instance
 * whose files and registry file (C:\ntdslab\ADAM_INSTANCE.reg) the test has made, and starts it;
 * or removes it. The answers are kept beside this program as answers-INSTANCE.txt.
 */
#include <windows.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define NAME_CHARS 100
#define STEP_MS    50

int wmain(int argc, wchar_t **argv);

static SC_HANDLE make_service(const wchar_t *name)
{
    wchar_t image[MAX_PATH], import[MAX_PATH];
    SC_HANDLE service;

    _snwprintf(image, MAX_PATH, L"C:\\ntdslab\\ntds-service.exe %ls", name);
    _snwprintf(import, MAX_PATH, L"reg import C:\\ntdslab\\%ls.reg", name);
    service = CreateServiceW(OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS), name, name,
                             SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START,
                             SERVICE_ERROR_NORMAL, image, NULL, NULL, NULL, NULL, NULL);
    if (service)
        _wsystem(import);
    return service;
}

static int wait_for(SC_HANDLE service, DWORD state)
{
    SERVICE_STATUS status;

    while (QueryServiceStatus(service, &status) && status.dwCurrentState != state)
        Sleep(STEP_MS);
    return status.dwCurrentState == state ? 0 : 1;
}

static int install(const wchar_t *answers)
{
    wchar_t kept[MAX_PATH], instance[NAME_CHARS] = L"";
    wchar_t name[NAME_CHARS + 10];
    char line[500];
    FILE *file = _wfopen(answers, L"r");
    SC_HANDLE service;

    while (file && fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\r\n")] = 0;
        if (strncmp(line, "InstanceName=", 13) == 0)
            _snwprintf(instance, NAME_CHARS, L"%hs", line + 13);
    }
    if (!file)
        return 1;
    fclose(file);
    GetModuleFileNameW(NULL, kept, MAX_PATH);
    swprintf(wcsrchr(kept, L'\\') + 1, 60, L"answers-%ls.txt", instance);
    CopyFileW(answers, kept, FALSE);
    _snwprintf(name, ARRAYSIZE(name), L"ADAM_%ls", instance);
    service = make_service(name);
    return service && StartServiceW(service, 0, NULL) ? wait_for(service, SERVICE_RUNNING) : 1;
}

static int uninstall(const wchar_t *instance)
{
    wchar_t name[NAME_CHARS + 10];
    SERVICE_STATUS status;
    SC_HANDLE service;

    _snwprintf(name, ARRAYSIZE(name), L"ADAM_%ls", instance);
    service =
        OpenServiceW(OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT), name, SERVICE_ALL_ACCESS);
    if (!service)
        return 1;
    if (ControlService(service, SERVICE_CONTROL_STOP, &status))
        wait_for(service, SERVICE_STOPPED);
    return DeleteService(service) && CloseServiceHandle(service) ? 0 : 1;
}

int wmain(int argc, wchar_t **argv)
{
    int i;

    for (i = 1; i < argc; i++) {
        if (wcsncmp(argv[i], L"/answer:", 8) == 0)
            return install(argv[i] + 8);
        if (wcsncmp(argv[i], L"/i:", 3) == 0)
            return uninstall(argv[i] + 3);
    }
    return 1;
}
