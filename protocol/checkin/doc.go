// Package checkin owns the CHECK-IN record: what a hospital's software is told of a
// person who has checked in, in the fields of Decision 130/QD-BYT as amended by
// 4750/QD-BYT and 3176/QD-BYT ("XML0", CHI_TIEU_TRANG_THAI_KCB).
//
// A kiosk knows what the chip and the insurer say, and when the person came. What
// reception or a doctor decides, such as the kind of beneficiary or the reason of the
// visit, stays empty, and so does the seal of the hospital, which is its own to set.
// The package takes facts and gives bytes.
package checkin
