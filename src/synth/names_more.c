/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names_more.c - further regions that write Latin; see names_latin.c.
 */
#include "synth/names.h"

static const char *const polish_men[] = {
    "Jan",           "Stanisław|Stanislaw",
    "Andrzej",       "Józef|Jozef",
    "Tadeusz",       "Jerzy",
    "Zbigniew",      "Krzysztof",
    "Henryk",        "Ryszard",
    "Kazimierz",     "Marek",
    "Marian",        "Piotr",
    "Janusz",        "Władysław|Wladyslaw",
    "Adam",          "Wiesław|Wieslaw",
    "Edward",        "Mieczysław|Mieczyslaw",
    "Łukasz|Lukasz", "Paweł|Pawel",
    "Michał|Michal", "Grzegorz",
};
static const char *const polish_women[] = {
    "Maria",     "Krystyna",
    "Anna",      "Barbara",
    "Teresa",    "Elżbieta|Elzbieta",
    "Janina",    "Zofia",
    "Jadwiga",   "Danuta",
    "Halina",    "Irena",
    "Ewa",       "Małgorzata|Malgorzata",
    "Helena",    "Grażyna|Grazyna",
    "Agnieszka", "Bożena|Bozena",
};
static const char *const polish_roots[] = {
    "Kowal",         "Wiśniew|Wisniew", "Wójc|Wojc",     "Kamiń|Kamin",   "Lewandow",
    "Zieliń|Zielin", "Szymań|Szyman",   "Dąbrow|Dabrow", "Kozłow|Kozlow", "Jankow",
    "Mazur",         "Kwiatkow",        "Krawc",         "Piotrow",       "Grabow",
    "Nowakow",       "Pawłow|Pawlow",   "Michal",        "Adam",          "Nowic",
    "Jabłoń|Jablon", "Wróblew|Wroblew", "Majew",         "Olszew",        "Stępień|Stepien",
    "Malinow",       "Jawor",           "Dud",           "Witkow",        "Rutkow",
};
static const char *const polish_suffixes[] = {"ski/ska", "czyk", "ek", "icz", "owicz"};
const plm_synth_region plm_synth_polish = {
    .countries = "PL",
    .men = PLM_SYNTH_LIST(polish_men),
    .women = PLM_SYNTH_LIST(polish_women),
    .roots = PLM_SYNTH_LIST(polish_roots),
    .suffixes = PLM_SYNTH_LIST(polish_suffixes),
    .middle = PLM_SYNTH_MIDDLE_GIVEN,
    .middle_percent = 30,
};

static const char *const turkish_men[] = {
    "Mehmet",
    "Mustafa",
    "Ahmet",
    "Ali",
    "Hüseyin|Huseyin",
    "Hasan",
    "İbrahim|Ibrahim",
    "İsmail|Ismail",
    "Osman",
    "Yusuf",
    "Murat",
    "Ömer|Omer",
    "Ramazan",
    "Halil",
    "Süleyman|Suleyman",
    "Abdullah",
    "Mahmut",
    "Recep",
    "Salih",
    "Fatih",
    "Kadir",
    "Emre",
    "Gökhan|Gokhan",
    "Uğur|Ugur",
};
static const char *const turkish_women[] = {
    "Fatma", "Ayşe|Ayse", "Emine",  "Hatice", "Zeynep", "Elif",   "Meryem", "Şerife|Serife",
    "Zehra", "Sultan",    "Hanife", "Merve",  "Havva",  "Zeliha", "Esra",   "Özlem|Ozlem",
};
static const char *const turkish_roots[] = {
    "Demir",       "Kaya",    "Çelik|Celik", "Şahin|Sahin",   "Yıldız|Yildiz", "Öztürk|Ozturk",
    "Aydın|Aydin", "Arslan",  "Doğan|Dogan", "Kılıç|Kilic",   "Aslan",         "Kara",
    "Koç|Koc",     "Kurt",    "Özkan|Ozkan", "Şimşek|Simsek", "Polat",         "Korkmaz",
    "Çakır|Cakir", "Erdem",   "Yavuz",       "Can",           "Acar",          "Şen|Sen",
    "Güneş|Gunes", "Bozkurt", "Köse|Kose",   "Taş|Tas",       "Tekin",         "Usta",
};
static const char *const turkish_suffixes[] = {"", "oğlu|oglu", "er", "kan", "soy"};
const plm_synth_region plm_synth_turkish = {
    .countries = "TRTRCYAZ",
    .men = PLM_SYNTH_LIST(turkish_men),
    .women = PLM_SYNTH_LIST(turkish_women),
    .roots = PLM_SYNTH_LIST(turkish_roots),
    .suffixes = PLM_SYNTH_LIST(turkish_suffixes),
    .middle = PLM_SYNTH_MIDDLE_GIVEN,
    .middle_percent = 20,
};

