"""Words that made-up people and teams are named with.

Belongs here: word lists. First names are ordinary; surnames and places are invented, and no word is used for both, so
that a name found anywhere it should not be is a leak and not a coincidence. All can be written in cp1252.
"""

FIRST_NAMES = (
    "Zoë", "Aaliyah", "Benedict", "Carys", "Dewi", "Eleanor", "Farida", "Gareth", "Harpreet", "Imogen",
    "Jamila", "Kwame", "Leila", "Marcus", "Niamh", "Oluwaseun", "Priya", "Quentin", "Renée", "Siân",
    "Tomasz", "Ursula", "Vikram", "Winifred", "Xanthe", "Yusuf", "Zainab", "Anselm", "Björn", "Chidi",
    "Delphine", "Emeka", "François", "Gwendolyn", "Hamza", "Ingrid", "José", "Keziah", "Lowri", "Mireille",
    "Nadia", "Orla", "Padraig", "Rhiannon", "Samir", "Thérèse", "Umar", "Verity",
)  # fmt: skip

SURNAMES = (
    "Aldrenson", "Brackwell-Toome", "Corvane", "Dunmarrow", "Eskelby", "Farrowgate", "Garthwyn", "Holmsdrake",
    "Ivesbrook", "Jorvander", "Kestlewood", "Larchbourne", "Merrowdale", "Netherfold", "Oxenhythe", "Pellinore",
    "Quillfeather", "Rookhampton", "Saltmarche", "Thistlecombe", "Underhalgh", "Vantressa", "Wexmoore", "Yarrowick",
    "Zellwyn", "Ashgrimme", "Birchenall", "Cragmere", "Dovendale", "Elmsworthy", "Fennimarch", "Gorsebury",
    "Hawkridden", "Inglethwaite", "Jessamund", "Kirkolme", "Lindenshaw", "Mosswater", "Nightingill", "Osierham",
    "Penhallowe", "Quarrendon", "Ravenshaugh", "Sedgewyke", "Tarnholt", "Ullesby", "Vexleigh", "Withycombe",
)  # fmt: skip

PLACES = (
    "Alder", "Beacon", "Canal", "Docks", "Eastway", "Foundry", "Green", "Harbour", "Island", "Junction",
    "Kiln", "Lock", "Mill", "Northside", "Orchard", "Park",
)  # fmt: skip

# How an e-mail address writes the letters it cannot hold.
UNACCENTED = str.maketrans("ëéèâöç", "eeeaoc", " ")
