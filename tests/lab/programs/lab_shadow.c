/*
 * lab-shadow.exe ROUNDS DRIVE...: a requestor without components that makes a shadow copy of the
 * drives, waits for a byte on standard input or its end, and deletes it, ROUNDS times.
 *
 * Prints "made MS" and "deleted MS" for each. Knows the API only, not what is behind it.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#define EXIT_USAGE  2
#define EXIT_FAILED 5

typedef HRESULT(WINAPI *create_function)(IVssBackupComponents **);
typedef HRESULT(STDMETHODCALLTYPE *start_method)(IVssBackupComponents *, IVssAsync **);

static void check(const char *what, HRESULT hr)
{
    if (SUCCEEDED(hr))
        return;
    fprintf(stderr, "lab-shadow: %s: 0x%08lx\n", what, (unsigned long)hr);
    exit(EXIT_FAILED);
}

static void run(const char *what, IVssBackupComponents *vss, start_method start)
{
    HRESULT status = VSS_S_ASYNC_PENDING;
    IVssAsync *async;

    check(what, start(vss, &async));
    check(what, IVssAsync_Wait(async, INFINITE));
    check(what, IVssAsync_QueryStatus(async, &status, NULL));
    check(what, status == VSS_S_ASYNC_FINISHED ? S_OK : status);
    IVssAsync_Release(async);
}

static double now_ms(void)
{
    LARGE_INTEGER now, frequency;

    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return (double)now.QuadPart * 1000 / (double)frequency.QuadPart;
}

static void say(const char *what, double begin_ms)
{
    printf("%s %.0f\n", what, now_ms() - begin_ms);
    fflush(stdout);
}

static void make_one(create_function create, wchar_t **drives, int count)
{
    IVssBackupComponents *vss = NULL;
    wchar_t root[] = L"?:\\";
    GUID set, snapshot;
    double begin_ms;
    int i;

    check("CreateVssBackupComponents", create(&vss));
    check("InitializeForBackup", IVssBackupComponents_InitializeForBackup(vss, NULL));
    check("SetBackupState",
          IVssBackupComponents_SetBackupState(vss, FALSE, FALSE, VSS_BT_COPY, FALSE));
    run("GatherWriterMetadata", vss, vss->lpVtbl->GatherWriterMetadata);
    check("StartSnapshotSet", IVssBackupComponents_StartSnapshotSet(vss, &set));
    for (i = 0; i < count; i++) {
        root[0] = drives[i][0];
        check("AddToSnapshotSet",
              IVssBackupComponents_AddToSnapshotSet(vss, root, GUID_NULL, &snapshot));
    }
    run("PrepareForBackup", vss, vss->lpVtbl->PrepareForBackup);
    begin_ms = now_ms();
    run("DoSnapshotSet", vss, vss->lpVtbl->DoSnapshotSet);
    say("made", begin_ms);
    getchar();
    begin_ms = now_ms();
    IVssBackupComponents_Release(vss);
    say("deleted", begin_ms);
}

/* No header of mingw-w64 declares it. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    HMODULE vssapi = LoadLibraryExW(L"vssapi.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    create_function create = NULL;
    long rounds = argc > 2 ? wcstol(argv[1], NULL, 10) : 0;

    if (rounds < 1) {
        fprintf(stderr, "usage: lab-shadow ROUNDS DRIVE...\n");
        return EXIT_USAGE;
    }
    if (vssapi)
        create = (create_function)(void (*)(void))GetProcAddress(
            vssapi, "CreateVssBackupComponentsInternal");
    check("vssapi.dll", create ? S_OK : E_NOINTERFACE);
    check("CoInitializeEx", CoInitializeEx(NULL, COINIT_MULTITHREADED));
    for (; rounds > 0; rounds--)
        make_one(create, argv + 2, argc - 2);
    return 0;
}
