/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth.h"

plm_span plm_synth_mapping(void)
{
    return plm_span_str(
        "{\n"
        "  \"comment\": \"registers made by palermo synth\",\n"
        "  \"format\": \"palermo-mapping/1\",\n"
        "  \"header\": true,\n"
        "  \"null\": [\"\"],\n"
        "  \"id\": {\"column\": \"id\"},\n"
        "  \"kind\": {\"constant\": \"person\"},\n"
        "  \"role\": {\"column\": \"role\"},\n"
        "  \"offences\": {\"column\": \"offences\", \"split\": \"|\"},\n"
        "  \"grading\": {\"column\": \"grading\"},\n"
        "  \"retention\": {\"column\": \"retention\", \"dateFormat\": \"YYYY-MM-DD\"},\n"
        "  \"minor\": {\"column\": \"minor\", \"values\": {\"yes\": \"true\", \"no\": "
        "\"false\"}},\n"
        "  \"properties\": [\n"
        "    {\"type\": \"name\", \"column\": \"name\"},\n"
        "    {\"type\": \"name\", \"column\": \"alias\"},\n"
        "    {\"type\": \"birthDate\", \"column\": \"birthDate\", \"dateFormat\": "
        "\"YYYY-MM-DD\"},\n"
        "    {\"type\": \"nationality\", \"column\": \"nationality\"},\n"
        "    {\"type\": \"document\", \"column\": \"passport\",\n"
        "     \"country\": {\"column\": \"passportCountry\"}},\n"
        "    {\"type\": \"phone\", \"column\": \"phones\", \"split\": \"|\"},\n"
        "    {\"type\": \"email\", \"column\": \"email\"},\n"
        "    {\"type\": \"iban\", \"column\": \"iban\"},\n"
        "    {\"type\": \"imei\", \"column\": \"imei\"},\n"
        "    {\"type\": \"vin\", \"column\": \"vin\"},\n"
        "    {\"type\": \"plate\", \"column\": \"plate\","
        " \"country\": {\"column\": \"plateCountry\"}},\n"
        "    {\"type\": \"btc\", \"column\": \"btc\"},\n"
        "    {\"type\": \"eth\", \"column\": \"eth\"}\n"
        "  ]\n"
        "}\n");
}
