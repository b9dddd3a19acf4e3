// Package handover owns the folder in which requests and the audit log are
// carried to the centre by hand, and receipts back, when there is no connection
// for long:
//
//	index.cose             what there is, signed by the device; may be absent
//	requests/000000000042  an envelope, exactly the bytes that the kiosk would send
//	receipts/000000000042  its receipt, put there by the centre
//	audit/checkpoints      signed heads of the audit log, as the kiosk would send them
//	audit/leaves           the hashes of the log's entries, 32 bytes each
//	README.txt             for whoever finds it
//
// File names are numbers of the device's envelopes, nothing in the folder is in
// clear but what an envelope has in clear. Nothing in it is trusted: envelopes,
// receipts and checkpoints are verified as those that came over the network are.
//
// The package reads through fs.FS and writes nothing. It must never import os or
// net.
package handover
