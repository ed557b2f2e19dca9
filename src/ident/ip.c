/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ip.c - Internet addresses: the 16 bytes of IPv6 in hexadecimal, an IPv4 address in its mapped
 * form (RFC 4291 section 2.5.5.2), then :PORT and @TIME in UTC, if the source has them.
 *
 * Behind a carrier's translator one address is many customers (RFC 6302), so an address says little
 * without port and time, and no rule compares it alone.
 */
#include "ident/family.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    IP_BYTES = 16,
    TEXT_MAX = 64,
    PORT_MAX = 65535,
    V4_AT = 12
};

/* A block of addresses that name no device to others (IANA special-purpose registries). */
static const struct block {
    uint8_t bytes[IP_BYTES];
    uint8_t bits;
    bool is_example;
    const char *words;
} blocks[] = {
#define V4(a, b, c)                                                  \
    {                                                                \
        [10] = 0xFF, [11] = 0xFF, [12] = (a), [13] = (b), [14] = (c) \
    }
    {V4(0, 0, 0), 104, false, "this network (RFC 791)"},
    {V4(10, 0, 0), 104, false, "a private address (RFC 1918)"},
    {V4(100, 64, 0), 106, false, "an address within a carrier's network (RFC 6598)"},
    {V4(127, 0, 0), 104, false, "the machine itself (RFC 1122)"},
    {V4(169, 254, 0), 112, false, "a link-local address (RFC 3927)"},
    {V4(172, 16, 0), 108, false, "a private address (RFC 1918)"},
    {V4(192, 168, 0), 112, false, "a private address (RFC 1918)"},
    {V4(224, 0, 0), 100, false, "an address of a group (RFC 5771)"},
    {V4(240, 0, 0), 100, false, "a reserved address (RFC 1112)"},
    {V4(192, 0, 2), 120, true, "an address for examples (RFC 5737)"},
    {V4(198, 51, 100), 120, true, "an address for examples (RFC 5737)"},
    {V4(203, 0, 113), 120, true, "an address for examples (RFC 5737)"},
#undef V4
    {{0}, 127, false, "no address, or the machine itself (RFC 4291)"},
    {{0xFC}, 7, false, "a private address (RFC 4193)"},
    {{0xFE, 0x80}, 10, false, "a link-local address (RFC 4291)"},
    {{0xFF}, 8, false, "an address of a group (RFC 4291)"},
    {{0x20, 0x01, 0x0D, 0xB8}, 32, true, "an address for examples (RFC 3849)"},
};

static const struct block *block_of(const uint8_t ip[IP_BYTES])
{
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        unsigned bits = blocks[i].bits;
        uint8_t rest = bits % 8 == 0 ? 0 : (uint8_t)(0xFF << (8 - bits % 8));
        if (memcmp(ip, blocks[i].bytes, bits / 8) == 0 &&
            (rest == 0 || ((ip[bits / 8] ^ blocks[i].bytes[bits / 8]) & rest) == 0)) {
            return &blocks[i];
        }
    }
    return NULL;
}

/* The 16 bytes in hexadecimal, IPv4 with dots, or IPv6. */
static bool read_address(uint8_t ip[IP_BYTES], plm_span text)
{
    char copy[TEXT_MAX];
    if (text.n >= sizeof copy) {
        return false;
    }
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    if (text.n == (size_t)2 * IP_BYTES && memchr(copy, ':', text.n) == NULL) {
        return plm_hex_decode(ip, IP_BYTES, copy) == 0;
    }
    if (memchr(copy, ':', text.n) != NULL) {
        return inet_pton(AF_INET6, copy, ip) == 1;
    }
    memset(ip, 0, IP_BYTES);
    ip[10] = 0xFF;
    ip[11] = 0xFF;
    return inet_pton(AF_INET, copy, ip + V4_AT) == 1;
}

/* "[address]:port", "address:port" where the address has no colon, or an address. */
static bool split_port(plm_span *address, plm_span *port)
{
    const uint8_t *colon =
        address->n > 0 ? (const uint8_t *)memrchr(address->p, ':', address->n) : NULL;
    *port = plm_span_of(NULL, 0);
    if (address->n > 1 && address->p[0] == '[') {
        const uint8_t *end = (const uint8_t *)memchr(address->p, ']', address->n);
        if (end == NULL || (end + 1 < address->p + address->n && end[1] != ':')) {
            return false;
        }
        size_t n_tail = (size_t)(address->p + address->n - end - 1);
        *port = n_tail > 0 ? plm_span_of(end + 2, n_tail - 1) : *port;
        *address = plm_span_of(address->p + 1, (size_t)(end - address->p - 1));
        return n_tail != 1;
    }
    if (colon != NULL && colon == (const uint8_t *)memchr(address->p, ':', address->n)) {
        *port = plm_span_of(colon + 1, (size_t)(address->p + address->n - colon - 1));
        address->n = (size_t)(colon - address->p);
        return port->n > 0;
    }
    return true;
}

static bool read_number(plm_span *text, size_t n_min, size_t n_max, unsigned *out)
{
    size_t n = 0;
    *out = 0;
    while (n < text->n && n < n_max && plm_is_digit(text->p[n])) {
        *out = *out * 10 + (unsigned)(text->p[n++] - '0');
    }
    *text = plm_span_of(text->p + n, text->n - n);
    return n >= n_min;
}

