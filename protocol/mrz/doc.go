// Package mrz reads the machine readable zone of travel documents: formats TD1
// (cards), TD2 and TD3 (passports) of ICAO Doc 9303 parts 4 to 6, with their
// check digits.
//
// It takes text and a reference date and imports nothing of ours. A zone is
// personal data: [Document] masks itself in logs and messages, and no error
// quotes what was read.
package mrz
