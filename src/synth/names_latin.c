/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names_latin.c - regions that write Latin: "as written|as others write it". Where there is only
 * one spelling, others write it in the same letters.
 */
#include "synth/names.h"

static const char *const italian_men[] = {
    "Giuseppe",  "Antonio",       "Giovanni", "Mario",    "Luigi",    "Salvatore",
    "Francesco", "Vincenzo",      "Pietro",   "Angelo",   "Carlo",    "Domenico",
    "Bruno",     "Paolo",         "Michele",  "Giorgio",  "Aldo",     "Luciano",
    "Rocco",     "Nicolò|Nicolo", "Gaetano",  "Raffaele", "Calogero", "Pasquale",
};
static const char *const italian_women[] = {
    "Maria",    "Anna",  "Giuseppina", "Rosa",       "Angela",      "Giovanna",
    "Teresa",   "Lucia", "Carmela",    "Caterina",   "Francesca",   "Antonietta",
    "Concetta", "Elena", "Rita",       "Margherita", "Noemi|Noemi", "Graziella",
};
static const char *const italian_roots[] = {
    "Ross",   "Bianch", "Ferrar", "Espos",  "Roman",   "Colomb",    "Ricc",    "Marin",  "Grec",
    "Brun",   "Gall",   "Cost",   "Mancin", "Lombard", "Morett",    "Barbier", "Fontan", "Santor",
    "Marian", "Rinald", "Carus",  "Ferr",   "Gugliel", "Martinell", "Leonard", "Palumb", "Sann",
    "Vital",  "Serr",   "Orland", "Caputt", "D'Angel", "Di Maur",   "De Sant", "Nicol",  "Testard",
};
static const char *const italian_suffixes[] = {"i", "o", "etti", "ini", "ello"};
const plm_synth_region plm_synth_italian = {
    .countries = "ITITCH",
    .men = PLM_SYNTH_LIST(italian_men),
    .women = PLM_SYNTH_LIST(italian_women),
    .roots = PLM_SYNTH_LIST(italian_roots),
    .suffixes = PLM_SYNTH_LIST(italian_suffixes),
    .middle = PLM_SYNTH_MIDDLE_GIVEN,
    .middle_percent = 15,
};

static const char *const german_men[] = {
    "Peter",      "Hans",      "Wolfgang", "Klaus",  "Jürgen|Juergen", "Günter|Guenter", "Michael",
    "Thomas",     "Andreas",   "Stefan",   "Uwe",    "Björn|Bjoern",   "Jörg|Joerg",     "Matthias",
    "Florian",    "Sebastian", "Tobias",   "Markus", "Ralf",           "Dieter",         "Heinz",
    "Götz|Goetz", "Lukas",     "Felix",
};
static const char *const german_women[] = {
    "Ursula",  "Monika",   "Petra",  "Sabine",         "Renate",       "Helga",
    "Karin",   "Brigitte", "Ingrid", "Bärbel|Baerbel", "Käthe|Kaethe", "Susanne",
    "Claudia", "Katrin",   "Anja",   "Silke",          "Heike",        "Johanna",
};
static const char *const german_roots[] = {
    "Berg",         "Feld",         "Wald",         "Stein",      "Bach",    "Hof",
    "Brück|Brueck", "Müll|Muell",   "Schäf|Schaef", "Becker",     "Linden",  "Eichen",
    "Rosen",        "Gold",         "Silber",       "Grün|Gruen", "Schwarz", "Weiß|Weiss",
    "Roth",         "König|Koenig", "Kaiser",       "Herzog",     "Vogel",   "Wolf",
    "Löwen|Loewen", "Bären|Baeren", "Ober",         "Nieder",     "Alten",   "Neu",
    "Kirch",        "Mühl|Muehl",
};
static const char *const german_suffixes[] = {"er",   "mann", "hauer", "heim", "hofer",
                                              "baum", "lein", "bauer", "thal"};
const plm_synth_region plm_synth_german = {
    .countries = "DEDEATCH",
    .men = PLM_SYNTH_LIST(german_men),
    .women = PLM_SYNTH_LIST(german_women),
    .roots = PLM_SYNTH_LIST(german_roots),
    .suffixes = PLM_SYNTH_LIST(german_suffixes),
    .middle = PLM_SYNTH_MIDDLE_GIVEN,
    .middle_percent = 20,
};

