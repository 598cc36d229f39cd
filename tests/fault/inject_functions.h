/*
 * inject_functions.h - the imports that can be made to fail, for inject.c alone, which includes it
 * more than once and says each time what FUNCTION is.
 *
 *     FUNCTION(result, convention, name, failure, error, parameters, arguments)
 *
 * Those of the C runtime that hand out memory are in inject.c.
 */

/* --- files and pipes */
FUNCTION(HANDLE, WINAPI, CreateFileW, INVALID_HANDLE_VALUE, ERROR_NO_SYSTEM_RESOURCES,
         (const wchar_t *a, DWORD b, DWORD c, SECURITY_ATTRIBUTES *d, DWORD e, DWORD f, HANDLE g),
         (a, b, c, d, e, f, g))
FUNCTION(HANDLE, WINAPI, ReOpenFile, INVALID_HANDLE_VALUE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, DWORD b, DWORD c, DWORD d), (a, b, c, d))
FUNCTION(BOOL, WINAPI, ReadFile, FALSE, ERROR_IO_DEVICE,
         (HANDLE a, void *b, DWORD c, DWORD *d, OVERLAPPED *e), (a, b, c, d, e))
FUNCTION(BOOL, WINAPI, WriteFile, FALSE, ERROR_DISK_FULL,
         (HANDLE a, const void *b, DWORD c, DWORD *d, OVERLAPPED *e), (a, b, c, d, e))
FUNCTION(BOOL, WINAPI, FlushFileBuffers, FALSE, ERROR_DISK_FULL, (HANDLE a), (a))
FUNCTION(BOOL, WINAPI, GetOverlappedResult, FALSE, ERROR_BROKEN_PIPE,
         (HANDLE a, OVERLAPPED *b, DWORD *c, BOOL d), (a, b, c, d))
FUNCTION(BOOL, WINAPI, SetFilePointerEx, FALSE, ERROR_IO_DEVICE,
         (HANDLE a, LARGE_INTEGER b, LARGE_INTEGER *c, DWORD d), (a, b, c, d))
FUNCTION(BOOL, WINAPI, GetFileSizeEx, FALSE, ERROR_IO_DEVICE, (HANDLE a, LARGE_INTEGER *b), (a, b))
FUNCTION(BOOL, WINAPI, GetFileInformationByHandle, FALSE, ERROR_IO_DEVICE,
         (HANDLE a, BY_HANDLE_FILE_INFORMATION *b), (a, b))
FUNCTION(BOOL, WINAPI, SetFileInformationByHandle, FALSE, ERROR_DISK_FULL,
         (HANDLE a, FILE_INFO_BY_HANDLE_CLASS b, void *c, DWORD d), (a, b, c, d))
FUNCTION(DWORD, WINAPI, GetFinalPathNameByHandleW, 0, ERROR_NOT_ENOUGH_MEMORY,
         (HANDLE a, wchar_t *b, DWORD c, DWORD d), (a, b, c, d))
FUNCTION(DWORD, WINAPI, GetFileAttributesW, INVALID_FILE_ATTRIBUTES, ERROR_NO_SYSTEM_RESOURCES,
         (const wchar_t *a), (a))
FUNCTION(BOOL, WINAPI, CreateDirectoryW, FALSE, ERROR_DISK_FULL,
         (const wchar_t *a, SECURITY_ATTRIBUTES *b), (a, b))
FUNCTION(BOOL, WINAPI, MoveFileExW, FALSE, ERROR_DISK_FULL,
         (const wchar_t *a, const wchar_t *b, DWORD c), (a, b, c))
FUNCTION(HANDLE, WINAPI, FindFirstFileW, INVALID_HANDLE_VALUE, ERROR_NO_SYSTEM_RESOURCES,
         (const wchar_t *a, WIN32_FIND_DATAW *b), (a, b))
FUNCTION(BOOL, WINAPI, FindNextFileW, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, WIN32_FIND_DATAW *b), (a, b))
FUNCTION(DWORD, WINAPI, QueryDosDeviceW, 0, ERROR_NOT_ENOUGH_MEMORY,
         (const wchar_t *a, wchar_t *b, DWORD c), (a, b, c))
