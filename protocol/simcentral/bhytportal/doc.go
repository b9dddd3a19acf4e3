// Package bhytportal simulates the health insurer's portal (BHYT, "cổng tiếp nhận
// dữ liệu") over HTTP, in the shape that its clients use: POST /api/token/take gives
// an APIKey for a user and the MD5 of a password, and POST
// /api/egw/KQNhanLichSuKCB2024 looks a card up in the name of a registered officer.
//
// A scenario file says who is insured, which officers are registered, and what goes
// wrong. Everybody in it is invented. What it answers bears a demonstration mark in a
// header and in "ghiChu", and it serves on loopback only (gatewayd sim bhyt). The
// treatment history is never told.
package bhytportal