static const char *const spanish_men[] = {
    "José|Jose",       "Luis",        "Juan",        "Carlos",
    "Jorge",           "Miguel",      "Ramón|Ramon", "Jesús|Jesus",
    "Andrés|Andres",   "Óscar|Oscar", "Raúl|Raul",   "Ángel|Angel",
    "Joaquín|Joaquin", "Pedro",       "Fernando",    "Rubén|Ruben",
    "Hernán|Hernan",   "Iñigo|Inigo", "Pablo",       "Diego",
    "Víctor|Victor",   "Sergio",      "Hugo",        "Álvaro|Alvaro",
};
static const char *const spanish_women[] = {
    "María|Maria", "Carmen",        "Ana",
    "Isabel",      "Dolores",       "Pilar",
    "Josefa",      "Lucía|Lucia",   "Concepción|Concepcion",
    "Inés|Ines",   "Begoña|Begona", "Sofía|Sofia",
    "Paula",       "Laura",         "Marta",
    "Rocío|Rocio", "Yolanda",       "Ximena",
};
static const char *const spanish_roots[] = {
    "García|Garcia",
    "Rodríguez|Rodriguez",
    "González|Gonzalez",
    "Fernández|Fernandez",
    "López|Lopez",
    "Martínez|Martinez",
    "Sánchez|Sanchez",
    "Pérez|Perez",
    "Gómez|Gomez",
    "Martín|Martin",
    "Jiménez|Jimenez",
    "Ruiz",
    "Hernández|Hernandez",
    "Díaz|Diaz",
    "Moreno",
    "Muñoz|Munoz",
    "Álvarez|Alvarez",
    "Romero",
    "Alonso",
    "Gutiérrez|Gutierrez",
    "Navarro",
    "Torres",
    "Domínguez|Dominguez",
    "Vázquez|Vazquez",
    "Ramos",
    "Gil",
    "Ramírez|Ramirez",
    "Serrano",
    "Blanco",
    "Molina",
    "Morales",
    "Suárez|Suarez",
    "Ortega",
    "Delgado",
    "Castro",
    "Ortiz",
    "Rubio",
    "Marín|Marin",
    "Núñez|Nunez",
    "Iglesias",
    "Medina",
    "Garrido",
    "Cortés|Cortes",
    "Castillo",
    "Santos",
    "Lozano",
    "Guerrero",
    "Cano",
    "Prieto",
    "Méndez|Mendez",
    "Cruz",
    "Calvo",
    "Gallego",
    "Vidal",
    "León|Leon",
    "Márquez|Marquez",
    "Herrera",
    "Peña|Pena",
    "Flores",
    "Cabrera",
};
static const char *const spanish_suffixes[] = {""};
const plm_synth_region plm_synth_spanish = {
    .countries = "ESESMXCOARPEVE",
    .men = PLM_SYNTH_LIST(spanish_men),
    .women = PLM_SYNTH_LIST(spanish_women),
    .roots = PLM_SYNTH_LIST(spanish_roots),
    .suffixes = PLM_SYNTH_LIST(spanish_suffixes),
    .middle = PLM_SYNTH_MIDDLE_SURNAME,
    .middle_percent = 90,
};

static const char *const romanian_men[] = {
    "Ion",           "Gheorghe",      "Vasile",  "Constantin",      "Andrei", "Alexandru",
    "Mihai",         "Ștefan|Stefan", "Nicolae", "Dumitru",         "Florin", "Cristian",
    "Marian",        "Ionuț|Ionut",   "Bogdan",  "Cătălin|Catalin", "Sorin",  "Liviu",
    "Răzvan|Razvan", "Dănuț|Danut",   "Petru",   "Cosmin",
};
static const char *const romanian_women[] = {
    "Maria",
    "Elena",
    "Ioana",
    "Ana",
    "Mihaela",
    "Andreea",
    "Cristina",
    "Daniela",
    "Mariana",
    "Florentina",
    "Ștefania|Stefania",
    "Mădălina|Madalina",
    "Crina",
    "Luminița|Luminita",
    "Roxana",
    "Simona",
};
static const char *const romanian_roots[] = {
    "Pop",         "Ion",         "Stan",      "Dumitr", "Georg",     "Const",
    "Mar",         "Vasil",       "Flor",      "Diac",   "Rus",       "Barb",
    "Tănas|Tanas", "Lup",         "Ene",       "Nistor", "Petr",      "Ang",
    "Cojocar",     "Moldov",      "Mun",       "Preot",  "Ștef|Stef", "Vlad",
    "Iliș|Ilis",   "Bălan|Balan", "Sârb|Sarb", "Nicol",  "Radul",     "Matei",
};
static const char *const romanian_suffixes[] = {"escu", "eanu", "u", "ache", "aru"};
const plm_synth_region plm_synth_romanian = {
    .countries = "ROROMD",
    .men = PLM_SYNTH_LIST(romanian_men),
    .women = PLM_SYNTH_LIST(romanian_women),
    .roots = PLM_SYNTH_LIST(romanian_roots),
    .suffixes = PLM_SYNTH_LIST(romanian_suffixes),
    .middle = PLM_SYNTH_MIDDLE_GIVEN,
    .middle_percent = 30,
};
