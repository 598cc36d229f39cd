/*
 * target.c - turns what a caller names into what the session looks for.
 */
#include "target.h"

#include "common/registration.h"

#include <string.h>
#include <wchar.h>

const GUID ntds_writer_class = {
    0xb2014c9e, 0x8711, 0x4c5c, {0xa5, 0xa9, 0x3c, 0xf3, 0x84, 0x48, 0x47, 0x57}};

static const GUID adlds_writer_class = {
    0xdd846aaa, 0xa1b6, 0x42a8, {0xaa, 0xf8, 0x03, 0xdc, 0xb6, 0x11, 0x4b, 0xfd}};

/*
 * A caller built with an older header has fewer members, one built with a newer header more: what
 * this library does not know has to be zero.
 */
static bool read_directory(const struct ntdsvss_directory *given, struct ntdsvss_directory *known)
{
    const size_t first_bytes =
        offsetof(struct ntdsvss_directory, instance) + sizeof(given->instance);
    const unsigned char *bytes = (const unsigned char *)given;
    size_t i;

    memset(known, 0, sizeof(*known));
    if (!given)
        return true;
    if (given->struct_bytes < first_bytes)
        return false;
    for (i = sizeof(*known); i < given->struct_bytes; i++) {
        if (bytes[i])
            return false;
    }
    memcpy(known, given, min(given->struct_bytes, sizeof(*known)));
    return true;
}

static HRESULT set_service(struct target *target, const wchar_t *prefix, const wchar_t *name)
{
    if (wcslen(prefix) + wcslen(name) >= TARGET_SERVICE_CHARS || wcspbrk(name, L"\\/"))
        return E_INVALIDARG;
    wcscpy(target->service, prefix);
    wcscat(target->service, name);
    return S_OK;
}

HRESULT target_init(struct target *target, const struct ntdsvss_directory *directory)
{
    struct ntdsvss_directory named;

    if (!read_directory(directory, &named))
        return E_INVALIDARG;
    switch (named.writer) {
    case NTDSVSS_WRITER_NTDS:
        if (named.instance && named.instance[0])
            return E_INVALIDARG;
        target->writer_class = &ntds_writer_class;
        target->label = L"NTDS";
        return set_service(target, REGISTRATION_NTDS, L"");
    case NTDSVSS_WRITER_ADLDS:
        if (!named.instance || !named.instance[0])
            return E_INVALIDARG;
        target->writer_class = &adlds_writer_class;
        target->label = L"AD LDS";
        /* The service's name will do as well. */
        if (_wcsnicmp(named.instance, REGISTRATION_ADLDS, wcslen(REGISTRATION_ADLDS)) == 0)
            return set_service(target, L"", named.instance);
        return set_service(target, REGISTRATION_ADLDS, named.instance);
    }
    return E_INVALIDARG;
}

const wchar_t *target_instance(const struct target *target)
{
    return target->writer_class == &adlds_writer_class
               ? target->service + wcslen(REGISTRATION_ADLDS)
               : NULL;
}

HRESULT ntdsvss_directory_state(const struct ntdsvss_directory *directory,
                                enum ntdsvss_state *state)
{
    struct target target;
    HRESULT hr = target_init(&target, directory);

    return SUCCEEDED(hr) ? HRESULT_FROM_WIN32(registration_state(target.service, state)) : hr;
}
