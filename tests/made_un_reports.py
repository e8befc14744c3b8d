"""Small PDFs in the layouts of the United Nations' monthly reports of contributors.

A page is a list of lines; a line is its height above the foot and its cells, each with its place
from the left, in points, as in the published files.
"""

from __future__ import annotations

from pathlib import Path

Line = tuple[float, dict[float, str]]
Page = list[Line]

# By country, then mission, with subtotals on the right (2015 to April 2017).
Y2015: list[Page] = [
    [
        (691, {114: "UN Mission's Summary"}),
        (648, {139: "Month of Report :", 258: "31-Jan-15"}),
        (625, {94: "Country", 193: "UN Mission", 265: "Description", 376: "M", 424: "F", 466: "Totals"}),
        (608, {91: "Tanzania, United Republic of"}),
        (595, {184: "UNAMID", 259: "Individual Police", 384: "57", 429: "17", 500: "74"}),
        (580, {259: "Contingent Troop", 374: "1,100", 433: "4", 490: "1,104"}),
        (566, {447: "UNAMID", 500: "1,178"}),
        (552, {184: "UNIFIL", 259: "Formed Police Units", 384: "140", 433: "0", 500: "140"}),
        (538, {447: "UNIFIL", 504: "140"}),
        (40, {300: "Page 1 of2"}),
    ],
    [
        (706, {94: "Country", 193: "UNMission", 265: "Description", 376: "M", 424: "F", 466: "Totals"}),
        (690, {184: "UNTSO", 259: "Experts on Mission", 388: "3", 433: "0", 505: "3"}),
        (676, {447: "UNTSO", 504: "3"}),
        (660, {380: "Tanzania, United Republic of", 497: "1,321"}),
        (640, {91: "Zimbabwe"}),
        (625, {184: "UNTSO", 259: "Experts on Mission", 388: "1", 433: "0", 505: "1"}),
        (610, {447: "UNTSO", 504: "1"}),
        (595, {445: "Zimbabwe", 504: "1"}),
        (40, {300: "Page 2 of2"}),
    ],
]  # fmt: skip

# Numbered countries, four classes each, a total for each mission (November 2016).
Y2016: list[Page] = [
    [
        (741, {141: "Police,UN Military Experts on Mission and Troops by End of November, 2016"}),
        (714, {34: "Country", 153: "Mission", 310: "Male", 409: "Female", 530: "Total"}),
        (695, {30: "1", 43: "Algeria"}),
        (677, {154: "MONUSCO"}),
        (660, {154: "Experts on Mission", 327: "5", 435: "0", 547: "5"}),
        (636, {154: "Contingent Troops", 324: "0", 435: "0", 547: "0"}),
        (612, {154: "Ind Police", 324: "2", 435: "0", 547: "2"}),
        (586, {154: "Formed Police Units", 324: "0", 432: "0", 544: "0"}),
        (562, {154: "Total for Mission", 324: "7", 432: "0", 544: "7"}),
        (479, {34: "Grand Total", 516: "7"}),
    ]
]

# Staff officers apart; a total for each country, one of them without its name (2017 and 2018).
Y2017: list[Page] = [
    [
        (
            733,
            {
                160: "Police,UN Military Experts on Mission , Staff Officers and Troops",
                411: "31/10/2017",
            },
        ),
        (
            695,
            {49: "Country", 183: "Mission", 285: "POST", 432: "MALE", 481: "FEMALE", 545: "TOTAL"},
        ),
        (679, {33: "1", 49: "Argentina"}),
        (666, {184: "MINUJUSTH"}),
        (648, {289: "Individual Police", 451: "5", 509: "1", 565: "6"}),
        (633, {488: "MINUJUST", 565: "6"}),
        (618, {184: "UNFICYP"}),
        (600, {289: "Contingent Troops", 442: "253", 505: "11", 556: "264"}),
        (585, {289: "Staff Officer", 451: "8", 509: "4", 560: "12"}),
        (570, {488: "UNFICYP", 556: "276"}),
        (555, {341: "Argentina", 442: "266", 505: "16", 556: "282"}),
        (540, {28: "28", 49: "Côte d'Ivoire"}),
        (525, {184: "MONUSCO"}),
        (510, {289: "FPU", 442: "203", 509: "7", 556: "210"}),
        (495, {488: "MONUSCO", 556: "210"}),
        (480, {442: "203", 509: "7", 556: "210"}),
        (460, {49: "Grand Total", 442: "469", 505: "23", 556: "492"}),
    ]
]