static const char *const albanian_men[] = {
    "Agron",           "Arben", "Besnik",   "Dritan", "Edmond", "Fatmir",
    "Gëzim|Gezim",     "Ilir",  "Kastriot", "Luan",   "Petrit", "Shkëlqim|Shkelqim",
    "Skënder|Skender", "Valon", "Xhevdet",  "Artan",  "Blerim", "Genc",
    "Bujar",           "Altin",
};
static const char *const albanian_women[] = {
    "Mimoza",  "Drita",   "Elira",  "Flutura", "Lindita", "Majlinda", "Shpresa", "Teuta",
    "Valbona", "Vjollca", "Ardita", "Besa",    "Hana",    "Rozafa",   "Zamira",  "Blerta",
};
static const char *const albanian_roots[] = {
    "Hox",     "Shehu",    "Gjon",        "Krasniq", "Berish", "Gash",    "Thaç|Thac", "Morin",
    "Kelmend", "Shal",     "Bytyç|Bytyc", "Osman",   "Rexhep", "Hysen",   "Beqir",     "Duk",
    "Gjok",    "Lek",      "Marku",       "Ndrec",   "Prifti", "Bush",    "Zek",       "Ram",
    "Dervish", "Kokoshar", "Selman",      "Tafil",   "Veliu",  "Çel|Cel",
};
static const char *const albanian_suffixes[] = {"a", "i", "aj", "ollari", "eni"};
const plm_synth_region plm_synth_albanian = {
    .countries = "ALALMK",
    .men = PLM_SYNTH_LIST(albanian_men),
    .women = PLM_SYNTH_LIST(albanian_women),
    .roots = PLM_SYNTH_LIST(albanian_roots),
    .suffixes = PLM_SYNTH_LIST(albanian_suffixes),
};

static const char *const french_men[] = {
    "Jean",
    "Pierre",
    "Michel",
    "André|Andre",
    "Philippe",
    "René|Rene",
    "Louis",
    "Alain",
    "Jacques",
    "Bernard",
    "Marcel",
    "Daniel",
    "Roger",
    "Christophe",
    "Gérard|Gerard",
    "Frédéric|Frederic",
    "Stéphane|Stephane",
    "Julien",
    "Éric|Eric",
    "Jérôme|Jerome",
    "François|Francois",
    "Benoît|Benoit",
};
static const char *const french_women[] = {
    "Marie",         "Jeanne",        "Françoise|Francoise", "Monique",     "Catherine",
    "Nathalie",      "Isabelle",      "Jacqueline",          "Anne",        "Sylvie",
    "Hélène|Helene", "Céline|Celine", "Aurélie|Aurelie",     "Chloé|Chloe", "Noémie|Noemie",
    "Margaux",
};
static const char *const french_roots[] = {
    "Mart", "Durand", "Bern",      "Rob",   "Petit", "Mor",     "Laur", "Sim",
    "Mich", "Garn",   "Lefebv",    "Rouss", "Fourn", "Gir",     "Bonn", "Franç|Franc",
    "Merc", "Blanch", "Guér|Guer", "Boy",   "Chev",  "Gauth",   "Perr", "Dum",
    "Font", "Barb",   "Arn",       "Brun",  "Vinc",  "Le Gall",
};
static const char *const french_suffixes[] = {"in", "ard", "et", "eau", "ier", "ois"};
const plm_synth_region plm_synth_french = {
    .countries = "FRFRBECI",
    .men = PLM_SYNTH_LIST(french_men),
    .women = PLM_SYNTH_LIST(french_women),
    .roots = PLM_SYNTH_LIST(french_roots),
    .suffixes = PLM_SYNTH_LIST(french_suffixes),
    .middle = PLM_SYNTH_MIDDLE_GIVEN,
    .middle_percent = 40,
};

