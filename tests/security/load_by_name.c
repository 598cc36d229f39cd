/*
 * load_by_name.c - loads a DLL as no program with rights should: by its name alone.
 *
 * The proof that what is planted would be found: the exit code is 0 where it was loaded.
 */
#include <windows.h>

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    return argc == 2 && LoadLibraryW(argv[1]) ? 0 : 1;
}
