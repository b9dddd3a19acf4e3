// Package insurance says what each result code of the health insurer's portal (BHYT,
// "maKetQua") means for the person at a kiosk: its class, the words on the screen,
// what staff do, what comes next, and the line on the slip.
//
// It is the only table of codes; docs/insurance.md is made from it. The codes are
// those of the look-up KQNhanLichSuKCB2024.
package insurance