FUNCTION(BOOL, WINAPI, CreatePipe, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE * a, HANDLE *b, SECURITY_ATTRIBUTES *c, DWORD d), (a, b, c, d))
FUNCTION(BOOL, WINAPI, SetHandleInformation, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, DWORD b, DWORD c), (a, b, c))
FUNCTION(HANDLE, WINAPI, CreateNamedPipeW, INVALID_HANDLE_VALUE, ERROR_NO_SYSTEM_RESOURCES,
         (const wchar_t *a, DWORD b, DWORD c, DWORD d, DWORD e, DWORD f, DWORD g,
          SECURITY_ATTRIBUTES *h),
         (a, b, c, d, e, f, g, h))

/* --- processes, threads, objects */
FUNCTION(HANDLE, WINAPI, CreateEventW, NULL, ERROR_NO_SYSTEM_RESOURCES,
         (SECURITY_ATTRIBUTES * a, BOOL b, BOOL c, const wchar_t *d), (a, b, c, d))
FUNCTION(HANDLE, WINAPI, CreateMutexW, NULL, ERROR_NO_SYSTEM_RESOURCES,
         (SECURITY_ATTRIBUTES * a, BOOL b, const wchar_t *c), (a, b, c))
FUNCTION(HANDLE, WINAPI, CreateThread, NULL, ERROR_NO_SYSTEM_RESOURCES,
         (SECURITY_ATTRIBUTES * a, SIZE_T b, LPTHREAD_START_ROUTINE c, void *d, DWORD e, DWORD *f),
         (a, b, c, d, e, f))
FUNCTION(HANDLE, WINAPI, CreateJobObjectW, NULL, ERROR_NO_SYSTEM_RESOURCES,
         (SECURITY_ATTRIBUTES * a, const wchar_t *b), (a, b))
FUNCTION(BOOL, WINAPI, SetInformationJobObject, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, JOBOBJECTINFOCLASS b, void *c, DWORD d), (a, b, c, d))
FUNCTION(BOOL, WINAPI, DuplicateHandle, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, HANDLE b, HANDLE c, HANDLE *d, DWORD e, BOOL f, DWORD g), (a, b, c, d, e, f, g))
FUNCTION(BOOL, WINAPI, InitializeProcThreadAttributeList, FALSE, ERROR_NOT_ENOUGH_MEMORY,
         (LPPROC_THREAD_ATTRIBUTE_LIST a, DWORD b, DWORD c, SIZE_T *d), (a, b, c, d))
FUNCTION(BOOL, WINAPI, UpdateProcThreadAttribute, FALSE, ERROR_NOT_ENOUGH_MEMORY,
         (LPPROC_THREAD_ATTRIBUTE_LIST a, DWORD b, DWORD_PTR c, void *d, SIZE_T e, void *f,
          SIZE_T *g),
         (a, b, c, d, e, f, g))
FUNCTION(HANDLE, WINAPI, OpenProcess, NULL, ERROR_NO_SYSTEM_RESOURCES, (DWORD a, BOOL b, DWORD c),
         (a, b, c))
FUNCTION(HANDLE, WINAPI, CreateToolhelp32Snapshot, INVALID_HANDLE_VALUE, ERROR_NO_SYSTEM_RESOURCES,
         (DWORD a, DWORD b), (a, b))
FUNCTION(BOOL, WINAPI, Process32NextW, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, PROCESSENTRY32W *b), (a, b))
FUNCTION(HMODULE, WINAPI, LoadLibraryExW, NULL, ERROR_NOT_ENOUGH_MEMORY,
         (const wchar_t *a, HANDLE b, DWORD c), (a, b, c))
FUNCTION(BOOL, WINAPI, GetModuleHandleExW, FALSE, ERROR_NOT_ENOUGH_MEMORY,
         (DWORD a, const wchar_t *b, HMODULE *c), (a, b, c))
FUNCTION(DWORD, WINAPI, GetModuleFileNameW, 0, ERROR_NOT_ENOUGH_MEMORY,
         (HMODULE a, wchar_t *b, DWORD c), (a, b, c))
FUNCTION(BOOL, WINAPI, GetComputerNameExW, FALSE, ERROR_NOT_ENOUGH_MEMORY,
         (COMPUTER_NAME_FORMAT a, wchar_t *b, DWORD *c), (a, b, c))
