// Package immunisation is what the centre and the immunisation registry tell each
// other: plans that somebody else has signed, sessions, doses, batches, certificates.
//
// The registry keeps the records and is run by others; whoever has its passwords can
// write into it. So nothing in it is believed for standing there: a plan is what its
// approver has signed ([Approval]), and what the centre has had recorded bears the
// centre's own seal in its id ([Sealer]). A session or a dose that was put in by hand
// has no such id.
//
// docs/vaccination.md says who does what and has the table of [Reasons].
package immunisation