# By country only; figures are printed 3 points above their label (2018 and 2019).
Y2018: list[Page] = [
    [
        (
            738,
            {
                168: "Police,UN Military Experts on Mission , Staff Officers and Troops",
                417: "31/03/2018",
            },
        ),
        (699, {43: "Country Name", 207: "POST", 379: "MALE", 429: "FEMALE", 501: "TOTAL"}),
        (682, {28: "1", 43: "Algeria"}),
        (666, {394: "1", 452: "0", 518: "1"}),
        (663, {207: "Experts on Mission"}),
        (643, {43: "Total for Country", 394: "1", 452: "0", 518: "1"}),
        (621, {28: "2", 43: "Ghana"}),
        (605, {385: "6,106", 448: "70", 505: "6,176"}),
        (602, {207: "Contingent Troops"}),
        (584, {394: "5", 452: "0", 518: "5"}),
        (581, {207: "Staff Officer"}),
        (560, {43: "Total for Country", 385: "6,111", 448: "70", 505: "6,181"}),
        (540, {43: "Total", 385: "6,112", 448: "70", 505: "6,182"}),
    ]
]

# A flat table without totals; names are cut off after their first words (September 2019).
SEPTEMBER_2019: list[Page] = [
    [
        (722, {56: "mission", 113: "country", 170: "description", 290: "male", 350: "female", 410: "total", 445: "report_date"}),
        (712, {56: "UNIFIL", 113: "Republic of", 171: "Contingent Troops", 308: "308", 365: "19", 416: "327", 445: "30/09/2019"}),
        (702, {56: "UNIFIL", 113: "United Kingdom", 171.5: "Staff Officer", 308: "3", 365: "0", 423: "3", 445: "30/09/2019"}),
    ]
]  # fmt: skip

# A column for the men and women of each class, and nothing that names the month (October 2019).
OCTOBER_2019: list[Page] = [
    [
        (579, {87: "Summary of Contribution to UN Peacekeeping by Country and Post Police,"}),
        (531, {33: "Country", 125: "Mission", 214: "UNMEM M", 277: "UNMEM F", 335: "Troops M", 389: "Troops F",
               440: "UNPOL M", 496: "UNPOL F", 547: "FPU M", 589: "FPU F", 626: "MSO M", 672: "MSO F"}),
        (512, {33: "Iran (Islamic"}),
        (498, {33: "Republic of)"}),
        (488, {126: "UNAMID", 261: "1", 319: "0", 374: "0", 424: "0", 480: "0", 531: "0", 573: "0", 611: "0", 656: "2", 698: "1"}),
        (466, {126: "UNAMID", 261: "0", 319: "0", 374: "0", 424: "0", 480: "14", 531: "3", 573: "0", 611: "0", 656: "0", 698: "0"}),
        (443, {125: "Total by Country", 261: "1", 319: "0", 374: "0", 424: "0", 480: "14", 531: "3", 573: "0", 611: "0", 656: "2", 698: "1"}),
        (420, {33: "Grand Total", 261: "1", 319: "0", 374: "0", 424: "0", 480: "14", 531: "3", 573: "0", 611: "0", 656: "2", 698: "1"}),
    ]
]  # fmt: skip

# By mission; the class comes last, and totals have no name (November 2019).
NOVEMBER_2019: list[Page] = [
    [
        (723, {118: "Troops", 170: "30/11/2019"}),
        (
            696,
            {24: "Mission", 111: "Country", 251: "Male", 288: "Female", 353: "Total", 387: "Post"},
        ),
        (674, {24: "BINUH"}),
        (653, {111: "Benin", 271: "1", 319: "0", 373: "1", 387: "Individual Police"}),
        (620, {270: "1", 318: "0", 366: "1"}),
        (600, {24: "MINUSCA"}),
        (580, {111: "United Republic of", 265: "431", 319: "19", 366: "450", 387: "Troops"}),
        (567, {111: "Tanzania"}),
        (545, {111: "Benin", 271: "3", 319: "0", 373: "3", 387: "Experts on Mission"}),
        (520, {265: "434", 318: "19", 366: "453"}),
        (490, {80: "3"}),
    ]
]

# The country above its classes, written small; a total over all (2020).
Y2020: list[Page] = [
    [
        (724, {115: "Troops 29/02/2020"}),
        (
            684,
            {
                24: "Mission",
                114: "Contributor",
                249: "Description",
                383: "Male",
                441: "Female",
                516: "Total",
            },
        ),
        (663, {24: "MINURSO"}),
        (640, {123: "Iran (Islamic Republic"}),
        (627, {123: "of)"}),
        (612, {249: "contingent", 398: "16", 472: "4", 533: "20"}),
        (592, {249: "experts", 403: "3", 472: "1", 538: "4"}),
        (568, {123: "Benin"}),
        (548, {249: "fpu", 403: "2", 472: "0", 538: "2"}),
        (528, {249: "staff", 403: "1", 472: "0", 538: "1"}),
        (500, {398: "22", 472: "5", 533: "27"}),
        (470, {352: "22", 416: "5", 457: "27"}),
    ]
]

# Totals before what they are the totals of (January 2021).
JANUARY_2021: list[Page] = [
    [
        (687, {171: "on Mission, Staff Officers and Troops, 31/01/2021"}),
        (
            650,
            {
                71: "Mission",
                142: "Contributor",
                243: "Description",
                351: "Male",
                438: "Female",
                503: "Total",
            },
        ),
        (637, {70: "BINUH", 356: "4", 466: "1", 508: "5"}),
        (625, {136: "Benin", 359: "4", 466: "1", 511: "5"}),
        (613, {219: "Individual Police", 359: "2", 466: "0", 511: "2"}),
        (601, {219: "Staff Officer", 359: "2", 466: "1", 511: "3"}),
        (580, {70: "Grand Total", 356: "4", 466: "1", 508: "5"}),
    ]
]