static const char *const nigerian_men[] = {
    "Chinedu", "Emeka", "Oluwaseun", "Babatunde", "Ifeanyi",  "Adewale", "Obinna",
    "Tunde",   "Musa",  "Sani",      "Ibrahim",   "Chukwudi", "Segun",   "Kelechi",
    "Uche",    "Femi",  "Bola",      "Osagie",    "Efosa",    "Yakubu",
};
static const char *const nigerian_women[] = {
    "Ngozi",   "Chioma", "Funmilayo", "Adaeze", "Folake",   "Blessing", "Aisha", "Ifeoma",
    "Yetunde", "Amara",  "Osas",      "Efe",    "Temitope", "Zainab",   "Nneka", "Kehinde",
};
static const char *const nigerian_roots[] = {
    "Ade", "Olu", "Okon", "Eze", "Nwa", "Chukwu", "Obi", "Ogun", "Ola",  "Aku",
    "Ibe", "Osa", "Ego",  "Amo", "Ike", "Udo",    "Oke", "Afo",  "Onye", "Igho",
};
static const char *const nigerian_suffixes[] = {"bayo", "kwe",  "lade", "emi",  "nna", "chukwu",
                                                "dare", "soji", "wole", "fule", "du",  "mah"};
const plm_synth_region plm_synth_nigerian = {
    .countries = "NGNGGH",
    .men = PLM_SYNTH_LIST(nigerian_men),
    .women = PLM_SYNTH_LIST(nigerian_women),
    .roots = PLM_SYNTH_LIST(nigerian_roots),
    .suffixes = PLM_SYNTH_LIST(nigerian_suffixes),
    .middle = PLM_SYNTH_MIDDLE_GIVEN,
    .middle_percent = 60,
};

static const char *const vietnamese_men[] = {
    "Hùng|Hung", "Dũng|Dung",   "Minh",        "Tuấn|Tuan", "Anh",  "Long",    "Sơn|Son", "Hải|Hai",
    "Quang",     "Thắng|Thang", "Cường|Cuong", "Phúc|Phuc", "Khoa", "Bảo|Bao", "Đức|Duc", "Trung",
};
static const char *const vietnamese_women[] = {
    "Lan",       "Hương|Huong", "Mai",       "Hoa",           "Thảo|Thao", "Linh",
    "Ngọc|Ngoc", "Trang",       "Hạnh|Hanh", "Phương|Phuong", "Yến|Yen",   "Thu",
    "Nga",       "Hiền|Hien",   "Vy",        "Châu|Chau",
};
static const char *const vietnamese_roots[] = {
    "Nguyễn|Nguyen", "Trần|Tran", "Lê|Le",   "Phạm|Pham", "Huỳnh|Huynh", "Phan",    "Vũ|Vu",
    "Võ|Vo",         "Đặng|Dang", "Bùi|Bui", "Đỗ|Do",     "Hồ|Ho",       "Ngô|Ngo", "Dương|Duong",
};
static const char *const vietnamese_suffixes[] = {
    " Văn| Van",   " Hữu| Huu", " Quốc| Quoc", " Thị| Thi",   " Ngọc| Ngoc",
    " Xuân| Xuan", " Thanh",    " Đình| Dinh", " Công| Cong", " Gia",
};
const plm_synth_region plm_synth_vietnamese = {
    .countries = "VN",
    .men = PLM_SYNTH_LIST(vietnamese_men),
    .women = PLM_SYNTH_LIST(vietnamese_women),
    .roots = PLM_SYNTH_LIST(vietnamese_roots),
    .suffixes = PLM_SYNTH_LIST(vietnamese_suffixes),
    .middle = PLM_SYNTH_MIDDLE_GIVEN,
    .middle_percent = 25,
};
