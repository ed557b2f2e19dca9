# SPDX-License-Identifier: Apache-2.0
"""Two small registers with two persons in common."""

A = [
    {"id": "a1", "name": "Ivan Petrov", "birth": "1974-05-21", "nationality": "RU",
     "phone": "+79161234567", "role": "suspect", "offence": "TIP.5"},
    {"id": "a2", "name": "Maria Rossi", "birth": "1980-02-11", "nationality": "IT",
     "phone": "+390612345678", "role": "wanted", "offence": "TIP.5"},
    {"id": "a3", "name": "John Smithson", "birth": "1990-07-30", "nationality": "GB",
     "phone": "", "role": "convicted", "offence": "UNTOC.5"},
]
B = [
    {"id": "b1", "name": "Иван Петров", "birth": "1974-05-21", "nationality": "RU",
     "phone": "", "role": "wanted", "offence": "UNTOC.5"},
    {"id": "b2", "name": "Someone Else", "birth": "1966-03-01", "nationality": "FR",
     "phone": "+39 06 1234 5678", "role": "suspect", "offence": "TIP.5"},
    {"id": "b9", "name": "Nobody Known", "birth": "1955-12-24", "nationality": "DE",
     "phone": "+4915112345678", "role": "suspect", "offence": "TIP.5"},
]
COMMON_A = {("a1", "name+birthDate"), ("a1", "name+birthYear+nationality"), ("a2", "phone")}
COMMON_B = {("b1", "name+birthDate"), ("b1", "name+birthYear+nationality"), ("b2", "phone")}