HEAD_2021: Page = [
    (804, {171: "Contribution of Uniformed Personnel to UN"}),
    (757, {293: "As of: 31/08/2021"}),
    (
        737,
        {
            30: "Mission",
            122: "Country",
            239: "Personnel Type",
            347: "Male",
            421: "Female",
            511: "Total",
        },
    ),
]

# A name beside the middle of its lines, also over the end of a page (from February 2021).
Y2021: list[Page] = [
    [
        *HEAD_2021,
        (717, {30: "MINUSCA"}),
        (699, {122: "Argentina", 239: "Staff Officer", 355: "2", 433: "0", 518: "2"}),
        (677, {239: "Experts on Mission", 352: "11", 433: "0", 516: "11"}),
        (655, {122: "Bangladesh", 239: "Staff Officer", 352: "22", 433: "6", 516: "28"}),
        (633, {239: "Troops", 348: "1255", 430: "29", 511: "1284"}),
        (612, {239: "Experts on Mission", 355: "1", 433: "3", 518: "4"}),
        (601, {122: "Benin"}),
        (590, {239: "Individual Police", 352: "13", 433: "5", 516: "18"}),
        (569, {239: "Experts on Mission", 355: "5", 433: "0", 518: "5"}),
        (547, {239: "Formed Police Units", 352: "140", 433: "0", 516: "140"}),
        (536, {122: "Egypt"}),
        (38, {30: "Report Generated On: 9/21/2021 1:39:03 PM", 289: "Page 1 of 2"}),
    ],
    [
        *HEAD_2021,
        (720, {122: "Egypt"}),
        (709, {239: "Staff Officer", 355: "7", 433: "0", 518: "7"}),
        (687, {239: "Troops", 348: "1000", 433: "0", 511: "1000"}),
        (666, {30: "Total MINUSCA", 348: "2456", 430: "43", 511: "2499"}),
        (644, {30: "UNVMC"}),
        (622, {122: "Uruguay", 239: "Experts on Mission", 355: "0", 433: "0", 518: "0"}),
        (600, {30: "Total UNVMC", 348: "0", 430: "0", 511: "0"}),
        (580, {30: "Grand Total", 348: "2456", 430: "43", 511: "2499"}),
        (45, {30: "Report Generated On: 9/21/2021 1:39:03"}),
        (38, {30: "PM", 289: "Page 2 of 2"}),
    ],
]

# By country only, a column for each class (September 2023).
Y2023: list[Page] = [
    [
        (759, {288: "As of : 30/09/2023"}),
        (741, {30: "Country", 120: "Experts on", 175: "Formed Police", 246: "Individual", 304: "Staff Officer",
               375: "Troops", 445: "Total", 511: "End Date"}),
        (732, {127: "Mission", 194: "Units", 254: "Police"}),
        (720, {30: "Nepal", 137: "48", 197: "180", 261: "42", 321: "134", 380: "5874", 446: "6278", 508: "30/09/2023"}),
        (698, {30: "United Republic of", 139: "6", 201: "0", 261: "28", 323: "35", 380: "1464", 446: "1533", 508: "30/09/2023"}),
        (689, {30: "Tanzania"}),
        (670, {30: "Grand Total", 137: "54", 197: "180", 261: "70", 321: "169", 380: "7338", 446: "7811"}),
    ]
]  # fmt: skip

# A flat table without totals; names go over two lines beside their figures (October 2024).
OCTOBER_2024: list[Page] = [
    [
        (711, {50: "Mission", 132: "Country", 205: "Personnel Type", 303: "Male", 369: "Female", 436: "Total", 490: "Report Date"}),
        (694, {52: "MINUSCA", 123: "Burkina Faso", 205: "Individual Police", 311: "1", 380: "0", 444: "1", 493: "31/10/2024"}),
        (676, {118: "United Republic of"}),
        (671.4, {52: "MINUSCA", 222: "Troops", 308: "448", 377: "62", 441: "510", 493: "31/10/2024"}),
        (666.8, {131: "Tanzania"}),
        (655, {52: "UNVMC", 123: "Benin", 205: "Individual Police", 311: "0", 380: "0", 444: "0", 493: "31/10/2024"}),
    ]
]  # fmt: skip


def made(path: Path, pages: list[Page]) -> Path:
    """Write a PDF with these pages, and return its path."""
    from fpdf import FPDF

    document = FPDF(unit="pt", format=(842, 842))
    document.set_auto_page_break(False)
    for page in pages:
        document.add_page()
        document.set_font("helvetica", size=8)
        for height, cells in page:
            for left, text in cells.items():
                document.text(left, 842 - height, text)
    document.output(str(path))
    return path
