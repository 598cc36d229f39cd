/*
 * wine_loader.c - Wine's loader as a position-independent program.
 *
 * Debian's is at 0x7d000000, without the preloader that would keep its surroundings free. Linux
 * puts the heap of such a program somewhere in the gigabyte above it: in one process of some 8000
 * on 0x7ffe0000, where Wine needs a page. Then CreateProcess fails with ERROR_INTERNAL_ERROR, and
 * `wine` ends with 1 and prints nothing. The heap of this one is far away, whatever started it.
 */
#include <dlfcn.h>
#include <stdio.h>

extern char **environ;

int main(int argc, char **argv)
{
    void *ntdll = dlopen(WINE_NTDLL, RTLD_NOW);
    void (*wine_main)(int, char **, char **) = NULL;

    if (ntdll)
        *(void **)&wine_main = dlsym(ntdll, "__wine_main");
    if (wine_main)
        wine_main(argc, argv, environ); /* does not return */
    fprintf(stderr, "wine: %s\n", dlerror());
    return 1;
}
