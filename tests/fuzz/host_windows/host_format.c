/*
 * host_format.c - prints and reads as msvcrt does, for characters of 16 bits: the formats that the
 * fuzzed modules use.
 */
#include "windows.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct output
{
    wchar_t *text;
    size_t chars, used; /* used goes on behind chars */
};

static void put(struct output *output, wchar_t unit)
{
    if (output->used < output->chars)
        output->text[output->used] = unit;
    output->used++;
}

struct directive
{
    bool left, zeros, wide; /* wide: a number of 64 bits */
    size_t width;
    wchar_t conversion;
};

static const wchar_t *take_directive(const wchar_t *format, struct directive *directive)
{
    *directive = (struct directive){0};
    for (; *format == L'-' || *format == L'0'; format++) {
        directive->left |= *format == L'-';
        directive->zeros |= *format == L'0';
    }
    for (; *format >= L'0' && *format <= L'9'; format++)
        directive->width = 10 * directive->width + (size_t)(*format - L'0');
    directive->wide = host_wcsncmp(format, L"ll", 2) == 0 || host_wcsncmp(format, L"I64", 3) == 0;
    format += host_wcsspn(format, L"lI64");
    directive->conversion = *format;
    return format + 1;
}

static void put_padded(struct output *output, const struct directive *directive,
                       const wchar_t *text)
{
    size_t count = host_wcslen(text), i;

    for (i = count; !directive->left && i < directive->width; i++)
        put(output, directive->zeros ? L'0' : L' ');
    while (*text)
        put(output, *text++);
    for (i = count; directive->left && i < directive->width; i++)
        put(output, L' ');
}

static void put_number(struct output *output, const struct directive *directive, uint64_t number)
{
    static const wchar_t digits[] = L"0123456789abcdef";
    uint64_t base = directive->conversion == L'x' ? 16 : 10;
    wchar_t text[24] = {0};
    size_t at = 23;

    do {
        text[--at] = digits[number % base];
        number /= base;
    } while (number);
    put_padded(output, directive, text + at);
}

static void print(struct output *output, const wchar_t *format, va_list arguments)
{
    struct directive directive;

    while (*format) {
        if (*format != L'%') {
            put(output, *format++);
            continue;
        }
        format = take_directive(format + 1, &directive);
        if (directive.conversion == L's')
            put_padded(output, &directive, va_arg(arguments, const wchar_t *));
        else if (directive.conversion != L'u' && directive.conversion != L'x')
            abort(); /* a format that nobody has needed here */
        else if (directive.wide)
            put_number(output, &directive, va_arg(arguments, uint64_t));
        else
            put_number(output, &directive, va_arg(arguments, uint32_t));
    }
}

int host_vsnwprintf(wchar_t *text, size_t chars, const wchar_t *format, va_list arguments)
{
    struct output output = {text, chars, 0};

    print(&output, format, arguments);
    if (output.used < chars)
        text[output.used] = 0;
    return output.used > chars ? -1 : (int)output.used;
}

int host_vscwprintf(const wchar_t *format, va_list arguments)
{
    struct output output = {NULL, 0, 0};

    print(&output, format, arguments);
    return (int)output.used;
}

static int digit_of(wchar_t unit)
{
    if (unit >= L'0' && unit <= L'9')
        return unit - L'0';
    unit |= 0x20;
    return unit >= L'a' && unit <= L'f' ? unit - L'a' + 10 : 16;
}

/* Negative is what it is modulo the most plus one, as C says; too large is the most. */
static uint64_t read_number(const wchar_t *text, wchar_t **end, int base, uint64_t most)
{
    const wchar_t *at = text + host_wcsspn(text, L" \t\n\v\f\r");
    bool negative = *at == L'-', too_large = false;
    const wchar_t *first;
    uint64_t number = 0;

    first = at += negative || *at == L'+';
    for (; digit_of(*at) < base; at++) {
        uint64_t digit = (uint64_t)digit_of(*at);

        too_large |= number > (most - digit) / (uint64_t)base;
        number = number * (uint64_t)base + digit;
    }
    if (end)
        *end = (wchar_t *)(at > first ? at : text);
    if (too_large)
        return most;
    return (negative ? 0 - number : number) & most;
}

uint32_t host_wcstoul(const wchar_t *text, wchar_t **end, int base)
{
    return (uint32_t)read_number(text, end, base, UINT32_MAX);
}

uint64_t host_wcstoull(const wchar_t *text, wchar_t **end, int base)
{
    return read_number(text, end, base, UINT64_MAX);
}