static bool take(plm_span *text, const char *any)
{
    if (text->n == 0 || strchr(any, text->p[0]) == NULL || text->p[0] == '\0') {
        return false;
    }
    *text = plm_span_of(text->p + 1, text->n - 1);
    return true;
}

/* RFC 3339, seconds and their fraction may be missing; the zone may not. As UTC, to the second. */
static bool read_time(char out[TEXT_MAX], plm_span text)
{
    unsigned year;
    unsigned month;
    unsigned day;
    unsigned hour;
    unsigned minute;
    unsigned second = 0;
    unsigned zone_hour = 0;
    unsigned zone_minute = 0;
    unsigned ignored;
    if (!read_number(&text, 4, 4, &year) || !take(&text, "-") ||
        !read_number(&text, 2, 2, &month) || !take(&text, "-") || !read_number(&text, 2, 2, &day) ||
        !take(&text, "Tt ") || !read_number(&text, 2, 2, &hour) || !take(&text, ":") ||
        !read_number(&text, 2, 2, &minute) ||
        (take(&text, ":") && !read_number(&text, 2, 2, &second)) ||
        (take(&text, ".") && !read_number(&text, 1, 9, &ignored))) {
        return false;
    }
    bool is_behind = text.n > 0 && text.p[0] == '-';
    if (!take(&text, "Zz") && (!take(&text, "+-") || !read_number(&text, 2, 2, &zone_hour) ||
                               (take(&text, ":"), !read_number(&text, 2, 2, &zone_minute)))) {
        return false;
    }
    plm_date date = {.year = (uint16_t)year, .month = (uint8_t)month, .day = (uint8_t)day};
    if (text.n != 0 || !plm_date_is_valid(date) || month == 0 || day == 0 || hour > 23 ||
        minute > 59 || second > 60 || zone_hour > 23 || zone_minute > 59) {
        return false;
    }
    struct tm tm = {.tm_year = (int)year - 1900,
                    .tm_mon = (int)month - 1,
                    .tm_mday = (int)day,
                    .tm_hour = (int)hour,
                    .tm_min = (int)minute,
                    .tm_sec = (int)second};
    time_t shift = (time_t)zone_hour * 3600 + (time_t)zone_minute * 60;
    time_t at = timegm(&tm) + (is_behind ? shift : -shift);
    /* The Internet's addresses are younger than 1970; 2200 is a mistake. */
    return gmtime_r(&at, &tm) != NULL && tm.tm_year >= 70 && tm.tm_year <= 300 &&
           strftime(out, TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0;
}

/* Takes "@TIME", or a blank and the time, off the end. */
static bool split_time(plm_span *value, plm_span *time)
{
    size_t at = 0;
    while (at < value->n && value->p[at] != '@' && value->p[at] != ' ') {
        at++;
    }
    if (at == value->n) {
        return false;
    }
    *time = plm_ident_trim(plm_span_of(value->p + at + 1, value->n - at - 1));
    *value = plm_span_of(value->p, at);
    return true;
}

static plm_status finish(const uint8_t ip[IP_BYTES], plm_span port, const char *time,
                         plm_ident *out)
{
    unsigned number = 0;
    char hex[2 * IP_BYTES + 1];
    if (port.n > 0 &&
        (!read_number(&port, 1, 5, &number) || port.n > 0 || number > PORT_MAX || number == 0)) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "a port is 1 to %d", PORT_MAX);
    }
    const struct block *block = block_of(ip);
    if (block != NULL && !block->is_example) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "%s: it names nothing outside",
                                block->words);
    }
    plm_hex_encode(hex, ip, IP_BYTES);
    char *at = out->canonical;
    at += snprintf(at, TEXT_MAX, "%s", hex);
    at += number > 0 ? snprintf(at, TEXT_MAX, ":%u", number) : 0;
    (void)snprintf(at, TEXT_MAX, "%s%s", time[0] != '\0' ? "@" : "", time);
    if (time[0] == '\0') {
        plm_ident_step(out, "without a time: behind a translator it is many customers' (RFC 6302)");
    }
    if (block != NULL) {
        out->flags |= PLM_IDENT_TEST;
        plm_ident_step(out, "%s", block->words);
    }
    return PLM_OK;
}

plm_status plm_ident_ip(const char *country, plm_span value, plm_ident *out)
{
    uint8_t ip[IP_BYTES];
    char time[TEXT_MAX] = "";
    plm_span port = plm_span_of(NULL, 0);
    plm_span time_text;
    plm_span address = value;
    (void)country;
    if (split_time(&address, &time_text) && !read_time(time, time_text)) {
        return plm_ident_reject(out, PLM_REASON_FORMAT,
                                "the time is no date, time and zone as in 2024-05-01T12:00:00Z");
    }
    if (!read_address(ip, address) &&
        (!split_port(&address, &port) || !read_address(ip, address))) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "\"%.*s\" is no address",
                                (int)(value.n < 60 ? value.n : 60), (const char *)value.p);
    }
    return finish(ip, port, time, out);
}
