"""Which clock a region or a postal code keeps, in the countries that have several.

Zones are tzdata's names. A region that is split keeps the clock of most who live there;
postal codes, matched by their longest known beginning, tell the rest apart. Regions are
ISO 3166-2 codes without the country; for Mexico also the two letters that carriers write.
"""

# A clock that the whole country keeps, or all of it but far places with postal codes of
# their own (see POSTAL_CODES).
MAINLANDS = {
    "AR": "America/Argentina/Buenos_Aires",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PS": "Asia/Gaza",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}

# Codes that are no ISO countries, and the country whose clock they keep.
SPELLINGS = {"EL": "GR", "KV": "RS", "UK": "GB", "XK": "RS"}

REGIONS = {
    "AU": {
        "Australia/Sydney": "ACT NSW",
        "Australia/Melbourne": "VIC",
        "Australia/Brisbane": "QLD",
        "Australia/Hobart": "TAS",
        "Australia/Adelaide": "SA",
        "Australia/Darwin": "NT",
        "Australia/Perth": "WA",
    },
    "BR": {
        "America/Sao_Paulo": "DF ES GO MG PR RJ RS SC SP",
        "America/Bahia": "BA",
        "America/Maceio": "AL SE",
        "America/Recife": "PE",
        "America/Fortaleza": "CE MA PB PI RN",
        "America/Belem": "AP PA",
        "America/Araguaina": "TO",
        "America/Cuiaba": "MT",
        "America/Campo_Grande": "MS",
        "America/Porto_Velho": "RO",
        "America/Boa_Vista": "RR",
        "America/Manaus": "AM",
        "America/Rio_Branco": "AC",
    },
    "CA": {
        "America/St_Johns": "NF NL",
        "America/Halifax": "NS PE",
        "America/Moncton": "NB",
        "America/Toronto": "ON PQ QC",
        "America/Winnipeg": "MB",
        "America/Regina": "SK",
        "America/Edmonton": "AB NT",
        "America/Vancouver": "BC",
        "America/Whitehorse": "YT",
    },
    "ES": {"Atlantic/Canary": "CN GC TF"},
    "MX": {
        "America/Mexico_City": (
            "AG AGU CHP CMX COL CL CS DF DIF EM GR GRO GT GUA HG HID JA JAL MEX MI MIC MO MOR "
            "OA OAX PU PUE QE QUE SL SLP TAB TB TL TLA VE VER ZA ZAC"
        ),
        "America/Monterrey": "CO COA DG DUR NL NLE TAM TM",
        "America/Merida": "CAM CM YU YUC",
        "America/Cancun": "QR ROO",
        "America/Chihuahua": "CH CHH",
        "America/Mazatlan": "BCS BS NA NAY SI SIN",
        "America/Hermosillo": "SO SON",
        "America/Tijuana": "BC BCN",
    },
    "PT": {"Atlantic/Azores": "20", "Atlantic/Madeira": "30"},
    "RU": {
        "Europe/Kaliningrad": "KGD",
        "Europe/Moscow": (
            "AD ARK BEL BRY CE CU DA IN IVA KB KC KDA KIR KL KLU KO KOS KR KRS LEN LIP ME MO MOS "
            "MOW MUR NEN NGR NIZ ORL PNZ PSK ROS RYA SE SMO SPE STA TA TAM TUL TVE VGG VLA VLG "
            "VOR YAR"
        ),
        "Europe/Astrakhan": "AST",
        "Europe/Saratov": "SAR",
        "Europe/Ulyanovsk": "ULY",
        "Europe/Samara": "SAM UD",
        "Asia/Yekaterinburg": "BA CHE KGN KHM ORE PER SVE TYU YAN",
        "Asia/Omsk": "OMS",
        "Asia/Novosibirsk": "NVS",
        "Asia/Barnaul": "AL ALT",
        "Asia/Tomsk": "TOM",
        "Asia/Novokuznetsk": "KEM",
        "Asia/Krasnoyarsk": "KK KYA TY",
        "Asia/Irkutsk": "BU IRK",
        "Asia/Chita": "ZAB",
        "Asia/Yakutsk": "AMU SA",
        "Asia/Vladivostok": "KHA PRI YEV",
        "Asia/Magadan": "MAG",
        "Asia/Sakhalin": "SAK",
        "Asia/Kamchatka": "KAM",
        "Asia/Anadyr": "CHU",
    },
    "US": {
        "America/New_York": "CT DC DE FL GA KY MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
        "America/Detroit": "MI",
        "America/Indiana/Indianapolis": "IN",
        "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
        "America/Denver": "CO MT NM UT WY",
        "America/Boise": "ID",
        "America/Phoenix": "AZ",
        "America/Los_Angeles": "CA NV OR WA",
        "America/Anchorage": "AK",
        "Pacific/Honolulu": "HI",
        "America/Puerto_Rico": "PR VI",
        "Pacific/Guam": "GU MP",
        "Pacific/Pago_Pago": "AS",
    },
}

# Beginnings of postal codes; `010-323` is every one from the first to the last.
POSTAL_CODES = {
    "AU": {
        "Australia/Sydney": "02 1 2",
        "Australia/Broken_Hill": "2880",
        "Australia/Melbourne": "3 8",
        "Australia/Brisbane": "4 9",
        "Australia/Adelaide": "5",
        "Australia/Perth": "6",
        "Australia/Hobart": "7",
        "Australia/Darwin": "08 09",
    },
    "BR": {
        "America/Sao_Paulo": "01-39 70-73 740-767 80-99",
        "America/Bahia": "40-48",
        "America/Maceio": "49 57",
        "America/Recife": "50-56",
        "America/Fortaleza": "58-65",
        "America/Belem": "66-67 680-689",
        "America/Manaus": "690-692 694-698",
        "America/Boa_Vista": "693",
        "America/Rio_Branco": "699",
        "America/Porto_Velho": "768-769",
        "America/Araguaina": "77",
        "America/Cuiaba": "78",
        "America/Campo_Grande": "79",
    },
    "CA": {
        "America/St_Johns": "A",
        "America/Halifax": "B C",
        "America/Moncton": "E",
        "America/Toronto": "G H J K L M N P",
        "America/Winnipeg": "P8 P9 R",
        "America/Regina": "S",
        "America/Edmonton": "T X0E X0G X1A",
        "America/Vancouver": "V",
        "America/Iqaluit": "X0A",
        "America/Cambridge_Bay": "X0B",
        "America/Rankin_Inlet": "X0C",
        "America/Whitehorse": "Y",
    },
    "CL": {"America/Punta_Arenas": "62", "Pacific/Easter": "277"},
    "EC": {"Pacific/Galapagos": "20"},
    "ES": {"Atlantic/Canary": "35 38"},
    "MX": {
        "America/Mexico_City": "00-20 28-30 36-62 68-76 78-79 86 90-96 98-99",
        "America/Tijuana": "21-22",
        "America/Mazatlan": "23 63 80-82",
        "America/Merida": "24 97",
        "America/Monterrey": "25-27 34-35 64-67 87-89",
        "America/Chihuahua": "31-33",
        "America/Cancun": "77",
        "America/Hermosillo": "83-85",
    },
    "NZ": {"Pacific/Chatham": "8942"},
    "PT": {"Atlantic/Azores": "95-99", "Atlantic/Madeira": "90-94"},
    "RU": {
        "Europe/Moscow": "101-216 241-249 295-309 344-404 420-425 428-431 440-442 600-613",
        "Europe/Kaliningrad": "236-238",
        "Europe/Astrakhan": "414-416",
        "Europe/Saratov": "410-413",
        "Europe/Ulyanovsk": "432-433",
        "Europe/Samara": "426-427 443-446",
        "Asia/Yekaterinburg": "450-462 614-629 640-641",
        "Asia/Novosibirsk": "630-633",
        "Asia/Tomsk": "634-636",
        "Asia/Omsk": "644-646",
        "Asia/Barnaul": "649 656-659",
        "Asia/Novokuznetsk": "650-654",
        "Asia/Krasnoyarsk": "647-648 655 660-663 667-668",
        "Asia/Irkutsk": "664-666 669-671",
        "Asia/Chita": "672-674 687",
        "Asia/Yakutsk": "675-678",
        "Asia/Vladivostok": "679-682 690-692",
        "Asia/Kamchatka": "683-684 688",
        "Asia/Magadan": "685-686",
        "Asia/Anadyr": "689",
        "Asia/Sakhalin": "693-694",
    },
    "US": {
        "America/New_York": (
            "005 010-089 100-323 326-339 341-349 373-374 376-379 398-418 425-462 465-475 478-497"
        ),
        "America/Chicago": (
            "324-325 350-372 375 380-397 420-424 463-464 476-477 498-567 570-576 580-585 587-588 "
            "600-692 700-797"
        ),
        "America/Denver": "577 586 590-599 693 798-831 840-847 870-885",
        "America/Boise": "832-834 836-837 979",
        "America/Phoenix": "850-865",
        "America/Los_Angeles": "835 838 889-961 970-978 980-994",
        "America/Anchorage": "995-999",
        "Pacific/Honolulu": "967-968",
        "Pacific/Pago_Pago": "96799",
        "Pacific/Guam": "969",
        "America/Puerto_Rico": "006-009",
    },
}

# Digits of a postal code, where a source may have dropped the zeros in front.
DIGITS = {"AU": 4, "MX": 5, "US": 5}
