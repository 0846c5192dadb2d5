"""The country codes (ISO 3166 alpha-2, and XK) of the names that publishers of lists write. A name that is not known stays as it is written."""

import re

__all__ = ["country"]

# code, then the names in use; commas inside a name are left out
_NAMES = """
AD Andorra; AE United Arab Emirates, UAE; AF Afghanistan; AG Antigua and Barbuda; AI Anguilla; AL Albania;
AM Armenia; AO Angola; AR Argentina; AS American Samoa; AT Austria; AU Australia; AW Aruba; AX Åland Islands;
AZ Azerbaijan; BA Bosnia and Herzegovina, Bosnia; BB Barbados; BD Bangladesh; BE Belgium; BF Burkina Faso;
BG Bulgaria; BH Bahrain; BI Burundi; BJ Benin; BL Saint Barthélemy; BM Bermuda; BN Brunei, Brunei Darussalam;
BO Bolivia, Bolivia (Plurinational State of); BR Brazil; BS Bahamas, The Bahamas; BT Bhutan; BW Botswana;
BY Belarus; BZ Belize; CA Canada;
CD Democratic Republic of the Congo, DR Congo, Congo Democratic Republic of the, Congo (Democratic Republic), Congo (Kinshasa);
CF Central African Republic; CG Congo, Republic of the Congo, Congo (Brazzaville), Congo Republic of the;
CH Switzerland; CI Côte d'Ivoire, Cote d Ivoire, Ivory Coast; CK Cook Islands; CL Chile; CM Cameroon;
CN China, People's Republic of China; CO Colombia; CR Costa Rica; CU Cuba; CV Cabo Verde, Cape Verde; CW Curaçao;
CY Cyprus; CZ Czechia, Czech Republic; DE Germany; DJ Djibouti; DK Denmark; DM Dominica; DO Dominican Republic;
DZ Algeria; EC Ecuador; EE Estonia; EG Egypt; EH Western Sahara; ER Eritrea; ES Spain; ET Ethiopia; FI Finland;
FJ Fiji; FK Falkland Islands; FM Micronesia, Micronesia Federated States of; FO Faroe Islands; FR France; GA Gabon;
GB United Kingdom, United Kingdom of Great Britain and Northern Ireland, Great Britain, UK; GD Grenada; GE Georgia;
GG Guernsey; GH Ghana; GI Gibraltar; GL Greenland; GM Gambia, The Gambia; GN Guinea; GQ Equatorial Guinea;
GR Greece; GT Guatemala; GU Guam; GW Guinea-Bissau; GY Guyana; HK Hong Kong, Hong Kong (China); HN Honduras;
HR Croatia; HT Haiti; HU Hungary; ID Indonesia; IE Ireland; IL Israel; IM Isle of Man, Man Isle of; IN India;
IQ Iraq; IR Iran, Iran (Islamic Republic of), Islamic Republic of Iran; IS Iceland; IT Italy; JE Jersey;
JM Jamaica; JO Jordan; JP Japan; KE Kenya; KG Kyrgyzstan, Kyrgyz Republic; KH Cambodia; KI Kiribati; KM Comoros;
KN Saint Kitts and Nevis, St Kitts and Nevis;
KP North Korea, Korea North, Democratic People's Republic of Korea, Korea (Democratic People's Republic of), DPRK;
KR South Korea, Korea South, Republic of Korea, Korea Republic of; KW Kuwait; KY Cayman Islands; KZ Kazakhstan;
LA Laos, Lao People's Democratic Republic; LB Lebanon; LC Saint Lucia; LI Liechtenstein; LK Sri Lanka; LR Liberia;
LS Lesotho; LT Lithuania; LU Luxembourg; LV Latvia; LY Libya; MA Morocco; MC Monaco;
MD Moldova, Republic of Moldova, Moldova Republic of; ME Montenegro; MG Madagascar; MH Marshall Islands;
MK North Macedonia, Macedonia The Former Yugoslav Republic of, The former Yugoslav Republic of Macedonia; ML Mali;
MM Myanmar, Burma, Myanmar (Burma); MN Mongolia; MO Macau, Macao; MR Mauritania; MT Malta; MU Mauritius;
MV Maldives; MW Malawi; MX Mexico; MY Malaysia; MZ Mozambique; NA Namibia; NC New Caledonia; NE Niger; NG Nigeria;
NI Nicaragua; NL Netherlands, The Netherlands; NO Norway; NP Nepal; NR Nauru; NU Niue; NZ New Zealand; OM Oman;
PA Panama; PE Peru; PF French Polynesia; PG Papua New Guinea; PH Philippines; PK Pakistan; PL Poland;
PR Puerto Rico; PS Palestine, State of Palestine, Palestinian, Occupied Palestinian Territories; PT Portugal;
PW Palau; PY Paraguay; QA Qatar; RE Réunion; RO Romania; RS Serbia; RU Russia, Russian Federation, USSR; RW Rwanda;
SA Saudi Arabia; SB Solomon Islands; SC Seychelles; SD Sudan, The Sudan; SE Sweden; SG Singapore; SH Saint Helena;
SI Slovenia; SK Slovakia; SL Sierra Leone; SM San Marino; SN Senegal; SO Somalia; SR Suriname; SS South Sudan;
ST São Tomé and Príncipe, Sao Tome and Principe; SV El Salvador; SX Sint Maarten; SY Syria, Syrian Arab Republic;
SZ Eswatini, Swaziland; TC Turks and Caicos Islands; TD Chad; TG Togo; TH Thailand; TJ Tajikistan;
TL Timor-Leste, East Timor; TM Turkmenistan; TN Tunisia; TO Tonga; TR Turkey, Türkiye; TT Trinidad and Tobago;
TV Tuvalu; TW Taiwan; TZ Tanzania, United Republic of Tanzania; UA Ukraine; UG Uganda;
US United States, United States of America, USA; UY Uruguay; UZ Uzbekistan; VA Holy See, Vatican City;
VC Saint Vincent and the Grenadines, St Vincent;
VE Venezuela, Venezuela (Bolivarian Republic of), Bolivarian Republic of Venezuela;
VG British Virgin Islands, Virgin Islands British; VI United States Virgin Islands; VN Vietnam, Viet Nam;
VU Vanuatu; WS Samoa; XK Kosovo; YE Yemen; ZA South Africa; ZM Zambia; ZW Zimbabwe
"""


def _plain(name: str) -> str:
    return re.sub(r"[\s,.’'`-]+", " ", name.casefold()).strip()


def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for item in _NAMES.replace("\n", " ").split("; "):
        code, _, names = item.strip().partition(" ")
        found[code] = code  # capitals alone: a publisher writes "na" where it does not know
        for name in names.split(", "):
            found[_plain(name)] = code
    return found


_CODES = _by_name()


def country(name: str) -> str:
    """RU for Russia, Russian Federation or RU; what is not known comes back as it was written, without blanks around it."""
    written = " ".join(name.split())
    return _CODES.get(written) or _CODES.get(_plain(written), written)
