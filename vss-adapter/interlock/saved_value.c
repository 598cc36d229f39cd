/*
 * saved_value.c - keeps registry values and puts them back.
 */
#include "saved_value.h"

#include <stdlib.h>
#include <string.h>

HRESULT saved_value_keep(struct saved_value *value, HKEY key, const wchar_t *name)
{
    DWORD byte_count = 0;
    BYTE *data = NULL;
    DWORD type = REG_NONE;
    LSTATUS status;

    /* It may grow between the question for its size and the one for its data. */
    while ((status = RegQueryValueExW(key, name, NULL, &type, data, &byte_count)) ==
               ERROR_MORE_DATA ||
           (status == ERROR_SUCCESS && !data && byte_count)) {
        BYTE *grown = realloc(data, byte_count);

        if (!grown) {
            free(data);
            return E_OUTOFMEMORY;
        }
        data = grown;
    }
    if (status != ERROR_SUCCESS && status != ERROR_FILE_NOT_FOUND) {
        free(data);
        return HRESULT_FROM_WIN32((DWORD)status);
    }
    saved_value_fini(value);
    value->saved = true;
    value->existed = status == ERROR_SUCCESS;
    value->type = type;
    value->byte_count = byte_count;
    value->data = data;
    return S_OK;
}

HRESULT saved_value_put_back(const struct saved_value *value, HKEY key, const wchar_t *name)
{
    LSTATUS status;

    if (!value->saved)
        return S_OK;
    if (value->existed)
        status = RegSetValueExW(key, name, 0, value->type, value->data, value->byte_count);
    else
        status = RegDeleteValueW(key, name);
    if (status == ERROR_FILE_NOT_FOUND && !value->existed)
        status = ERROR_SUCCESS;
    return HRESULT_FROM_WIN32((DWORD)status);
}

void saved_value_fini(struct saved_value *value)
{
    free(value->data);
    memset(value, 0, sizeof(*value));
}
