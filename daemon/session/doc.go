// Package session is one visit: a person, a card, and what comes of them.
//
// Read flow.go first: the steps of a visit and the table of what leads from one
// to the next. Then one file per step, in the order a check-in takes:
//
//	cards.go     a card is placed, and a visit begins
//	key.go       the person gives the key of the chip
//	read.go      the chip is read, in a goroutine of its own
//	verify.go    what was read is judged: verdict, facts, level
//	identify.go  "is this you?", and the consent
//	ask.go       the insurer is asked
//	insurance.go its answer is shown
//	check.go     the answers are checked before anything is sent
//	compose.go   the request is composed
//	notice.go    what does not look honest in it is noted
//	send.go      it is signed, sealed and saved
//	done.go      receipt and ticket arrive
//	order.go     what goes on although a part of the kiosk is missing
//	menu.go      the person chooses what they came for
//	form.go      one question after the other, where the service has a form
//	value.go     what was answered, as it travels
//	report.go    chip and record differ: told on the way of a check-in
//	duty.go      an officer's card: PIN, session
//	officer.go   what an officer may do, and what it takes: card, finger, PIN
//	freshproof.go the chip proves itself once more, for another act
//	office.go    an officer's act goes to the centre, and what came of it
//	vaccinesession.go, signing.go, dutyreport.go the acts
//	certificate.go a vaccination certificate and its holder
//	withdraw.go  consent is taken back by the code on a slip
//	lookup.go    a slip that was scanned: how far its request is
//	problem.go   what went wrong, and the ways out
//	end.go       everything about the person is wiped
//
// A [Session] owns one goroutine, its loop, and all state belongs to it. Whatever
// happens elsewhere (readers, timers, the queue, the link, the screen) is posted
// to the loop; whatever takes long runs outside it and posts its outcome. What a
// step decides is separated from what it does.
//
// The package knows devices, queue and link by the small interfaces in
// ports.go. It must never import a driver, the outbox, the uplink or the local
// API, and never write anything about a person to a log.
package session
