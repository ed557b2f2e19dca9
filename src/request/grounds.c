/* SPDX-License-Identifier: Apache-2.0 */
#include "request/grounds.h"

#include <string.h>

static const plm_ground grounds[] = {
    {1, "not-conforming", "the request does not conform to the article", "UNTOC art. 18(21)(a)"},
    {2, "sovereignty",
     "execution is likely to prejudice sovereignty, security, ordre public or other essential "
     "interests",
     "UNTOC art. 18(21)(b)"},
    {3, "domestic-prohibition",
     "domestic law would prohibit the action with regard to any similar offence under our own "
     "jurisdiction",
     "UNTOC art. 18(21)(c)"},
    {4, "legal-system", "it would be contrary to our legal system relating to mutual assistance",
     "UNTOC art. 18(21)(d)"},
    {5, "dual-criminality", "the conduct is no offence under our law", "UNTOC art. 18(9), 16(1)"},
    {6, "discrimination",
     "substantial grounds to believe that it is made to prosecute or punish on account of sex, "
     "race, religion, nationality, ethnic origin or political opinions",
     "UNTOC art. 16(14)"},
    {7, "own-national", "the person is our national; the case goes to our own authorities",
     "UNTOC art. 16(10)"},
    {8, "extradition-conditions",
     "the conditions of our law or treaties for extradition are not met", "UNTOC art. 16(7)"},
    {9, "political-offence", "an offence of a political, military, religious or racial character",
     "INTERPOL Constitution art. 3; UN Model Treaty on Extradition art. 3(a)"},
    {10, "torture", "substantial grounds to believe that the person would be in danger of torture",
     "Convention against Torture art. 3"},
    {11, "death-penalty", "the offence carries the death penalty and no assurance was given",
     "UN Model Treaty on Extradition art. 4(d)"},
    {12, "ne-bis-in-idem", "there has been a final judgment against the person for the offence",
     "UN Model Treaty on Extradition art. 3(d)"},
    {13, "lapse-of-time", "the person is immune from prosecution or punishment by lapse of time",
     "UN Model Treaty on Extradition art. 3(e)"},
    {14, "non-refoulement",
     "the person would be returned to a place where life or freedom is threatened",
     "Refugee Convention art. 33; Trafficking Protocol art. 14"},
    {15, "victim-safety", "it would endanger a victim's safety, privacy or dignity",
     "Trafficking Protocol art. 6(1), 8(2)"},
    {16, "witness-safety", "it would endanger a witness or a person close to one", "UNTOC art. 24"},
    {17, "third-party", "the information is another authority's, which has not consented",
     "UNTOC art. 18(19)"},
};

enum {
    N_GROUNDS = sizeof grounds / sizeof *grounds
};

size_t plm_ground_count(void)
{
    return N_GROUNDS;
}

const plm_ground *plm_ground_at(size_t i)
{
    return i < N_GROUNDS ? &grounds[i] : NULL;
}

const plm_ground *plm_ground_find(unsigned code)
{
    return code >= 1 && code <= N_GROUNDS ? &grounds[code - 1] : NULL;
}

const plm_ground *plm_ground_find_name(const char *name)
{
    for (size_t i = 0; i < N_GROUNDS; i++) {
        if (strcmp(grounds[i].name, name) == 0) {
            return &grounds[i];
        }
    }
    return NULL;
}

const char *plm_ground_excluded(const char *name)
{
    if (strcmp(name, "bank-secrecy") == 0) {
        return "UNTOC art. 18(8)";
    }
    return strcmp(name, "fiscal") == 0 ? "UNTOC art. 16(15), 18(22)" : NULL;
}
