// Package vietqr makes and reads VietQR, the payment code of NAPAS: EMVCo QR
// Code Specification for Payment Systems, Merchant-Presented Mode, with NAPAS's
// account information in object 38.
//
// A code is not signed: it says where money should go, not that it may. What
// the kiosk shows is made from a sum that the centre has signed for, so [Make]
// refuses to make a code without a sum, which would let the payer type any.
//
// The package works on text and imports ascii and personal only.
package vietqr