FUNCTION(void *, WINAPI, VirtualAlloc, NULL, ERROR_NOT_ENOUGH_MEMORY,
         (void *a, SIZE_T b, DWORD c, DWORD d), (a, b, c, d))

/* --- the registry */
FUNCTION(LSTATUS, WINAPI, RegOpenKeyExW, ERROR_NO_SYSTEM_RESOURCES, ERROR_NO_SYSTEM_RESOURCES,
         (HKEY a, const wchar_t *b, DWORD c, REGSAM d, HKEY *e), (a, b, c, d, e))
FUNCTION(LSTATUS, WINAPI, RegCreateKeyExW, ERROR_NO_SYSTEM_RESOURCES, ERROR_NO_SYSTEM_RESOURCES,
         (HKEY a, const wchar_t *b, DWORD c, wchar_t *d, DWORD e, REGSAM f,
          const SECURITY_ATTRIBUTES *g, HKEY *h, DWORD *i),
         (a, b, c, d, e, f, g, h, i))
FUNCTION(LSTATUS, WINAPI, RegGetValueW, ERROR_NO_SYSTEM_RESOURCES, ERROR_NO_SYSTEM_RESOURCES,
         (HKEY a, const wchar_t *b, const wchar_t *c, DWORD d, DWORD *e, void *f, DWORD *g),
         (a, b, c, d, e, f, g))
FUNCTION(LSTATUS, WINAPI, RegQueryValueExW, ERROR_NO_SYSTEM_RESOURCES, ERROR_NO_SYSTEM_RESOURCES,
         (HKEY a, const wchar_t *b, DWORD *c, DWORD *d, BYTE *e, DWORD *f), (a, b, c, d, e, f))
FUNCTION(LSTATUS, WINAPI, RegSetValueExW, ERROR_NO_SYSTEM_RESOURCES, ERROR_NO_SYSTEM_RESOURCES,
         (HKEY a, const wchar_t *b, DWORD c, DWORD d, const BYTE *e, DWORD f), (a, b, c, d, e, f))
FUNCTION(LSTATUS, WINAPI, RegDeleteValueW, ERROR_NO_SYSTEM_RESOURCES, ERROR_NO_SYSTEM_RESOURCES,
         (HKEY a, const wchar_t *b), (a, b))
FUNCTION(LSTATUS, WINAPI, RegDeleteTreeW, ERROR_NO_SYSTEM_RESOURCES, ERROR_NO_SYSTEM_RESOURCES,
         (HKEY a, const wchar_t *b), (a, b))
FUNCTION(LSTATUS, WINAPI, RegFlushKey, ERROR_DISK_FULL, ERROR_DISK_FULL, (HKEY a), (a))

/* --- rights and services */
FUNCTION(BOOL, WINAPI, OpenProcessToken, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, DWORD b, HANDLE *c), (a, b, c))
FUNCTION(BOOL, WINAPI, OpenThreadToken, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, DWORD b, BOOL c, HANDLE *d), (a, b, c, d))
FUNCTION(BOOL, WINAPI, DuplicateToken, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, SECURITY_IMPERSONATION_LEVEL b, HANDLE *c), (a, b, c))
FUNCTION(BOOL, WINAPI, GetTokenInformation, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, TOKEN_INFORMATION_CLASS b, void *c, DWORD d, DWORD *e), (a, b, c, d, e))
FUNCTION(BOOL, WINAPI, CheckTokenMembership, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, PSID b, BOOL *c), (a, b, c))
FUNCTION(BOOL, WINAPI, CreateWellKnownSid, FALSE, ERROR_NOT_ENOUGH_MEMORY,
         (WELL_KNOWN_SID_TYPE a, PSID b, PSID c, DWORD *d), (a, b, c, d))
FUNCTION(BOOL, WINAPI, LookupPrivilegeValueW, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (const wchar_t *a, const wchar_t *b, LUID *c), (a, b, c))
FUNCTION(BOOL, WINAPI, AdjustTokenPrivileges, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, BOOL b, TOKEN_PRIVILEGES *c, DWORD d, TOKEN_PRIVILEGES *e, DWORD *f),
         (a, b, c, d, e, f))
FUNCTION(BOOL, WINAPI, ConvertStringSecurityDescriptorToSecurityDescriptorW, FALSE,
         ERROR_NOT_ENOUGH_MEMORY, (const wchar_t *a, DWORD b, PSECURITY_DESCRIPTOR *c, ULONG *d),
         (a, b, c, d))
FUNCTION(SC_HANDLE, WINAPI, OpenSCManagerW, NULL, RPC_S_SERVER_UNAVAILABLE,
         (const wchar_t *a, const wchar_t *b, DWORD c), (a, b, c))
FUNCTION(SC_HANDLE, WINAPI, OpenServiceW, NULL, ERROR_NO_SYSTEM_RESOURCES,
         (SC_HANDLE a, const wchar_t *b, DWORD c), (a, b, c))
/* As one that fails and says no error. */
FUNCTION(BOOL, WINAPI, QueryServiceStatus, FALSE, ERROR_SUCCESS, (SC_HANDLE a, SERVICE_STATUS *b),
         (a, b))
FUNCTION(HANDLE, WINAPI, RegisterEventSourceW, NULL, RPC_S_SERVER_UNAVAILABLE,
         (const wchar_t *a, const wchar_t *b), (a, b))
FUNCTION(BOOL, WINAPI, ReportEventW, FALSE, ERROR_NO_SYSTEM_RESOURCES,
         (HANDLE a, WORD b, WORD c, DWORD d, PSID e, WORD f, DWORD g, const wchar_t **h, void *i),
         (a, b, c, d, e, f, g, h, i))

/* --- hashes and random numbers */
FUNCTION(NTSTATUS, WINAPI, BCryptOpenAlgorithmProvider, (NTSTATUS)0xC0000017, ERROR_SUCCESS,
         (BCRYPT_ALG_HANDLE * a, const wchar_t *b, const wchar_t *c, ULONG d), (a, b, c, d))
FUNCTION(NTSTATUS, WINAPI, BCryptCreateHash, (NTSTATUS)0xC0000017, ERROR_SUCCESS,
         (BCRYPT_ALG_HANDLE a, BCRYPT_HASH_HANDLE *b, UCHAR *c, ULONG d, UCHAR *e, ULONG f,
          ULONG g),
         (a, b, c, d, e, f, g))
FUNCTION(NTSTATUS, WINAPI, BCryptHashData, (NTSTATUS)0xC0000017, ERROR_SUCCESS,
         (BCRYPT_HASH_HANDLE a, UCHAR *b, ULONG c, ULONG d), (a, b, c, d))
FUNCTION(NTSTATUS, WINAPI, BCryptFinishHash, (NTSTATUS)0xC0000017, ERROR_SUCCESS,
         (BCRYPT_HASH_HANDLE a, UCHAR *b, ULONG c, ULONG d), (a, b, c, d))
FUNCTION(NTSTATUS, WINAPI, BCryptGenRandom, (NTSTATUS)0xC0000017, ERROR_SUCCESS,
         (BCRYPT_ALG_HANDLE a, UCHAR *b, ULONG c, ULONG d), (a, b, c, d))

/* --- COM */
FUNCTION(BSTR, WINAPI, SysAllocString, NULL, ERROR_NOT_ENOUGH_MEMORY, (const wchar_t *a), (a))
FUNCTION(HRESULT, WINAPI, CoInitializeEx, E_OUTOFMEMORY, ERROR_NOT_ENOUGH_MEMORY,
         (void *a, DWORD b), (a, b))
FUNCTION(HRESULT, WINAPI, CoInitializeSecurity, E_OUTOFMEMORY, ERROR_NOT_ENOUGH_MEMORY,
         (PSECURITY_DESCRIPTOR a, LONG b, SOLE_AUTHENTICATION_SERVICE *c, void *d, DWORD e, DWORD f,
          void *g, DWORD h, void *i),
         (a, b, c, d, e, f, g, h, i))
FUNCTION(HRESULT, WINAPI, CoCreateInstance, E_OUTOFMEMORY, ERROR_NOT_ENOUGH_MEMORY,
         (const CLSID *a, IUnknown *b, DWORD c, const IID *d, void **e), (a, b, c, d, e))
